/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Code;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Turns SQLite's result codes into the store's. */
final class SqliteFailure {
    private SqliteFailure() {}

    static StoreException of(Path file, SQLException cause) {
        if (!(cause instanceof SQLiteException sqlite)) {
            return new StoreException(Code.IO, file + ": " + cause.getMessage(), cause);
        }
        SQLiteErrorCode result = sqlite.getResultCode();
        return new StoreException(code(result), file + ": " + result.message + " (" + result.name() + ")", cause);
    }

    private static Code code(SQLiteErrorCode result) {
        // Extended codes carry the primary one in their low byte.
        return switch (result.code & 0xff) {
            case 13 -> Code.DISK_FULL; // SQLITE_FULL
            case 5, 6 -> Code.BUSY; // SQLITE_BUSY, SQLITE_LOCKED
            case 11, 26 -> Code.CORRUPT; // SQLITE_CORRUPT, SQLITE_NOTADB
            default -> Code.IO;
        };
    }

    static boolean isUniqueViolation(SQLException e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE
                        || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY);
    }
}
