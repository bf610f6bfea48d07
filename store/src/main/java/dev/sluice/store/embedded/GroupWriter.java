/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static java.util.Objects.requireNonNull;

import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Code;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes to a database file. What has queued up while it wrote goes into the next transaction together, each piece of
 * work behind a savepoint of its own, and every caller is answered after that transaction's commit. Thread-safe.
 */
final class GroupWriter implements AutoCloseable {
    static final int QUEUE_BOUND = 4096;
    private static final int BATCH_BOUND = 512;
    private static final int WAIT_SECONDS = 10;

    private final Session session;
    private final BlockingQueue<Task<?>> queue = new ArrayBlockingQueue<>(QUEUE_BOUND);
    private final AtomicLong commits = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    private GroupWriter(Session session, String threadName) {
        this.session = session;
        this.thread = Thread.ofPlatform().name(threadName).daemon().unstarted(this::run);
    }

    /** Takes over the session. */
    static GroupWriter start(Session session, String threadName) {
        var writer = new GroupWriter(session, threadName);
        writer.thread.start();
        return writer;
    }

    /** How many transactions were committed. */
    long commits() {
        return commits.get();
    }

    /** How many pieces of work wait. */
    int queued() {
        return queue.size();
    }

    /**
     * Queues the work without waiting. The future completes on the writer thread, so what depends on it must be short; a full queue or a
     * closed writer fails it at once.
     */
    <T extends @Nullable Object> CompletableFuture<T> submit(Session.Work<T> work) {
        var task = new Task<>(work);
        if (closing) {
            task.fail(closed());
        } else if (!queue.offer(task)) {
            task.fail(full());
        }
        failIfTooLate(task);
        return task.answer.thenCompose(outcome -> switch (outcome) {
            case Outcome.Value<T>(var value) -> CompletableFuture.completedFuture(value);
            case Outcome.Failure<T>(var cause) -> CompletableFuture.failedFuture(cause);
        });
    }

    /** Runs the work and waits until it is on disk; throws what the work threw. */
    <T extends @Nullable Object> T write(Session.Work<T> work) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("write within a write on " + thread.getName());
        }
        var task = new Task<>(work);
        enqueue(task);
        failIfTooLate(task);
        return switch (task.answer.join()) {
            case Outcome.Value<T>(var value) -> value;
            case Outcome.Failure<T>(RuntimeException cause) -> throw cause;
            case Outcome.Failure<T>(Error cause) -> throw cause;
            case Outcome.Failure<T>(var cause) -> throw new IllegalStateException(cause);
        };
    }

    private void enqueue(Task<?> task) {
        if (closing) {
            throw closed();
        }
        try {
            if (!queue.offer(task, WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw full();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Code.BUSY, session.file() + ": interrupted while waiting to write", e);
        }
    }

    /** What came into the queue before the thread's end is failed by {@link #close}, what came after it here. */
    private void failIfTooLate(Task<?> task) {
        if (!thread.isAlive() && queue.remove(task)) {
            task.fail(closed());
        }
    }

    private StoreException closed() {
        return new StoreException(Code.IO, session.file() + ": the store is closed");
    }

    private StoreException full() {
        return new StoreException(Code.BUSY, session.file() + ": " + QUEUE_BOUND + " writes are waiting");
    }

    private void run() {
        List<Task<?>> batch = new ArrayList<>(BATCH_BOUND);
        for (Task<?> next = next(); next != null; next = next()) {
            batch.add(next);
            queue.drainTo(batch, BATCH_BOUND - 1);
            commit(batch);
            batch.clear();
        }
    }

    /** Waits for work; null when closing and nothing is left. */
    private @Nullable Task<?> next() {
        while (true) {
            try {
                return closing ? queue.poll() : queue.take();
            } catch (InterruptedException e) {
                closing = true;
            }
        }
    }

    private void commit(List<Task<?>> batch) {
        try {
            session.update("BEGIN IMMEDIATE");
            for (Task<?> task : batch) {
                task.run(session);
            }
            session.update("COMMIT");
        } catch (SQLException e) {
            fail(batch, SqliteFailure.of(session.file(), e));
            return;
        } catch (StoreException e) {
            fail(batch, e);
            return;
        }
        commits.incrementAndGet();
        batch.forEach(Task::complete);
    }

    private void fail(List<Task<?>> batch, StoreException failure) {
        try {
            session.update("ROLLBACK");
        } catch (SQLException e) {
            failure.addSuppressed(e); // there may be nothing left to roll back
        }
        batch.forEach(task -> task.fail(failure));
    }

    /** Refuses new work, writes what is queued and closes the connection. */
    @Override
    public void close() {
        closing = true;
        var _ = queue.offer(new Task<>(_ -> true)); // wakes the thread; a full queue needs no waking
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Task<?> late = queue.poll(); late != null; late = queue.poll()) {
            late.fail(closed());
        }
        try {
            session.close();
        } catch (SQLException e) {
            throw SqliteFailure.of(session.file(), e);
        }
    }

    /** What a piece of work came to. */
    private sealed interface Outcome<T extends @Nullable Object> {
        record Value<T extends @Nullable Object>(T value) implements Outcome<T> {}

        record Failure<T extends @Nullable Object>(Throwable cause) implements Outcome<T> {}
    }

    /** One caller's work and its answer. */
    private static final class Task<T extends @Nullable Object> {
        private final Session.Work<T> work;
        private final CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();
        private @Nullable Outcome<T> outcome;

        Task(Session.Work<T> work) {
            this.work = work;
        }

        /** Throws only if the whole transaction is lost; a failure of the work itself is kept for its caller. */
        void run(Session session) throws SQLException {
            session.update("SAVEPOINT work");
            try {
                outcome = new Outcome.Value<>(work.run(session));
            } catch (SQLException e) {
                undo(session, SqliteFailure.of(session.file(), e));
            } catch (RuntimeException | Error e) {
                undo(session, e);
            }
            session.update("RELEASE work");
        }

        private void undo(Session session, Throwable failure) throws SQLException {
            try {
                session.update("ROLLBACK TO work");
            } catch (SQLException e) {
                // After some failures SQLite itself rolls the whole transaction back: then the first failure says why.
                if (failure instanceof StoreException why) {
                    throw why;
                }
                throw e;
            }
            outcome = new Outcome.Failure<>(failure);
        }

        void complete() {
            answer.complete(requireNonNull(outcome));
        }

        void fail(Throwable failure) {
            answer.complete(new Outcome.Failure<>(failure));
        }
    }
}
