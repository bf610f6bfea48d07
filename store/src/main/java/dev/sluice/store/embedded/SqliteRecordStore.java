/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.store.RecordStore;
import dev.sluice.store.Records;
import dev.sluice.store.Transaction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Records in {@code config.db}. Thread-safe. */
final class SqliteRecordStore implements RecordStore {
    private final SqliteFile file;

    SqliteRecordStore(SqliteFile file) {
        this.file = file;
    }

    @Override
    public <T extends @Nullable Object> T read(Function<Records, T> function) {
        return file.read(session -> function.apply(new SqliteRecords(session)));
    }

    @Override
    public <T extends @Nullable Object> T write(Function<Transaction, T> function) {
        return file.writer().write(session -> function.apply(new SqliteRecords(session)));
    }
}
