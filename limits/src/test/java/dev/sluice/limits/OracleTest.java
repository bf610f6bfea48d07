/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random histories in one thread: each decision is the one of the slow and obvious model, and a refusal changes nothing. */
final class OracleTest {
    private static final int HISTORIES = 10_000;
    private static final int NIGHTLY_HISTORIES = 1_000_000;
    private static final String[] RATES = {
        "0", "0.1", "0.5", "1", "3", "7.77", "33.333333", "1000", "300000", "999983", "1500000", "7000000", "10000000"
    };
    private static final Rate THIRDS = Rate.perSecond(new BigDecimal("33.333333"));
    private static final long[] BURSTS = {0, 1, 2, 5, 20, 1000, Integer.MAX_VALUE};

    @Test
    void decidesAsTheOracle() {
        play(HISTORIES);
    }

    @Test
    @Tag("slow")
    void decidesAsTheOracleAMillionTimes() {
        play(NIGHTLY_HISTORIES);
    }

    private static void play(int histories) {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        System.out.println("OracleTest: " + histories + " histories, -Dsluice.seed=" + seed);
        long admitted = 0;
        long refused = 0;
        for (int i = 0; i < histories; i++) {
            History history = new History(seed + i);
            history.play();
            admitted += history.admitted;
            refused += history.refused;
        }
        System.out.println("OracleTest: " + admitted + " admitted, " + refused + " refused");
        assertThat(admitted).as("admitted, seed %s", seed).isGreaterThan(histories);
        assertThat(refused).as("refused, seed %s", seed).isGreaterThan(histories);
    }

    /** A level as it is tested: a shared bucket, or a key's own in a table. */
    private interface Tested {
        void set(Limit limit);

        void addTo(Levels levels);

        Level level(long nowNanos);
    }

    private record Shared(LiveLimit limit, Bucket bucket, NanoClock clock) implements Tested {
        @Override
        public void set(Limit to) {
            limit.set(to, clock);
        }

        @Override
        public void addTo(Levels levels) {
            levels.add(bucket);
        }

        @Override
        public Level level(long nowNanos) {
            return bucket.level(nowNanos);
        }

        @Override
        public String toString() {
            return bucket.toString();
        }
    }

    private record Keyed(BucketTable table, KeyedLimit limit) implements Tested {
        private static final int SUBJECT = 7;

        @Override
        public void set(Limit to) {
            limit.set(to);
        }

        @Override
        public void addTo(Levels levels) {
            levels.keyed(limit, SUBJECT);
        }

        @Override
        public Level level(long nowNanos) {
            return limit.level(SUBJECT, nowNanos);
        }

        @Override
        public String toString() {
            return limit + " " + table.word(BucketTable.id(SUBJECT, limit.index(), 0));
        }
    }

    private static final class History {
        private final long seed;
        private final Random random;
        private final TestClock clock;
        private final Limiter limiter;
        private final Levels levels;
        private final @Nullable BucketTable table;
        private final Tested[] tested;
        private final OracleBucket[] oracles;
        private final Envelope[] envelopes;
        private final boolean[] unlimitedOnce;
        private int admitted;
        private int refused;

        History(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.clock = new TestClock(random.nextLong());
            this.limiter = Limiter.inMemory(clock);
            this.levels = limiter.newLevels();
            this.table = random.nextBoolean() ? new BucketTable(clock) : null;
            long originNanos = clock.nanoTime();
            int count = random.nextInt(1, 5);
            this.tested = new Tested[count];
            this.oracles = new OracleBucket[count];
            this.envelopes = new Envelope[count];
            this.unlimitedOnce = new boolean[count];
            if (table != null && random.nextBoolean()) {
                clock.advance(random.nextInt(5_000_000));
            }
            for (int i = 0; i < count; i++) {
                boolean full = random.nextInt(3) > 0;
                if (i == 0 && table != null) {
                    Limit limit = randomKeyedLimit();
                    KeyedLimit keyed = full ? table.limit("key", limit) : table.emptyLimit("key", limit);
                    tested[i] = new Keyed(table, keyed);
                    oracles[i] = OracleBucket.keyed(limit, originNanos, clock.nanoTime(), full);
                } else {
                    Limit limit = randomLimit();
                    LiveLimit live = new LiveLimit("level" + i, limit);
                    tested[i] = new Shared(live, full ? Bucket.full(live, clock) : Bucket.empty(live, clock), clock);
                    oracles[i] = new OracleBucket(limit, clock.nanoTime(), full);
                }
                envelopes[i] = new Envelope(oracles[i].limit());
                unlimitedOnce[i] = oracles[i].limit().unlimited();
            }
        }

        void play() {
            boolean changing = random.nextBoolean();
            int maxStepBits = random.nextInt(10, 55);
            if (random.nextBoolean() && tested[0] instanceof Shared) {
                advanceToTheEndOfABase();
                maxStepBits = 30;
            }
            for (int step = 0; step < 60; step++) {
                int what = random.nextInt(20);
                if (what <= 1 && changing) {
                    int level = random.nextInt(tested.length);
                    Limit limit = tested[level] instanceof Keyed ? randomKeyedLimit() : randomLimit();
                    tested[level].set(limit);
                    oracles[level].change(limit, clock.nanoTime());
                    envelopes[level].changed(clock.nanoTime(), limit);
                    unlimitedOnce[level] |= limit.unlimited();
                } else if (what == 2) {
                    debit();
                } else if (what == 3 && table != null) {
                    table.sweep(1);
                } else if (what <= 7) {
                    clock.advance(random.nextLong(1L << random.nextInt(1, maxStepBits)));
                } else {
                    decide();
                }
            }
            for (int i = 0; i < envelopes.length; i++) {
                if (!unlimitedOnce[i]) {
                    envelopes[i].check("seed " + seed);
                }
            }
        }

        private int describe() {
            levels.clear();
            int count = random.nextInt(1, tested.length + 1);
            for (int i = 0; i < count; i++) {
                tested[i].addTo(levels);
            }
            return count;
        }

        /** Small ones: a debt that is too large to be counted is not what the oracle knows of. */
        private void debit() {
            long cost = random.nextInt(1, 5);
            int count = describe();
            limiter.debit(levels, cost);
            for (int i = 0; i < count; i++) {
                oracles[i].charge(clock.nanoTime(), cost);
            }
        }

        /** Where the arithmetic of the first level comes to its end, give or take what a bucket takes to fill. */
        private void advanceToTheEndOfABase() {
            Scale scale = Scale.of(oracles[0].limit());
            if (scale.maxTicks() < (1L << 58) / scale.tickNanos()) {
                clock.advance(scale.maxTicks() * scale.tickNanos() - random.nextLong(1L << random.nextInt(1, 30)));
            }
        }

        private void decide() {
            long now = clock.nanoTime();
            int count = describe();
            long cost = random.nextInt(4) > 0 ? 1 : random.nextLong(1, 30);
            String[] before = new String[count];
            long longest = 0;
            for (int i = 0; i < count; i++) {
                assertThat(tested[i].level(now).remaining())
                        .as("seed %s: %s", seed, tested[i])
                        .isEqualTo(oracles[i].remaining(now));
                before[i] = tested[i].toString();
                longest = Math.max(longest, oracles[i].waitNanos(now, cost));
            }
            long maxWaitNanos = random.nextInt(8) == 0 ? random.nextLong(1L << random.nextInt(1, 34)) : 0;
            switch (limiter.admit(levels, cost, maxWaitNanos)) {
                case Decision.Admitted admission -> {
                    admitted++;
                    assertThat(longest).as("seed %s: %s", seed, admission).isZero();
                    charge(count, cost);
                }
                case Decision.Delayed delayed -> {
                    assertThat(delayed.waitNanos()).as("seed %s", seed).isEqualTo(longest);
                    assertThat(longest).as("seed %s", seed).isBetween(1L, maxWaitNanos);
                    clock.advance(longest);
                    charge(count, cost);
                }
                case Decision.Throttled throttled -> {
                    refused++;
                    assertThat(throttled.retryAfterNanos()).as("seed %s", seed).isEqualTo(longest);
                    assertThat(longest).as("seed %s", seed).isGreaterThan(maxWaitNanos);
                    for (int i = 0; i < count; i++) {
                        assertThat(tested[i].toString()).as("seed %s", seed).isEqualTo(before[i]);
                    }
                    if (longest < 1L << 54 && random.nextBoolean()) {
                        clock.advance(longest - random.nextInt(2));
                    }
                }
                case Decision.QuotaExceeded _, Decision.AwaitQuota _ -> throw new AssertionError("there is no quota");
            }
        }

        private void charge(int count, long cost) {
            for (int i = 0; i < count; i++) {
                oracles[i].charge(clock.nanoTime(), cost);
                envelopes[i].admitted(clock.nanoTime(), cost);
            }
        }

        private Limit randomKeyedLimit() {
            while (true) {
                Limit limit = randomLimit();
                try {
                    var _ = Scale.packed(limit);
                    return limit;
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageContaining("expected: at most");
                }
            }
        }

        private Limit randomLimit() {
            if (random.nextInt(10) == 0) {
                return Limit.UNLIMITED;
            }
            Rate rate = Rate.perSecond(new BigDecimal(RATES[random.nextInt(RATES.length)]));
            long burst = BURSTS[random.nextInt(BURSTS.length)];
            return new Limit(rate, rate.equals(THIRDS) ? Math.min(burst, 1_000_000) : burst);
        }
    }
}
