/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random histories in one thread: each decision is the one of the slow and obvious model, and a refusal changes nothing. */
final class OracleTest {
    private static final int HISTORIES = 10_000;
    private static final String[] RATES = {
        "0", "0.1", "0.5", "1", "3", "7.77", "33.333333", "1000", "300000", "999983", "1500000", "7000000", "10000000"
    };
    private static final Rate THIRDS = Rate.perSecond(new BigDecimal("33.333333"));
    private static final long[] BURSTS = {0, 1, 2, 5, 20, 1000, Integer.MAX_VALUE};

    @Test
    void decidesAsTheOracle() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        System.out.println("OracleTest: -Dsluice.seed=" + seed);
        int admitted = 0;
        int refused = 0;
        for (int i = 0; i < HISTORIES; i++) {
            History history = new History(seed + i);
            history.play();
            admitted += history.admitted;
            refused += history.refused;
        }
        assertThat(admitted).as("admitted").isGreaterThan(HISTORIES);
        assertThat(refused).as("refused").isGreaterThan(HISTORIES);
    }

    private static final class History {
        private final long seed;
        private final Random random;
        private final TestClock clock;
        private final Limiter limiter;
        private final LiveLimit[] limits;
        private final Bucket[] buckets;
        private final OracleBucket[] oracles;
        private final Envelope[] envelopes;
        private int admitted;
        private int refused;

        History(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.clock = new TestClock(random.nextLong());
            this.limiter = Limiter.inMemory(clock);
            int levels = random.nextInt(1, 5);
            this.limits = new LiveLimit[levels];
            this.buckets = new Bucket[levels];
            this.oracles = new OracleBucket[levels];
            this.envelopes = new Envelope[levels];
            for (int i = 0; i < levels; i++) {
                Limit limit = randomLimit();
                boolean full = random.nextInt(3) > 0;
                limits[i] = new LiveLimit("level" + i, limit);
                buckets[i] = full ? Bucket.full(limits[i], clock) : Bucket.empty(limits[i], clock);
                oracles[i] = new OracleBucket(limit, clock.nanoTime(), full);
                envelopes[i] = new Envelope(limit);
            }
        }

        void play() {
            boolean changing = random.nextBoolean();
            int maxStepBits = random.nextInt(10, 55);
            if (random.nextBoolean()) {
                advanceToTheEndOfABase();
                maxStepBits = 30;
            }
            for (int step = 0; step < 60; step++) {
                int what = random.nextInt(10);
                if (what == 0 && changing) {
                    int level = random.nextInt(limits.length);
                    Limit limit = randomLimit();
                    limits[level].set(limit, clock);
                    oracles[level].change(limit, clock.nanoTime());
                    envelopes[level].changed(clock.nanoTime(), limit);
                } else if (what <= 3) {
                    clock.advance(random.nextLong(1L << random.nextInt(1, maxStepBits)));
                } else {
                    decide();
                }
            }
            for (int i = 0; i < envelopes.length; i++) {
                if (!changing && !limits[i].get().unlimited()) {
                    envelopes[i].check("seed " + seed);
                }
            }
        }

        /** Where the arithmetic of the first level comes to its end, give or take what a bucket takes to fill. */
        private void advanceToTheEndOfABase() {
            Scale scale = Scale.of(limits[0].get());
            if (scale.maxTicks() < (1L << 58) / scale.tickNanos()) {
                clock.advance(scale.maxTicks() * scale.tickNanos() - random.nextLong(1L << random.nextInt(1, 30)));
            }
        }

        private void decide() {
            long now = clock.nanoTime();
            int count = random.nextInt(1, buckets.length + 1);
            long cost = random.nextInt(4) > 0 ? 1 : random.nextLong(1, 30);
            String[] before = new String[count];
            long longest = 0;
            for (int i = 0; i < count; i++) {
                assertThat(buckets[i].level(now).remaining())
                        .as("seed %s: %s", seed, buckets[i])
                        .isEqualTo(oracles[i].remaining(now));
                before[i] = buckets[i].toString();
                longest = Math.max(longest, oracles[i].waitNanos(now, cost));
            }
            switch (limiter.admit(buckets, count, null, cost)) {
                case Decision.Admitted admission -> {
                    admitted++;
                    assertThat(longest).as("seed %s: %s", seed, admission).isZero();
                    for (int i = 0; i < count; i++) {
                        oracles[i].charge(cost);
                        envelopes[i].admitted(now, cost);
                    }
                }
                case Decision.Throttled throttled -> {
                    refused++;
                    assertThat(throttled.retryAfterNanos()).as("seed %s", seed).isEqualTo(longest);
                    assertThat(throttled.bucket().waitNanos(now, cost)).isEqualTo(longest);
                    for (int i = 0; i < count; i++) {
                        assertThat(buckets[i].toString()).as("seed %s", seed).isEqualTo(before[i]);
                    }
                    if (longest < 1L << 54 && random.nextBoolean()) {
                        clock.advance(longest - random.nextInt(2));
                    }
                }
                case Decision.QuotaExceeded other -> throw new AssertionError(other);
                case Decision.AwaitQuota other -> throw new AssertionError(other);
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
