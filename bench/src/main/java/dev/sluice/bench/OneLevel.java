/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import com.google.common.util.concurrent.RateLimiter;
import dev.sluice.limits.Decision;
import dev.sluice.limits.KeyedLimit;
import dev.sluice.limits.Levels;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.NanoClock;
import io.github.bucket4j.Bucket;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One decision over one level, which admits, for a key at random: Sluice beside Bucket4j, Resilience4j and Guava. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OneLevel {
    private static final Limiter LIMITER = Limiter.inMemory(NanoClock.SYSTEM);

    @Benchmark
    public boolean sluice(SluiceKeys all, Scratch scratch, Order order) {
        Levels levels = scratch.levels.clear().keyed(all.limit, order.next(all.keys));
        return order.expect(LIMITER.admit(levels, 1) == Decision.Admitted.INSTANCE);
    }

    @Benchmark
    public boolean bucket4j(Bucket4jKeys all, Order order) {
        return order.expect(all.buckets[order.next(all.keys)].tryConsume(1));
    }

    @Benchmark
    public boolean resilience4j(Resilience4jKeys all, Order order) {
        return order.expect(all.limiters[order.next(all.keys)].acquirePermission(1));
    }

    @Benchmark
    public boolean guava(GuavaKeys all, Order order) {
        return order.expect(all.limiters[order.next(all.keys)].tryAcquire());
    }

    @State(Scope.Thread)
    public static class Scratch {
        final Levels levels = LIMITER.newLevels();
    }

    @State(Scope.Benchmark)
    public static class SluiceKeys {
        @Param({"1", "1000", "1000000"})
        public int keys;

        final KeyedLimit limit = Keys.sluice();

        /** Every key has been used before, so that its bucket is there. */
        @Setup
        public void setUp(Scratch scratch) {
            for (int key = 0; key < keys; key++) {
                LIMITER.admit(scratch.levels.clear().keyed(limit, key), 1);
            }
        }
    }

    @State(Scope.Benchmark)
    public static class Bucket4jKeys {
        @Param({"1", "1000", "1000000"})
        public int keys;

        Bucket[] buckets = {};

        @Setup
        public void setUp() {
            buckets = new Bucket[keys];
            Arrays.setAll(buckets, key -> Keys.bucket4j());
        }
    }

    @State(Scope.Benchmark)
    public static class Resilience4jKeys {
        @Param({"1", "1000", "1000000"})
        public int keys;

        AtomicRateLimiter[] limiters = {};

        @Setup
        public void setUp() {
            limiters = new AtomicRateLimiter[keys];
            Arrays.setAll(limiters, key -> Keys.resilience4j());
        }
    }

    @State(Scope.Benchmark)
    public static class GuavaKeys {
        @Param({"1", "1000", "1000000"})
        public int keys;

        RateLimiter[] limiters = {};

        @Setup
        public void setUp() {
            limiters = new RateLimiter[keys];
            Arrays.setAll(limiters, key -> Keys.guava());
        }
    }
}
