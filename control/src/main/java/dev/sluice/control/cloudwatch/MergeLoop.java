/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges what was measured at each full second, so that values fall into the minute they belong to; and out of turn by {@link #merge}.
 * Thread-safe; one daemon thread.
 */
public final class MergeLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MergeLoop.class);
    private static final long INTERVAL_MILLIS = 1000;

    private final List<Runnable> sources;
    private final AtomicLong failures = new AtomicLong();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sluice-measurements").factory());

    private MergeLoop(List<Runnable> sources) {
        this.sources = List.copyOf(sources);
    }

    /** @param sources {@link GatewayMetrics#merge}, {@link FunctionMetrics#merge} and their like */
    public static MergeLoop start(InstantSource clock, List<Runnable> sources) {
        MergeLoop loop = new MergeLoop(sources);
        long untilFullSecond = INTERVAL_MILLIS - clock.millis() % INTERVAL_MILLIS;
        var _ = loop.thread.scheduleAtFixedRate(loop::tick, untilFullSecond, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return loop;
    }

    /** What was measured before the call is seen by readers on return. */
    public void merge() {
        sources.forEach(Runnable::run);
    }

    /** How many merges failed; the next one tries anew. */
    public long failures() {
        return failures.get();
    }

    private void tick() {
        try {
            merge();
        } catch (RuntimeException e) {
            if (failures.getAndIncrement() % 60 == 0) {
                LOG.warn("measurements were not merged", e);
            }
        }
    }

    /** Merges once more; nothing may be measured after. */
    @Override
    public void close() {
        thread.close();
        merge();
    }
}
