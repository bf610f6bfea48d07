/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Code;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables of one database file and how they came about: step {@code n} (from 0) takes a file from version {@code n} to
 * {@code n + 1}. The version stands in the file itself ({@code PRAGMA user_version}).
 *
 * @param steps SQL scripts; a released one is never edited
 */
record Schema(String fileName, List<String> steps) {
    Schema {
        steps = List.copyOf(steps);
    }

    int version() {
        return steps.size();
    }

    /** Refuses a file of a newer version, leaving the folder as it is. */
    void check(Path file, String productVersion) {
        if (Files.notExists(file)) {
            return;
        }
        try (Session session = Session.untouched(file)) {
            refuseNewer(session, productVersion);
        } catch (SQLException e) {
            throw SqliteFailure.of(file, e);
        }
    }

    /** Brings the file to this version, in one transaction; one that holds data is first copied to {@code backup}. */
    void migrate(Session session, Path backup, String productVersion) throws SQLException, IOException {
        int found = refuseNewer(session, productVersion);
        if (found == version()) {
            return;
        }
        if (found > 0) {
            copyAside(session, backup, found);
        }
        session.script("BEGIN IMMEDIATE");
        try {
            for (String step : steps.subList(found, version())) {
                session.script(step);
            }
            session.script("PRAGMA user_version = " + version());
            session.script("COMMIT");
        } catch (SQLException e) {
            session.script("ROLLBACK");
            throw e;
        }
    }

    private int refuseNewer(Session session, String productVersion) throws SQLException {
        int found = Math.toIntExact(session.number("PRAGMA user_version"));
        if (found > version()) {
            throw new StoreException(
                    Code.NEWER_VERSION,
                    "%s has schema version %d, of a newer Sluice; this is Sluice %s, which knows version %d"
                            .formatted(session.file(), found, productVersion, version()));
        }
        return found;
    }

    private void copyAside(Session session, Path backup, int found) throws SQLException, IOException {
        Files.createDirectories(backup);
        Path copy = backup.resolve(fileName + ".v" + found);
        Path unfinished = backup.resolve(fileName + ".unfinished");
        Files.deleteIfExists(unfinished);
        session.update("VACUUM INTO ?", unfinished.toString());
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
    }
}
