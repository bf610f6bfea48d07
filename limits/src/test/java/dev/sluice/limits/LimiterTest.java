/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LimiterTest {
    private final TestClock clock = new TestClock(Long.MAX_VALUE - 5);
    private final Limiter limiter = Limiter.inMemory(clock);

    @Test
    void admitsTheBurstThenTheRate() {
        Bucket bucket = full("10", 3);
        assertThat(admitted(100, bucket)).isEqualTo(3);
        assertThat(refusal(1, bucket))
                .isEqualTo(new Decision.Throttled(
                        "level", bucket.limit().get(), new Level(0, 100_000_000, 300_000_000), 100_000_000));
        clock.advance(99_999_999);
        assertThat(refusal(1, bucket).retryAfterNanos()).isEqualTo(1);
        clock.advance(1);
        assertThat(admitted(100, bucket)).isEqualTo(1);
        clock.advance(Duration.ofDays(400));
        assertThat(admitted(100, bucket)).isEqualTo(3);
    }

    @Test
    void startsEmptyWhenToldSo() {
        LiveLimit limit = new LiveLimit("key", new Limit(Rate.perSecond(2), 2));
        Bucket bucket = Bucket.empty(limit, clock);
        assertThat(refusal(1, bucket).retryAfterNanos()).isEqualTo(500_000_000);
        clock.advance(Duration.ofSeconds(5));
        assertThat(admitted(100, bucket)).isEqualTo(2);
    }

    @Test
    void aRefusalAtOneLevelChargesNoOther() {
        Bucket key = full("1", 5);
        Bucket stage = full("1", 2);
        assertThat(admitted(5, key, stage)).isEqualTo(2);
        assertThat(key.level(clock.nanoTime()).remaining()).isEqualTo(3);
        assertThat(admitted(5, key)).isEqualTo(3);
    }

    @Test
    void namesTheLevelWithTheLongestWait() {
        Bucket quick = full("10", 1);
        Bucket slow = full("0.1", 1);
        Bucket ample = full("1", 100);
        assertThat(admitted(1, quick, slow, ample)).isEqualTo(1);
        Decision.Throttled refusal = refusal(1, quick, slow, ample);
        assertThat(refusal.limit()).isSameAs(slow.limit().get());
        assertThat(refusal.retryAfterNanos()).isEqualTo(10_000_000_000L);
        assertThat(refusal.retryAfterSeconds()).isEqualTo(10);
        assertThat(refusal(1, slow, quick)).isEqualTo(refusal);
    }

    @Test
    void neverRefillsAtRateZero() {
        Bucket bucket = full("0", 2);
        assertThat(admitted(5, bucket)).isEqualTo(2);
        clock.advance(Duration.ofDays(10_000));
        assertThat(refusal(1, bucket).retryAfterNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(refusal(1, bucket).retryAfterSeconds()).isEqualTo(Long.MAX_VALUE);
        assertThat(bucket.level(clock.nanoTime())).isEqualTo(new Level(0, Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @Test
    void admitsNothingAtBurstZero() {
        Bucket bucket = full("1000", 0);
        assertThat(refusal(1, bucket).retryAfterNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(bucket.level(clock.nanoTime())).isEqualTo(new Level(0, Long.MAX_VALUE, 0));
    }

    @Test
    void aCostAboveTheBurstNeverFits() {
        Bucket bucket = full("1000", 10);
        assertThat(refusal(11, bucket).retryAfterNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(refusal(Long.MAX_VALUE, bucket).retryAfterNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(Deciding.admit(limiter, new Bucket[] {bucket}, 1, null, 10)).isEqualTo(Decision.Admitted.INSTANCE);
    }

    @Test
    void unlimitedAdmitsAnyCost() {
        Bucket bucket = Bucket.empty(new LiveLimit("account", Limit.UNLIMITED), clock);
        assertThat(Deciding.admit(limiter, new Bucket[] {bucket}, 1, null, Long.MAX_VALUE))
                .isSameAs(Decision.Admitted.INSTANCE);
        assertThat(bucket.level(clock.nanoTime())).isEqualTo(new Level(Long.MAX_VALUE, 0, 0));
    }

    @Test
    void noLevelsAtAllAdmit() {
        assertThat(limiter.admit(limiter.newLevels(), 1)).isSameAs(Decision.Admitted.INSTANCE);
    }

    @Test
    void refusesSenselessArguments() {
        Levels levels = Deciding.levels(limiter, new Bucket[] {full("1", 1)}, 1, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter.admit(levels, 0))
                .withMessage("cost: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter.admit(levels, 1, 30_000_000_001L))
                .withMessage("maxWaitNanos: 30000000001 (expected: 0 to 30000000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter.debit(levels, 0))
                .withMessage("cost: 0 (expected: >= 1)");
        Levels many = limiter.newLevels();
        for (int i = 1; i < Levels.MAX; i++) {
            many.add(full("1", 1));
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> many.add(full("1", 1)))
                .withMessage("levels: 64 (expected: at most 63)");
    }

    @Test
    void theSameBucketTwiceIsRefusedRatherThanSpentTwice() {
        Bucket bucket = full("1", 1);
        assertThat(refusal(1, bucket, bucket).retryAfterNanos()).isPositive();
        assertThat(bucket.level(clock.nanoTime()).remaining()).isEqualTo(1);
    }

    @Test
    void levelTellsWhatRateLimitHeadersNeed() {
        Bucket bucket = full("2", 10);
        admitted(10, bucket);
        clock.advance(Duration.ofMillis(1300));
        assertThat(bucket.level(clock.nanoTime())).isEqualTo(new Level(2, 0, 3_700_000_000L));
        admitted(2, bucket);
        assertThat(bucket.level(clock.nanoTime())).isEqualTo(new Level(0, 200_000_000, 4_700_000_000L));
    }

    @Test
    void staysExactOverManyBases() {
        Bucket bucket = full("10000000", 7);
        long admitted = admitted(100, bucket);
        for (int i = 0; i < 1_000; i++) {
            clock.advance(Duration.ofSeconds(i));
            assertThat(admitted(10, bucket)).isEqualTo(i == 0 ? 0 : 7);
            clock.advance(399);
            assertThat(admitted(10, bucket)).isEqualTo(3);
            clock.advance(1);
            assertThat(admitted(10, bucket)).isEqualTo(1);
        }
        assertThat(admitted).isEqualTo(7);
    }

    @Test
    void chargesAsOfTheCommitAndHoldsTheTokenUntilThen() {
        Bucket bucket = full("1", 1);
        Decision[] meanwhile = new Decision[1];
        Decision slow = interrupted(
                () -> {
                    clock.advance(Duration.ofSeconds(10));
                    meanwhile[0] = Deciding.admit(limiter, new Bucket[] {bucket}, 1, null, 1);
                },
                bucket);
        assertThat(slow).isSameAs(Decision.Admitted.INSTANCE);
        assertThat(meanwhile[0])
                .isInstanceOfSatisfying(
                        Decision.Throttled.class,
                        refused -> assertThat(refused.retryAfterNanos()).isEqualTo(1));
        assertThat(refusal(1, bucket).retryAfterNanos()).isEqualTo(1_000_000_000);
    }

    @Test
    void aDecisionUnderWayIsCompletedAcrossAChange() {
        Bucket key = full("1", 2);
        Bucket stage = full("1", 5);
        Decision slow = interrupted(
                () -> {
                    key.limit().set(new Limit(Rate.perSecond(1), 0), clock);
                    assertThat(refusal(1, key).retryAfterNanos()).isEqualTo(Long.MAX_VALUE);
                    stage.limit().set(new Limit(Rate.perSecond(1), 7), clock);
                },
                key,
                stage);
        assertThat(slow).isSameAs(Decision.Admitted.INSTANCE);
        assertThat(stage.level(clock.nanoTime()).remaining()).isEqualTo(6);
        assertThat(admitted(3, key)).isZero();
    }

    @Test
    void aCommitThatComesLateIsNotLost() {
        Bucket[] levels = {full("1", 2)};
        AtomicInteger readings = new AtomicInteger();
        Limiter slow = Limiter.inMemory(() -> {
            long stampNanos = clock.nanoTime();
            if (readings.incrementAndGet() == 2) {
                clock.advance(Duration.ofSeconds(10));
                assertThat(admitted(5, levels)).isEqualTo(1);
            }
            return stampNanos;
        });
        assertThat(Deciding.admit(slow, levels, 1, null, 1)).isSameAs(Decision.Admitted.INSTANCE);
        assertThat(refusal(1, levels).retryAfterNanos()).isEqualTo(1_000_000_000);
    }

    /** A decision between whose reservations and commits something else happens. */
    private Decision interrupted(Runnable between, Bucket... levels) {
        AtomicInteger readings = new AtomicInteger();
        Limiter slow = Limiter.inMemory(() -> {
            if (readings.incrementAndGet() == 2) {
                between.run();
            }
            return clock.nanoTime();
        });
        return Deciding.admit(slow, levels, levels.length, null, 1);
    }

    @Test
    void keepsItsDebtWhenTheBaseMoves() {
        for (String rate : new String[] {"10000000", "999983", "33.333333", "0.1"}) {
            Limit limit = new Limit(Rate.perSecond(new BigDecimal(rate)), 1_000);
            Bucket bucket = Bucket.full(new LiveLimit("stage", limit), clock);
            clock.advance(Scale.of(limit).maxTicks() * Scale.of(limit).tickNanos());
            assertThat(admitted(2_000, bucket)).isEqualTo(1_000);
            for (int i = 0; i < 3; i++) {
                clock.advance(refusal(1, bucket).retryAfterNanos());
                assertThat(admitted(10, bucket)).isEqualTo(1);
            }
        }
    }

    @Test
    void retryAfterRoundsUpToSeconds() {
        assertThat(refusalFor(1).retryAfterSeconds()).isEqualTo(1);
        assertThat(refusalFor(1_000_000_000).retryAfterSeconds()).isEqualTo(1);
        assertThat(refusalFor(1_000_000_001).retryAfterSeconds()).isEqualTo(2);
    }

    private static Decision.Throttled refusalFor(long nanos) {
        return new Decision.Throttled("key", new Limit(Rate.perSecond(1), 1), new Level(0, nanos, nanos), nanos);
    }

    @Test
    void admittingAllocatesNothing() {
        Bucket[] levels = {full("10000000", 1_000_000), full("9999999", 1_000_000), full("5000000", 1_000_000)};
        Levels three = Deciding.levels(limiter, levels, 3, null);
        for (int i = 0; i < 50_000; i++) {
            limiter.admit(three, 1);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long empty = threads.getCurrentThreadAllocatedBytes() - before;
        before = threads.getCurrentThreadAllocatedBytes();
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            if (limiter.admit(three, 1) instanceof Decision.Throttled) {
                refused++;
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before - empty;
        assertThat(refused).isZero();
        assertThat(allocated).isLessThan(100_000);
    }

    private Bucket full(String rate, long burst) {
        return Bucket.full(new LiveLimit("level", new Limit(Rate.perSecond(new BigDecimal(rate)), burst)), clock);
    }

    private int admitted(int tries, Bucket... levels) {
        int admitted = 0;
        for (int i = 0; i < tries; i++) {
            admitted += Deciding.admit(limiter, levels, levels.length, null, 1) instanceof Decision.Admitted ? 1 : 0;
        }
        return admitted;
    }

    private Decision.Throttled refusal(long cost, Bucket... levels) {
        return (Decision.Throttled) Deciding.admit(limiter, levels, levels.length, null, cost);
    }
}
