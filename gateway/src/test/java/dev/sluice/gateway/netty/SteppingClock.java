/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.limits.NanoClock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Stands still until it is told to go on; tells both kinds of time. Thread-safe. */
final class SteppingClock implements NanoClock, InstantSource {
    private final Instant start;
    private final AtomicLong nanos = new AtomicLong();

    SteppingClock(Instant start) {
        this.start = start;
    }

    void advanceNanos(long more) {
        nanos.addAndGet(more);
    }

    void advanceSeconds(long more) {
        advanceNanos(more * 1_000_000_000L);
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.get());
    }
}
