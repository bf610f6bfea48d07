/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task that repeats on a thread of its own; one run's failure is logged and does not end it. Thread-safe. */
final class Loop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    private final @Nullable ScheduledExecutorService executor;
    private final Runnable task;

    private Loop(@Nullable ScheduledExecutorService executor, Runnable task) {
        this.executor = executor;
        this.task = task;
    }

    /** A loop whose task never runs. */
    static Loop idle() {
        return new Loop(null, () -> {});
    }

    static Loop start(String threadName, Duration each, Runnable task) {
        var executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(threadName).daemon().factory());
        var loop = new Loop(executor, task);
        var _ = executor.scheduleWithFixedDelay(loop::run, each.toMillis(), each.toMillis(), TimeUnit.MILLISECONDS);
        return loop;
    }

    /** Runs the task soon, out of turn. */
    void wake() {
        if (executor != null) {
            executor.execute(this::run);
        }
    }

    private void run() {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.warn("{} failed and goes on", Thread.currentThread().getName(), e);
        }
    }

    /** Returns when no run is under way any more. */
    @Override
    public void close() {
        if (executor != null) {
            executor.close();
        }
    }
}
