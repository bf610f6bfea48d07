/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.limits.BucketTable;
import dev.sluice.limits.Quotas;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets full buckets, a part of the table at a time, lets go of idle quotas, and does other small things now and then; nothing that is decided
 * depends on it. Thread-safe.
 */
final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    /** The whole table each 16 s. */
    private static final int PARTS = 64;

    private static final Duration PART_PERIOD = Duration.ofMillis(250);
    private static final Duration QUOTA_PERIOD = Duration.ofSeconds(5);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("sluice-sweeper").daemon().unstarted(task));

    private Sweeper() {}

    static Sweeper start(BucketTable buckets, Quotas quotas) {
        Sweeper sweeper = new Sweeper();
        sweeper.each(PART_PERIOD, "buckets", () -> buckets.sweep(PARTS));
        sweeper.each(QUOTA_PERIOD, "quotas", quotas::sweep);
        return sweeper;
    }

    /** As well, from now on; it should be short. */
    void each(Duration period, String what, Runnable sweep) {
        Runnable logged = () -> {
            try {
                sweep.run();
            } catch (RuntimeException e) {
                LOG.warn("cannot sweep {}; it is tried again in {}", what, period, e);
            }
        };
        var _ = executor.scheduleWithFixedDelay(logged, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for a sweep that is under way. */
    @Override
    public void close() throws InterruptedException {
        executor.shutdown();
        if (!executor.awaitTermination(QUOTA_PERIOD.toSeconds(), TimeUnit.SECONDS)) {
            LOG.warn("a sweep has not ended in {}", QUOTA_PERIOD);
        }
    }
}
