/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import com.google.common.util.concurrent.RateLimiter;
import dev.sluice.limits.BucketTable;
import dev.sluice.limits.KeyedLimit;
import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import io.github.bucket4j.Bucket;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;

/**
 * A token bucket for each key, in each library's own way: so generous that nothing is refused, on {@code System.nanoTime}, without waiting,
 * listeners or registries. A bucket of the others is in hand, by its index; Sluice looks it up in its table.
 */
final class Keys {
    static final int RATE = 10_000_000;
    static final int BURST = Integer.MAX_VALUE;

    private Keys() {}

    /** Each key has the limit for itself. */
    static KeyedLimit sluice() {
        return new BucketTable(NanoClock.SYSTEM).limit("key", new Limit(Rate.perSecond(RATE), BURST));
    }

    /** One bandwidth with greedy refill; nanosecond precision and the lock-free strategy, as its manual advises for a hot bucket. */
    static Bucket bucket4j() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(BURST).refillGreedy(RATE, Duration.ofSeconds(1)))
                .withNanosecondPrecision()
                .build();
    }

    /** The semaphore-free limiter, which is its default; it has no burst, so a period's permits stand for it. */
    static AtomicRateLimiter resilience4j() {
        return new AtomicRateLimiter("key", RESILIENCE4J);
    }

    private static final RateLimiterConfig RESILIENCE4J = RateLimiterConfig.custom()
            .limitForPeriod(BURST)
            .limitRefreshPeriod(Duration.ofSeconds(1))
            .timeoutDuration(Duration.ZERO)
            .build();

    /** Keeps a second's permits; asked with {@code tryAcquire}, which does not wait. */
    static RateLimiter guava() {
        return RateLimiter.create(10.0 * RATE);
    }
}
