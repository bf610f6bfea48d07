/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LiveLimitTest {
    private final TestClock clock = new TestClock(0);
    private final Limiter limiter = Limiter.inMemory(clock);
    private final LiveLimit limit = new LiveLimit("key", limit(1, 10));

    @Test
    void oneWriteChangesEveryBucket() {
        Bucket[] buckets = new Bucket[1_000];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = Bucket.full(limit, clock);
        }
        limit.set(limit(1, 2), clock);
        for (Bucket bucket : buckets) {
            assertThat(drain(bucket)).isEqualTo(2);
        }
    }

    @Test
    void keepsTheDebtWhenTheBurstGrows() {
        Bucket bucket = Bucket.full(limit, clock);
        assertThat(drain(bucket)).isEqualTo(10);
        limit.set(limit(1, 15), clock);
        assertThat(drain(bucket)).isEqualTo(5);
    }

    @Test
    void aShrunkBucketIsEmptyAtWorst() {
        Bucket bucket = Bucket.full(limit, clock);
        drain(bucket);
        limit.set(limit(1, 2), clock);
        assertThat(drain(bucket)).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(drain(bucket)).isEqualTo(1);
    }

    @Test
    void whatIsOwedBeyondALoweredBurstIsOwedAgainWhenItIsRaised() {
        Bucket bucket = Bucket.full(limit, clock);
        drain(bucket);
        limit.set(limit(1, 2), clock);
        limit.set(limit(1, 10), clock);
        assertThat(drain(bucket)).isZero();
        limit.set(limit(1, 2), clock);
        clock.advance(Duration.ofSeconds(1));
        assertThat(drain(bucket)).isEqualTo(1);
        limit.set(limit(1, 6), clock);
        assertThat(drain(bucket)).isZero();
        limit.set(limit(1, 13), clock);
        assertThat(drain(bucket)).isEqualTo(3);
    }

    @Test
    void whatWasPutAsideIsPaidByTime() {
        Bucket bucket = Bucket.full(limit, clock);
        drain(bucket);
        limit.set(limit(1, 2), clock);
        clock.advance(Duration.ofSeconds(7));
        limit.set(limit(1, 10), clock);
        assertThat(drain(bucket)).isEqualTo(7);
    }

    @Test
    void raisingAndLoweringAgainGrantsNothing() {
        Bucket bucket = Bucket.full(limit, clock);
        drain(bucket);
        limit.set(limit(1, 5_000), clock);
        limit.set(limit(1, 10), clock);
        assertThat(drain(bucket)).isZero();
        limit.set(limit(1, 10), clock);
        assertThat(drain(bucket)).isZero();
    }

    @Test
    void whatWasSleptThroughIsReplayedAtTheRatesOfTheTime() {
        Bucket bucket = Bucket.full(limit, clock);
        drain(bucket);
        clock.advance(Duration.ofSeconds(2));
        limit.set(limit(0, 10), clock);
        clock.advance(Duration.ofDays(1));
        limit.set(limit(3, 10), clock);
        clock.advance(Duration.ofSeconds(1));
        limit.set(limit(0, 10), clock);
        clock.advance(Duration.ofDays(1));
        assertThat(drain(bucket)).isEqualTo(5);
    }

    @Test
    void whatIsAdmittedWhileTheChangeIsBeingMadeIsNotForgotten() {
        Bucket bucket = Bucket.full(limit, clock);
        drain(bucket);
        AtomicInteger readings = new AtomicInteger();
        limit.set(limit(2, 10), () -> {
            long instantNanos = clock.nanoTime();
            if (readings.getAndIncrement() == 0) {
                clock.advance(Duration.ofSeconds(10));
                assertThat(drain(bucket)).isEqualTo(10);
            }
            return instantNanos;
        });
        assertThat(drain(bucket)).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(drain(bucket)).isEqualTo(2);
    }

    @Test
    void startsFullAfterUnlimited() {
        Bucket bucket = Bucket.full(limit, clock);
        drain(bucket);
        limit.set(Limit.UNLIMITED, clock);
        assertThat(Deciding.admit(limiter, new Bucket[] {bucket}, 1, null, 1_000))
                .isSameAs(Decision.Admitted.INSTANCE);
        limit.set(limit(1, 4), clock);
        assertThat(drain(bucket)).isEqualTo(4);
    }

    @Test
    void isLiveWhenTheCallReturns() {
        Bucket bucket = Bucket.full(limit, clock);
        limit.set(limit(1, 0), clock);
        assertThat(limit.get()).isEqualTo(limit(1, 0));
        assertThat(Deciding.admit(limiter, new Bucket[] {bucket}, 1, null, 1))
                .isEqualTo(new Decision.Throttled("key", limit(1, 0), new Level(0, Long.MAX_VALUE, 0), Long.MAX_VALUE));
    }

    @Test
    void convertsDebtsTooLargeForOneWord() {
        LiveLimit large = new LiveLimit("key", new Limit(new Rate(999_983, 1_000_000_000), 1_000_000_000));
        Bucket bucket = Bucket.full(large, clock);
        assertThat(Deciding.admit(limiter, new Bucket[] {bucket}, 1, null, 123_456_789))
                .isSameAs(Decision.Admitted.INSTANCE);
        large.set(new Limit(new Rate(999_979, 1_000_000_007), 1_000_000_000), clock);
        assertThat(bucket.level(clock.nanoTime()).remaining()).isEqualTo(876_543_211);
    }

    @Test
    void reservationsUnderWayAreCarriedAcrossChanges() {
        Bucket bucket = Bucket.full(limit, clock);
        assertThat(bucket.reserve(clock.nanoTime(), clock.nanoTime(), 3)).isEqualTo(Bucket.Hold.HELD);
        assertThat(bucket.reserve(clock.nanoTime(), clock.nanoTime(), 4)).isEqualTo(Bucket.Hold.HELD);
        limit.set(limit(1, 20), clock);
        assertThat(bucket.reserve(clock.nanoTime(), clock.nanoTime(), 14)).isEqualTo(Bucket.Hold.REFUSED);
        assertThat(bucket.reserve(clock.nanoTime(), clock.nanoTime(), 13)).isEqualTo(Bucket.Hold.HELD);
        limit.set(Limit.UNLIMITED, clock);
        bucket.commit(clock.nanoTime(), clock.nanoTime(), 3);
        limit.set(limit(1, 20), clock);
        assertThat(bucket.level(clock.nanoTime()).remaining()).isEqualTo(3);
        bucket.commit(clock.nanoTime(), clock.nanoTime(), 4);
        bucket.release(clock.nanoTime(), 13);
        assertThat(bucket.level(clock.nanoTime()).remaining()).isEqualTo(16);
    }

    @Test
    void reservationsUnderWayAreCarriedToALaterBase() {
        LiveLimit fast = new LiveLimit("account", limit(9_999_991, 10));
        Bucket bucket = Bucket.full(fast, clock);
        assertThat(bucket.reserve(clock.nanoTime(), clock.nanoTime(), 4)).isEqualTo(Bucket.Hold.HELD);
        clock.advance(Duration.ofHours(1));
        assertThat(bucket.level(clock.nanoTime()).remaining()).isEqualTo(6);
        bucket.commit(clock.nanoTime(), clock.nanoTime(), 4);
        assertThat(drain(bucket)).isEqualTo(6);
    }

    private int drain(Bucket bucket) {
        int admitted = 0;
        while (Deciding.admit(limiter, new Bucket[] {bucket}, 1, null, 1) instanceof Decision.Admitted) {
            admitted++;
        }
        return admitted;
    }

    private static Limit limit(long rate, long burst) {
        return new Limit(Rate.perSecond(rate), burst);
    }
}
