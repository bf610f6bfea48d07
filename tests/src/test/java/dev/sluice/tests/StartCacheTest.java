/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server comes out of the start-up cache that the launcher has recorded. */
class StartCacheTest {
    @TempDir
    private Path folder;

    @Test
    void aServersClassesComeOutOfTheCache() throws Exception {
        Path loaded = folder.resolve("loaded");
        assertThat(readyLine("-Xlog:class+load:file=" + loaded)).startsWith("sluice ready ");
        assertThat(Files.readAllLines(loaded))
                .anyMatch(line -> line.contains(" dev.sluice.server.Wiring source: shared objects file"))
                .anyMatch(line -> line.contains(" dev.sluice.gateway.netty.Gateway source: shared objects file"));
    }

    @Test
    void aJvmThatCannotUseTheCacheStartsWithoutAndSaysNothingOfIt() throws Exception {
        assertThat(readyLine("-XX:-UseCompressedOops")).startsWith("sluice ready ");
        assertThat(folder.resolve("errors"))
                .content()
                .doesNotContain("[warning]")
                .doesNotContain("[error]");
    }

    private String readyLine(String options) throws Exception {
        ProcessBuilder builder = Project.process(
                        folder,
                        List.of(
                                Project.launcher(),
                                "start",
                                "--data-dir=data",
                                "--admin-port=0",
                                "--http-port=0",
                                "--https-port=0"))
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().put("SLUICE_JAVA_OPTS", options);
        Process server = builder.start();
        try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            server.destroy();
            assertThat(server.waitFor()).isZero();
            return String.valueOf(line);
        } finally {
            server.destroyForcibly();
        }
    }
}
