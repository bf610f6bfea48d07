/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the launcher records its start-up cache and when it uses it; the JDK is one that only writes down how it was called. */
class RecordingTest {
    @TempDir
    private Path folder;

    private Path jdk;
    private Path lib;
    private Path calls;

    /** Without sources, so that nothing is ever built. */
    @BeforeEach
    void makeACheckoutAndAJdk() throws IOException {
        lib = Files.createDirectories(folder.resolve("server/target/sluice/lib"));
        Files.copy(Project.root().resolve("sluice"), folder.resolve("sluice"));
        Files.writeString(lib.resolve("sluice-server-1.jar"), "");
        Files.writeString(lib.resolve("other.jar"), "");
        calls = folder.resolve("calls");
        jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        program("javac", "exit 1");
        program("java", """
                for option; do
                    case $option in -XX:AOTCacheOutput=*) echo recorded >"${option#*=}"; [ ! -e broken ] || exit 1 ;; esac
                done
                echo "$*" >>calls
                """);
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    }

    @Test
    void theFirstStartRecordsAndAllButVersionUseIt() throws Exception {
        assertThat(run("start")).isEmpty();
        assertThat(calls()).hasSize(2);
        assertThat(calls().getFirst()).contains("-XX:AOTCacheOutput=").endsWith(" rehearse");
        assertThat(usedTheCache()).isTrue();
        run("start");
        run("env");
        assertThat(calls()).hasSize(4);
        assertThat(usedTheCache()).isTrue();
        run("version");
        assertThat(usedTheCache()).isFalse();
    }

    @Test
    void onlyAStartRecords() throws Exception {
        run("env");
        assertThat(calls()).hasSize(1);
        assertThat(usedTheCache()).isFalse();
    }

    @Test
    void aNewerJarMakesItStale() throws Exception {
        run("start");
        FileTime later = FileTime.fromMillis(
                Files.getLastModifiedTime(lib.resolve("sluice.aot")).toMillis() + 1000);
        Files.setLastModifiedTime(lib.resolve("other.jar"), later);
        run("env");
        assertThat(usedTheCache()).isFalse();
        run("start");
        assertThat(calls()).hasSize(5);
        assertThat(calls().get(3)).endsWith(" rehearse");
    }

    @Test
    void anotherJdkDoesNotUseIt() throws Exception {
        run("start");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.2\"\n");
        run("env");
        assertThat(usedTheCache()).isFalse();
        run("start");
        assertThat(calls()).hasSize(5);
        assertThat(usedTheCache()).isTrue();
    }

    @Test
    void aFailureIsSaidOnceAndTheStartGoesOn() throws Exception {
        Files.writeString(folder.resolve("broken"), "");
        assertThat(run("start"))
                .startsWith("sluice: no start could be recorded")
                .hasLineCount(1);
        assertThat(usedTheCache()).isFalse();
        assertThat(run("start")).isEmpty();
        assertThat(calls()).hasSize(2).noneMatch(call -> call.contains("rehearse"));
        assertThat(usedTheCache()).isFalse();
    }

    private String run(String command) {
        Project.Output output = Project.run(
                folder,
                Map.of("JAVA_HOME", jdk.toString()),
                folder.resolve("sluice").toString(),
                command);
        assertThat(output.status()).as(output.errors()).isZero();
        return output.errors();
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(calls);
    }

    private boolean usedTheCache() throws IOException {
        return calls().getLast().contains("-XX:AOTCache=" + lib.resolve("sluice.aot"));
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(jdk.resolve("bin").resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
