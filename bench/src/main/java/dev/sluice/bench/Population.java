/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import dev.sluice.limits.BucketTable;
import dev.sluice.limits.KeyedLimit;
import dev.sluice.limits.Levels;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicLong;

/** A table in which many buckets were charged once, on a clock that stands until it is told to move. Not thread-safe. */
final class Population {
    /** A charge takes 1,000 s to refill. */
    static final Limit SLOW = new Limit(Rate.perSecond(new BigDecimal("0.001")), 5);

    private static final long STEP_NANOS = 50_000_000_000L;
    private static final int STEPS = 20;

    private final AtomicLong now = new AtomicLong();
    private final NanoClock clock = now::get;
    private final BucketTable table = new BucketTable(clock);
    private final Limiter limiter = Limiter.inMemory(clock);
    private final Levels levels = limiter.newLevels();
    private final KeyedLimit[] limits;
    private int subjects;

    Population(int limits) {
        this.limits = new KeyedLimit[limits];
        for (int i = 0; i < limits; i++) {
            this.limits[i] = table.limit("key", SLOW);
        }
    }

    /** So many more subjects, each charged under every limit. */
    Population grow(int bySubjects) {
        for (int end = subjects + bySubjects; subjects < end; subjects++) {
            for (KeyedLimit limit : limits) {
                limiter.admit(levels.clear().keyed(limit, subjects), 1);
            }
        }
        return this;
    }

    /** Lets all become full, with a sweep now and then as in a server; the next one finds them so. */
    Population refill() {
        for (int i = 0; i < STEPS; i++) {
            sweep();
            now.addAndGet(STEP_NANOS);
        }
        return this;
    }

    Population sweep() {
        table.sweep(1);
        return this;
    }

    BucketTable table() {
        return table;
    }
}
