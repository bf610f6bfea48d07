/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after all environments from one thread: ends those whose call or start is over its time, that hold more memory than they may, or
 * whose process is gone. A deadline is met within a tick (100 ms), better if it was known a tick ahead, and costs the calls nothing.
 */
final class Watch implements AutoCloseable {
    private static final long TICK_NANOS = 100_000_000;
    private static final long MEMORY_TICK_NANOS = 250_000_000;
    private static final long HOUSEKEEPING_NANOS = 1_000_000_000;
    private static final long MIN_PARK_NANOS = 1_000_000;

    private final Ticker ticker;
    private final Runnable housekeeping;
    private final Set<Environment> environments = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean stopped;

    /** @param housekeeping run each second on the watch's thread; must not block */
    Watch(Ticker ticker, Runnable housekeeping) {
        this.ticker = ticker;
        this.housekeeping = housekeeping;
        this.thread =
                Thread.ofPlatform().name("sluice-functions-watch").daemon().unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    void add(Environment environment) {
        environments.add(environment);
    }

    /** @return false when it was not under watch any more */
    boolean remove(Environment environment) {
        return environments.remove(environment);
    }

    Set<Environment> all() {
        return environments;
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    private void loop() {
        long memoryChecked = ticker.nanoTime();
        long housekept = memoryChecked;
        while (!stopped) {
            long now = ticker.nanoTime();
            long park = TICK_NANOS;
            for (Environment environment : environments) {
                environment.checkDeadline(now);
                park = Math.min(park, environment.untilDeadline(now));
            }
            if (now - memoryChecked >= MEMORY_TICK_NANOS) {
                environments.forEach(Environment::checkMemory);
                memoryChecked = now;
            }
            if (now - housekept >= HOUSEKEEPING_NANOS) {
                housekeeping.run();
                housekept = now;
            }
            LockSupport.parkNanos(this, Math.max(MIN_PARK_NANOS, park));
        }
    }
}
