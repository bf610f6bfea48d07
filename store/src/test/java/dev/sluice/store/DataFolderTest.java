/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
    @TempDir
    private Path temporary;

    private Path path() {
        return temporary.resolve("data");
    }

    private static void assertInUse(Path path) {
        assertThatThrownBy(() -> DataFolder.open(path))
                .hasMessageContaining("is in use by another server")
                .hasMessageContaining(path.normalize().toString())
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::code)
                .isEqualTo(StoreException.Code.FOLDER_IN_USE);
    }

    /** Opens the folder in a process of its own; tells what came of it. */
    private static String openElsewhere(Path path) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        path.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }

    /** What the other process runs. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            try (var folder = DataFolder.open(Path.of(arguments[0]))) {
                System.out.println("opened " + folder);
            } catch (StoreException e) {
                System.out.println(e.code());
            }
        }
    }

    @Test
    void makesAFolderThatOnlyItsOwnerCanEnter() throws Exception {
        try (var folder = DataFolder.open(path())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                    .isEqualTo("rwx------");
            assertThat(folder.resolve("config.db"))
                    .isEqualTo(path().toRealPath().resolve("config.db"));
        }
    }

    @Test
    void turnsASecondOpenerAway() throws Exception {
        try (var _ = DataFolder.open(path())) {
            assertInUse(path());
            assertInUse(path().resolve("../data"));
            assertThat(openElsewhere(path())).isEqualTo("FOLDER_IN_USE");
        }
        assertThat(openElsewhere(path())).startsWith("opened ");
        DataFolder.open(path()).close();
    }

    @Test
    void namesAPathThatIsNoFolder() throws Exception {
        Files.createFile(path());

        assertThatThrownBy(() -> DataFolder.open(path())).hasMessageContaining("data folder " + path() + " is a file");
    }

    @Test
    void keepsAMasterKeyThatOnlyItsOwnerCanRead() throws Exception {
        try (var folder = DataFolder.open(path())) {
            assertThat(folder.masterKey()).isEmpty();
            MasterKey key = folder.newMasterKey();

            assertThat(folder.masterKey().orElseThrow().bytes()).isEqualTo(key.bytes());
            Path file = folder.resolve("master.key");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Files.write(file, new byte[31]);
            assertThatThrownBy(folder::masterKey)
                    .hasMessageContaining("31 bytes (expected: 32)")
                    .isInstanceOf(StoreException.class);
        }
    }

    @Test
    void keepsBlobsByTheirContent() throws Exception {
        byte[] content = {1, 2, 3};
        String name;
        try (var folder = DataFolder.open(path())) {
            name = folder.blobs().put(content);
            assertThat(name).isEqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
            assertThat(folder.blobs().put(content)).isEqualTo(name);
            assertThat(folder.blobs().path(name)).hasBinaryContent(content);
            Files.createFile(folder.resolve("code/.unfinished-1"));
        }
        try (var folder = DataFolder.open(path())) {
            assertThat(folder.resolve("code")).isDirectoryNotContaining("glob:**unfinished*");
            assertThat(folder.blobs().get(name)).isEqualTo(content);
            Files.write(folder.blobs().path(name), new byte[] {9});
            assertThatThrownBy(() -> folder.blobs().get(name)).isInstanceOf(StoreException.class);
            folder.blobs().delete(name);
            folder.blobs().delete(name);
            assertThat(folder.blobs().has(name)).isFalse();
            assertThatThrownBy(() -> folder.blobs().path("../config.db")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
