/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Code;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One open database file: a writer thread and a few connections to read with. Thread-safe. */
final class SqliteFile implements AutoCloseable {
    private static final int READERS = 4;
    private static final int WAIT_SECONDS = 10;

    private final Path path;
    private final GroupWriter writer;
    private final BlockingQueue<Session> readers;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SqliteFile(Path path, GroupWriter writer, BlockingQueue<Session> readers) {
        this.path = path;
        this.writer = writer;
        this.readers = readers;
    }

    /** Takes over the session, whose file must have its tables. */
    static SqliteFile open(Session session, String threadName) throws SQLException {
        var readers = new ArrayBlockingQueue<Session>(READERS);
        for (int i = 0; i < READERS; i++) {
            readers.add(Session.reader(session.file()));
        }
        return new SqliteFile(session.file(), GroupWriter.start(session, threadName), readers);
    }

    GroupWriter writer() {
        return writer;
    }

    /** Runs the work over one committed state. */
    <T extends @Nullable Object> T read(Session.Work<T> work) {
        if (closed.get()) {
            throw new StoreException(Code.IO, path + ": the store is closed");
        }
        Session session = takeReader();
        try {
            session.update("BEGIN");
            try {
                return work.run(session);
            } finally {
                session.update("ROLLBACK");
            }
        } catch (SQLException e) {
            throw SqliteFailure.of(path, e);
        } finally {
            readers.add(session);
        }
    }

    private Session takeReader() {
        try {
            Session session = readers.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (session == null) {
                throw new StoreException(Code.BUSY, path + ": no connection was free for " + WAIT_SECONDS + " s");
            }
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Code.BUSY, path + ": interrupted while waiting for a connection", e);
        }
    }

    /** Writes what is queued, waits for readers under way, and closes the connections. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        writer.close();
        List<Session> closing = new ArrayList<>();
        while (closing.size() < READERS) {
            closing.add(takeReader());
        }
        for (Session session : closing) {
            try {
                session.close();
            } catch (SQLException e) {
                throw SqliteFailure.of(path, e);
            }
        }
    }
}
