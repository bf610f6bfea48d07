/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import dev.sluice.limits.Bucket;
import dev.sluice.limits.BucketTable;
import dev.sluice.limits.Decision;
import dev.sluice.limits.KeyedLimit;
import dev.sluice.limits.Levels;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.LiveQuotaLimit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Quotas;
import dev.sluice.limits.Rate;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The decision of a gateway's request: key, method, stage, API, account and the key's quota, for one of 1,000 keys at random. Threads
 * share all levels but the key's.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SixLevels {
    private static final int KEYS = 1_000;
    private static final Limit AMPLE = new Limit(Rate.perSecond(Keys.RATE), Keys.BURST);
    private static final Limit SCARCE = new Limit(Rate.perSecond(new BigDecimal("0.001")), 1);
    private static final Limiter LIMITER = Limiter.inMemory(NanoClock.SYSTEM);

    @Benchmark
    public boolean admit(Ample tree, Scratch scratch, Order order) {
        int key = order.next(KEYS);
        Decision decision = LIMITER.admit(tree.levels(scratch.levels, key).quota(tree.quotas.find(key)), 1);
        while (decision instanceof Decision.AwaitQuota wait) {
            wait.ready().toCompletableFuture().join();
            decision = LIMITER.admit(tree.levels(scratch.levels, key).quota(tree.quotas.find(key)), 1);
        }
        return order.expect(decision == Decision.Admitted.INSTANCE);
    }

    @Benchmark
    public boolean admitWithoutQuota(Ample tree, Scratch scratch, Order order) {
        Levels levels = tree.levels(scratch.levels, order.next(KEYS));
        return order.expect(LIMITER.admit(levels, 1) == Decision.Admitted.INSTANCE);
    }

    @Benchmark
    public Decision refuseByKey(ScarceKey tree, Scratch scratch, Order order) {
        return refuse(tree, scratch, order);
    }

    @Benchmark
    public Decision refuseByAccount(ScarceAccount tree, Scratch scratch, Order order) {
        return refuse(tree, scratch, order);
    }

    private static Decision refuse(Tree tree, Scratch scratch, Order order) {
        int key = order.next(KEYS);
        Decision decision = LIMITER.admit(tree.levels(scratch.levels, key).quota(tree.quotas.find(key)), 1);
        order.expect(decision instanceof Decision.Throttled);
        return decision;
    }

    @State(Scope.Thread)
    public static class Scratch {
        final Levels levels = LIMITER.newLevels();
    }

    @State(Scope.Benchmark)
    public static class Ample extends Tree {
        public Ample() {
            super(AMPLE, AMPLE);
        }
    }

    @State(Scope.Benchmark)
    public static class ScarceKey extends Tree {
        public ScarceKey() {
            super(SCARCE, AMPLE);
        }
    }

    @State(Scope.Benchmark)
    public static class ScarceAccount extends Tree {
        public ScarceAccount() {
            super(AMPLE, SCARCE);
        }
    }

    /** Each key has a limit and a quota for itself; all share the rest. */
    public abstract static class Tree {
        private final KeyedLimit key;
        private final Bucket method = bucket("method", AMPLE);
        private final Bucket stage = bucket("stage", AMPLE);
        private final Bucket api = bucket("api", AMPLE);
        private final Bucket account;
        final Quotas quotas = new Quotas(new GenerousLedger(), InstantSource.system());

        Tree(Limit key, Limit account) {
            this.key = new BucketTable(NanoClock.SYSTEM).limit("key", key);
            this.account = bucket("account", account);
            LiveQuotaLimit month = LiveQuotaLimit.of(new QuotaLimit(Integer.MAX_VALUE, QuotaLimit.Period.MONTH, 0));
            for (int i = 0; i < KEYS; i++) {
                quotas.open(i, new QuotaId("plan", "key" + i), month);
            }
        }

        private static Bucket bucket(String name, Limit limit) {
            return Bucket.full(new LiveLimit(name, limit), NanoClock.SYSTEM);
        }

        /** What is scarce is used up first. */
        @Setup
        public void use(Scratch scratch) {
            for (int i = 0; i < KEYS; i++) {
                LIMITER.admit(scratch.levels.clear().keyed(key, i), 1);
            }
            LIMITER.admit(scratch.levels.clear().add(account), 1);
        }

        Levels levels(Levels levels, int ofKey) {
            return levels.clear()
                    .keyed(key, ofKey)
                    .add(method)
                    .add(stage)
                    .add(api)
                    .add(account);
        }
    }
}
