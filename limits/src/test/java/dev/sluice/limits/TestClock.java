/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Both clocks of a test, moved by hand. Thread-safe. */
final class TestClock implements NanoClock, InstantSource {
    private volatile long nanos;
    private volatile Instant instant;

    TestClock(long nanos) {
        this(nanos, Instant.EPOCH);
    }

    TestClock(Instant instant) {
        this(0, instant);
    }

    private TestClock(long nanos, Instant instant) {
        this.nanos = nanos;
        this.instant = instant;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return instant;
    }

    synchronized void advance(long byNanos) {
        nanos += byNanos;
        instant = instant.plusNanos(byNanos);
    }

    void advance(Duration by) {
        advance(by.toNanos());
    }

    void set(Instant to) {
        instant = to;
    }
}
