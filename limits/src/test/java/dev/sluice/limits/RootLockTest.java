/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The lock-free engine beside the one with a root lock: the same answers in one thread, and as many admissions in several. */
final class RootLockTest {
    private static final int HISTORIES = 1_000;
    private static final int STEPS = 100;
    private static final int THREADS = 4;
    private static final long RUN_NANOS = 1_500_000_000;
    private static final String[] RATES = {"0", "0.1", "0.5", "3", "33.3333", "1000", "999983", "7000000", "10000000"};
    private static final long[] BURSTS = {0, 1, 2, 20, 1000, 1_000_000};

    @Test
    void bothEnginesAnswerTheSame() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        System.out.println("RootLockTest: -Dsluice.seed=" + seed);
        int refused = 0;
        for (int i = 0; i < HISTORIES; i++) {
            refused += new History(seed + i).play();
        }
        assertThat(refused).isBetween(HISTORIES * STEPS / 10, HISTORIES * STEPS * 9 / 10);
    }

    /** Two trees alike, one for each engine; the most specific level of ours is a key's own in a table. */
    private static final class History {
        private final long seed;
        private final Random random;
        private final TestClock clock;
        private final KeyedLimit keyed;
        private final LiveLimit[] limits = new LiveLimit[4];
        private final Bucket[] buckets = new Bucket[4];
        private final OracleBucket[] oracles = new OracleBucket[4];

        History(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.clock = new TestClock(random.nextLong());
            Limit first = randomLimit();
            this.keyed = new BucketTable(clock).limit("level0", first);
            oracles[0] = OracleBucket.keyed(first, clock.nanoTime(), clock.nanoTime(), true);
            for (int i = 1; i < oracles.length; i++) {
                Limit limit = randomLimit();
                limits[i] = new LiveLimit("level" + i, limit);
                buckets[i] = Bucket.full(limits[i], clock);
                oracles[i] = new OracleBucket(limit, clock.nanoTime(), true);
            }
        }

        int play() {
            Limiter lockFree = Limiter.inMemory(clock);
            RootLockLimiter rootLock = new RootLockLimiter(this, clock);
            Levels levels = lockFree.newLevels();
            int refused = 0;
            int maxStepBits = random.nextInt(10, 50);
            for (int step = 0; step < STEPS; step++) {
                if (random.nextInt(20) == 0) {
                    change(random.nextInt(oracles.length));
                }
                if (random.nextInt(3) == 0) {
                    clock.advance(random.nextLong(1L << random.nextInt(1, maxStepBits)));
                }
                int count = random.nextInt(1, oracles.length + 1);
                levels.clear().keyed(keyed, 7);
                for (int i = 1; i < count; i++) {
                    levels.add(buckets[i]);
                }
                long cost = random.nextInt(4) > 0 ? 1 : random.nextLong(1, 1L << random.nextInt(1, 22));
                Decision expected = rootLock.admit(oracles, count, cost);
                assertThat(lockFree.admit(levels, cost))
                        .as("seed %s, step %s, cost %s", seed, step, cost)
                        .isEqualTo(expected);
                if (expected instanceof Decision.Throttled throttled) {
                    refused++;
                    if (throttled.retryAfterNanos() < 1L << 50 && random.nextInt(4) == 0) {
                        clock.advance(throttled.retryAfterNanos() - random.nextInt(2));
                    }
                }
            }
            return refused;
        }

        private void change(int level) {
            Limit to = randomLimit();
            if (level == 0) {
                keyed.set(to);
            } else {
                limits[level].set(to, clock);
            }
            oracles[level].change(to, clock.nanoTime());
        }

        private Limit randomLimit() {
            Rate rate = Rate.perSecond(new BigDecimal(RATES[random.nextInt(RATES.length)]));
            return new Limit(rate, BURSTS[random.nextInt(BURSTS.length)]);
        }
    }

    private static final Limit KEY = new Limit(Rate.perSecond(8_000), 800);
    private static final Limit METHOD = new Limit(Rate.perSecond(999_983), 50_000);
    private static final Limit STAGE = new Limit(Rate.perSecond(20_000), 2_000);

    /** What one thread saw admitted at its key and at the stage, by either engine. */
    private record Seen(Envelope ownLockFree, Envelope ownRootLock, Envelope lockFree, Envelope rootLock) {}

    @Test
    void admitsAsMuchAsTheRootLockWhenAllLevelsAreShort() throws Exception {
        BucketTable table = new BucketTable(NanoClock.SYSTEM);
        KeyedLimit key = table.limit("key", KEY);
        Bucket method = Bucket.full(new LiveLimit("method", METHOD), NanoClock.SYSTEM);
        Bucket stage = Bucket.full(new LiveLimit("stage", STAGE), NanoClock.SYSTEM);
        long startNanos = System.nanoTime();
        OracleBucket methodOracle = new OracleBucket(METHOD, startNanos, true);
        OracleBucket stageOracle = new OracleBucket(STAGE, startNanos, true);
        Object root = new Object();
        Envelope lockFree = new Envelope(STAGE);
        Envelope rootLock = new Envelope(STAGE);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Seen>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                OracleBucket[] oracles = {
                    OracleBucket.keyed(KEY, table.originNanos(), startNanos, true), methodOracle, stageOracle
                };
                int subject = i;
                futures.add(threads.submit(() -> askBoth(
                        startNanos,
                        levels -> levels.clear().keyed(key, subject).add(method).add(stage),
                        root,
                        oracles)));
            }
            for (Future<Seen> future : futures) {
                Seen seen = future.get();
                seen.ownLockFree.check("key, lock-free");
                seen.ownRootLock.check("key, root lock");
                lockFree.addAll(seen.lockFree);
                rootLock.addAll(seen.rootLock);
            }
        }
        lockFree.check("stage, lock-free");
        rootLock.check("stage, root lock");
        assertThat(rootLock.admitted()).isGreaterThan(20_000);
        assertThat(lockFree.admitted()).isGreaterThanOrEqualTo(rootLock.admitted() * 999 / 1000);
    }

    private interface Tree {
        Levels describe(Levels levels);
    }

    /** Each in turn, so that both engines are offered the same at the same time, whatever else the machine does. */
    private static Seen askBoth(long startNanos, Tree tree, Object root, OracleBucket[] oracles) {
        StampingClock clock = new StampingClock();
        Limiter lockFree = Limiter.inMemory(NanoClock.SYSTEM);
        Levels levels = lockFree.newLevels();
        RootLockLimiter rootLock = new RootLockLimiter(root, clock);
        Seen seen = new Seen(new Envelope(KEY), new Envelope(KEY), new Envelope(STAGE), new Envelope(STAGE));
        while (System.nanoTime() - startNanos < RUN_NANOS) {
            if (lockFree.admit(tree.describe(levels), 1) == Decision.Admitted.INSTANCE) {
                seen.ownLockFree.admitted(levels.latestNanos(), 1);
                seen.lockFree.admitted(levels.latestNanos(), 1);
            }
            if (rootLock.admit(oracles, oracles.length, 1) == Decision.Admitted.INSTANCE) {
                seen.ownRootLock.admitted(clock.last, 1);
                seen.rootLock.admitted(clock.last, 1);
            }
        }
        return seen;
    }

    /** The last reading of a limiter's own clock is the stamp of its last admission. */
    private static final class StampingClock implements NanoClock {
        private long last;

        @Override
        public long nanoTime() {
            last = System.nanoTime();
            return last;
        }
    }
}
