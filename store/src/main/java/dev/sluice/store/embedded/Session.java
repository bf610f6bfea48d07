/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection and its prepared statements, which are kept: the set of SQL texts is small and fixed. Not thread-safe. */
final class Session implements AutoCloseable {
    private static final int BUSY_MILLIS = 5_000;

    private final Path file;
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private Session(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Opens for writing; makes the file where there is none. */
    static Session writer(Path file) throws SQLException {
        Session session = connect(file, "");
        session.configure("PRAGMA journal_mode = WAL");
        session.configure("PRAGMA synchronous = FULL");
        session.configure("PRAGMA foreign_keys = ON");
        return session;
    }

    static Session reader(Path file) throws SQLException {
        Session session = connect(file, "");
        session.configure("PRAGMA query_only = ON");
        return session;
    }

    /** Opens a file that nobody writes to, in a way that leaves no trace in its folder. */
    static Session untouched(Path file) throws SQLException {
        return connect(file, "?immutable=1");
    }

    private static Session connect(Path file, String parameters) throws SQLException {
        String uri = "jdbc:sqlite:" + file.toUri() + parameters;
        Session session = new Session(file, DriverManager.getConnection(uri));
        session.configure("PRAGMA busy_timeout = " + BUSY_MILLIS);
        return session;
    }

    private void configure(String pragma) throws SQLException {
        try {
            script(pragma);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Path file() {
        return file;
    }

    /** Runs several statements separated by semicolons. */
    void script(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** Returns the number of changed rows. */
    int update(String sql, @Nullable Object... arguments) throws SQLException {
        return run(sql, arguments, PreparedStatement::executeUpdate);
    }

    <T> List<T> query(String sql, Reader<T> reader, @Nullable Object... arguments) throws SQLException {
        return run(sql, arguments, statement -> {
            try (ResultSet results = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (results.next()) {
                    rows.add(reader.read(results));
                }
                return rows;
            }
        });
    }

    <T> Optional<T> first(String sql, Reader<T> reader, @Nullable Object... arguments) throws SQLException {
        return run(sql, arguments, statement -> {
            try (ResultSet results = statement.executeQuery()) {
                return results.next() ? Optional.of(reader.read(results)) : Optional.empty();
            }
        });
    }

    /** The single number that a query gives. */
    long number(String sql, @Nullable Object... arguments) throws SQLException {
        return first(sql, results -> results.getLong(1), arguments)
                .orElseThrow(() -> new IllegalStateException("no row: " + sql));
    }

    /** The driver drops a statement that fails, so it leaves the kept ones. */
    private <T> T run(String sql, @Nullable Object[] arguments, Execution<T> execution) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        try {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            return execution.run(statement);
        } catch (SQLException e) {
            statements.remove(sql);
            statement.close();
            throw e;
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        connection.close();
    }

    /** Reads the row a result stands on. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private interface Execution<T> {
        T run(PreparedStatement statement) throws SQLException;
    }

    /** What runs within one transaction. */
    interface Work<T extends @Nullable Object> {
        T run(Session session) throws SQLException;
    }
}
