/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sluice.store.DataFolder;
import dev.sluice.store.MasterKey;
import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedStoreTest {
    @TempDir
    private Path temporary;

    private DataFolder folder;

    @BeforeEach
    void openFolder() {
        folder = DataFolder.open(temporary.resolve("data"));
    }

    @AfterEach
    void closeFolder() {
        folder.close();
    }

    private EmbeddedStore open(@Nullable MasterKey key) {
        return EmbeddedStore.open(folder, key, "0.1.0");
    }

    private void assertFails(@Nullable MasterKey key, Code code, String message) throws IOException {
        Map<String, Long> before = files();
        assertThatThrownBy(() -> open(key))
                .hasMessageContaining(message)
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::code)
                .isEqualTo(code);
        assertThat(files()).containsAllEntriesOf(before);
    }

    private Map<String, Long> files() throws IOException {
        var files = new TreeMap<String, Long>();
        try (var walk = Files.walk(folder.resolve("."))) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(file.getFileName().toString(), checksum(file));
            }
        }
        return files;
    }

    @Test
    void makesAMasterKeyOnTheFirstStartAndKeepsIt() throws Exception {
        byte[] sealed;
        try (var store = open(null)) {
            sealed = store.vault().seal("a", new byte[] {1});
        }
        byte[] key = Files.readAllBytes(folder.resolve("master.key"));
        try (var store = open(null)) {
            assertThat(store.vault().open("a", sealed)).containsExactly(1);
        }
        try (var store = open(MasterKey.of(key))) {
            assertThat(store.vault().open("a", sealed)).containsExactly(1);
        }
    }

    @Test
    void makesNoFileForAMasterKeyFromTheSettings() {
        open(MasterKey.of(new byte[32])).close();

        assertThat(folder.resolve("master.key")).doesNotExist();
    }

    @Test
    void refusesAWrongOrMissingMasterKey() throws Exception {
        open(null).close();

        assertFails(MasterKey.of(new byte[32]), Code.WRONG_MASTER_KEY, "is not the one that sealed the secrets");
        Files.delete(folder.resolve("master.key"));
        assertFails(null, Code.WRONG_MASTER_KEY, "master.key is missing");
        assertThat(folder.resolve("master.key")).doesNotExist();
    }

    @Test
    void refusesAFolderOfANewerVersionAndChangesNothing() throws Exception {
        open(null).close();
        try (var session = Session.writer(folder.resolve("config.db"))) {
            session.script("PRAGMA user_version = 7");
        }
        Map<String, Long> before = files();

        assertFails(
                null, Code.NEWER_VERSION, "has schema version 7, of a newer Sluice; this is Sluice 0.1.0, which knows");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void namesAFileThatIsNoDatabase() throws Exception {
        Files.writeString(folder.resolve("config.db"), "not a database ".repeat(100));

        assertFails(null, Code.CORRUPT, "config.db");
    }

    @Test
    void reportsDamageWhereItIsRead() throws Exception {
        try (var store = open(null)) {
            store.records().write(t -> {
                for (int i = 0; i < 200; i++) {
                    t.put("api", "a" + i, new byte[1000], Map.of());
                }
                return true;
            });
        }
        Path file = folder.resolve("config.db");
        byte[] content = Files.readAllBytes(file);
        Arrays.fill(content, 8192, content.length, (byte) 0x55);
        Files.write(file, content);

        assertThatThrownBy(() -> {
                    try (var store = open(null)) {
                        store.records().read(r -> r.list("api", "", null, 1000));
                    }
                })
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::code)
                .isEqualTo(Code.CORRUPT);
    }

    @Test
    void reportsAFullDiskAndWritesAgainOnceThereIsRoom() {
        try (var store = open(null)) {
            limitPages(store, store.config().writer().write(s -> s.number("PRAGMA page_count")) + 2);

            assertThatThrownBy(() -> store.records().write(t -> {
                        t.put("api", "big", new byte[1 << 20], Map.of());
                        return true;
                    }))
                    .asInstanceOf(type(StoreException.class))
                    .extracting(StoreException::code)
                    .isEqualTo(Code.DISK_FULL);
            assertThat(store.records().<Boolean>read(r -> r.get("api", "big").isPresent()))
                    .isFalse();
            limitPages(store, 1 << 20);
            store.records().write(t -> {
                t.put("api", "big", new byte[1 << 20], Map.of());
                return true;
            });
        }
    }

    @Test
    void syncsEachCommitOfEachFile() {
        try (var store = open(null)) {
            for (SqliteFile file : List.of(store.config(), store.usage())) {
                long synchronous = file.writer().write(session -> session.number("PRAGMA synchronous"));
                long foreignKeys = file.writer().write(session -> session.number("PRAGMA foreign_keys"));
                String journal = file.read(session -> session.first("PRAGMA journal_mode", row -> row.getString(1)))
                        .orElseThrow();

                assertThat(synchronous).isEqualTo(2);
                assertThat(foreignKeys).isEqualTo(1);
                assertThat(journal).isEqualTo("wal");
            }
        }
    }

    @Test
    void reportsAFileThatCannotBeWritten() {
        try (var store = open(null)) {
            pragma(store, "PRAGMA query_only = ON");

            assertThatThrownBy(() -> store.records().write(t -> t.deletePrefix("api", "")))
                    .hasMessageContaining("READONLY")
                    .asInstanceOf(type(StoreException.class))
                    .extracting(StoreException::code)
                    .isEqualTo(Code.IO);
        }
    }

    private static void limitPages(EmbeddedStore store, long pages) {
        pragma(store, "PRAGMA max_page_count = " + pages);
    }

    private static void pragma(EmbeddedStore store, String pragma) {
        store.config().writer().write(session -> {
            session.script(pragma);
            return true;
        });
    }

    private static long checksum(Path file) throws IOException {
        var checksum = new CRC32C();
        checksum.update(Files.readAllBytes(file));
        return checksum.getValue();
    }
}
