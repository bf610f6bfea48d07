/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.store.Row;
import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Code;
import dev.sluice.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records as one session sees them. Confined to the thread that has the session. */
final class SqliteRecords implements Transaction {
    /** Above every text that starts with what stands before it; U+10FFFF is no character, and put refuses it. */
    private static final String LAST = Character.toString(0x10FFFF);

    private final Session session;

    SqliteRecords(Session session) {
        this.session = session;
    }

    @Override
    public Optional<byte[]> get(String kind, String id) {
        return row(kind, id).map(Row::body);
    }

    @Override
    public Optional<Row> row(String kind, String id) {
        return run(() -> session.first(
                "SELECT id, body, sequence FROM record WHERE kind = ? AND id = ?", SqliteRecords::readRow, kind, id));
    }

    @Override
    public List<Row> list(String kind, String idPrefix, @Nullable String afterId, int limit) {
        return run(() -> session.query(
                """
                SELECT id, body, sequence FROM record
                WHERE kind = ? AND id >= ? AND id < ? AND id > ? ORDER BY id LIMIT ?""", SqliteRecords::readRow, kind, idPrefix, idPrefix + LAST, afterId == null ? "" : afterId, limit));
    }

    @Override
    public List<Row> listNewestFirst(String kind, String idPrefix, long beforeSequence, int limit) {
        return run(() ->
                session.query("""
                SELECT id, body, sequence FROM record
                WHERE kind = ? AND id >= ? AND id < ? AND sequence < ? ORDER BY sequence DESC LIMIT ?""", SqliteRecords::readRow, kind, idPrefix, idPrefix + LAST, beforeSequence, limit));
    }

    @Override
    public List<Row> find(String kind, String index, String value) {
        return run(() -> session.query("""
                SELECT r.id, r.body, r.sequence FROM record_index i JOIN record r ON r.sequence = i.sequence
                WHERE i.kind = ? AND i.name = ? AND i.value = ? ORDER BY r.sequence""", SqliteRecords::readRow, kind, index, value));
    }

    @Override
    public List<Row> findPrefix(String kind, String index, String valuePrefix, long beforeSequence, int limit) {
        return run(() -> session.query(
                """
                SELECT r.id, r.body, r.sequence FROM record_index i JOIN record r ON r.sequence = i.sequence
                WHERE i.kind = ? AND i.name = ? AND i.value >= ? AND i.value < ? AND i.sequence < ?
                ORDER BY r.sequence DESC LIMIT ?""", SqliteRecords::readRow, kind, index, valuePrefix, valuePrefix + LAST, beforeSequence, limit));
    }

    @Override
    public long count(String kind, String idPrefix) {
        return run(() -> session.number(
                "SELECT count(*) FROM record WHERE kind = ? AND id >= ? AND id < ?", kind, idPrefix, idPrefix + LAST));
    }

    @Override
    public void put(String kind, String id, byte[] body, Map<String, String> indexes) {
        check(kind, id, indexes);
        run(() -> {
            long sequence = session.number("""
                    INSERT INTO record (kind, id, body) VALUES (?, ?, ?)
                    ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body RETURNING sequence""", kind, id, body);
            session.update("DELETE FROM record_index WHERE sequence = ?", sequence);
            index(kind, id, sequence, indexes);
            return true;
        });
    }

    @Override
    public boolean putNew(String kind, String id, byte[] body, Map<String, String> indexes) {
        check(kind, id, indexes);
        return run(() -> {
            Optional<Long> sequence = session.first("""
                    INSERT INTO record (kind, id, body) VALUES (?, ?, ?)
                    ON CONFLICT (kind, id) DO NOTHING RETURNING sequence""", row -> row.getLong(1), kind, id, body);
            if (sequence.isPresent()) {
                index(kind, id, sequence.get(), indexes);
            }
            return sequence.isPresent();
        });
    }

    private void index(String kind, String id, long sequence, Map<String, String> indexes) throws SQLException {
        for (var entry : indexes.entrySet()) {
            String name = entry.getKey();
            try {
                session.update(
                        "INSERT INTO record_index (kind, name, value, sequence, is_unique) VALUES (?, ?, ?, ?, ?)",
                        kind,
                        name,
                        entry.getValue(),
                        sequence,
                        name.startsWith(UNIQUE) ? 1 : 0);
            } catch (SQLException e) {
                if (SqliteFailure.isUniqueViolation(e)) {
                    throw new StoreException(
                            Code.DUPLICATE, "another " + kind + " than " + id + " has this value of " + name, e);
                }
                throw e;
            }
        }
    }

    @Override
    public boolean delete(String kind, String id) {
        return run(() -> session.update("DELETE FROM record WHERE kind = ? AND id = ?", kind, id)) > 0;
    }

    @Override
    public int deletePrefix(String kind, String idPrefix) {
        return run(() -> session.update(
                "DELETE FROM record WHERE kind = ? AND id >= ? AND id < ?", kind, idPrefix, idPrefix + LAST));
    }

    private static void check(String kind, String id, Map<String, String> indexes) {
        if (kind.isEmpty() || id.isEmpty()) {
            throw new IllegalArgumentException("kind and id: '%s', '%s' (expected: not empty)".formatted(kind, id));
        }
        checkText("id", id);
        indexes.forEach(SqliteRecords::checkText);
    }

    private static void checkText(String name, String value) {
        if (value.indexOf(0) >= 0 || value.contains(LAST)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: no U+0000 and no U+10FFFF)");
        }
    }

    private static Row readRow(ResultSet row) throws SQLException {
        return new Row(row.getString(1), row.getBytes(2), row.getLong(3));
    }

    private <T> T run(Query<T> query) {
        try {
            return query.run();
        } catch (SQLException e) {
            throw SqliteFailure.of(session.file(), e);
        }
    }

    private interface Query<T> {
        T run() throws SQLException;
    }
}
