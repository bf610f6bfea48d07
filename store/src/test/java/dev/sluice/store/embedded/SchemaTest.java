/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.store.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchemaTest {
    private static final String FIRST =
            "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT) STRICT; INSERT INTO a (name) VALUES ('x')";
    private static final String SECOND = "ALTER TABLE a ADD COLUMN size INTEGER; UPDATE a SET size = 5";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("test.db");
    }

    private void migrate(String... steps) throws Exception {
        try (var session = Session.writer(file())) {
            new Schema("test.db", List.of(steps)).migrate(session, folder.resolve("backup"), "1.2.3");
        }
    }

    private static long number(Path file, String sql) throws SQLException {
        try (var session = Session.reader(file)) {
            return session.number(sql);
        }
    }

    @Test
    void makesTheTablesOfANewFileAndCopiesNothing() throws Exception {
        migrate(FIRST, SECOND);

        assertThat(number(file(), "PRAGMA user_version")).isEqualTo(2);
        assertThat(number(file(), "SELECT size FROM a")).isEqualTo(5);
        assertThat(folder.resolve("backup")).doesNotExist();
    }

    @Test
    void copiesAnOlderFileAsideThenMigratesIt() throws Exception {
        migrate(FIRST);
        migrate(FIRST, SECOND);

        assertThat(number(file(), "PRAGMA user_version")).isEqualTo(2);
        assertThat(number(file(), "SELECT size FROM a")).isEqualTo(5);
        Path copy = folder.resolve("backup/test.db.v1");
        assertThat(number(copy, "PRAGMA user_version")).isEqualTo(1);
        assertThat(number(copy, "SELECT count(*) FROM a")).isEqualTo(1);
    }

    @Test
    void leavesTheFileAsItWasWhenAStepFails() throws Exception {
        migrate(FIRST);

        assertThatThrownBy(() -> migrate(FIRST, SECOND, "UPDATE missing SET x = 1"))
                .isInstanceOf(SQLException.class);
        assertThat(number(file(), "PRAGMA user_version")).isEqualTo(1);
        assertThatThrownBy(() -> number(file(), "SELECT size FROM a")).hasMessageContaining("no such column");
        migrate(FIRST, SECOND);
        assertThat(number(file(), "SELECT size FROM a")).isEqualTo(5);
    }

    @Test
    void refusesAFileOfANewerVersion() throws Exception {
        migrate(FIRST, SECOND);

        assertThatThrownBy(() -> migrate(FIRST))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("schema version 2")
                .hasMessageContaining("Sluice 1.2.3, which knows version 1");
    }
}
