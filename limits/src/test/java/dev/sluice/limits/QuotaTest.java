/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One thread, a ledger that answers at once. */
final class QuotaTest {
    private static final QuotaId ID = new QuotaId("plan", "key");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);

    private final TestClock clock = new TestClock(Instant.parse("2026-11-30T12:00:00Z"));
    private final Limiter limiter = Limiter.inMemory(clock);
    private final MemoryLedger ledger = new MemoryLedger(Runnable::run);

    @Test
    void admitsExactlyTheLimit() {
        for (long limit : new long[] {0, 1, 2, 7, 8, 9, 100, 12_345}) {
            QuotaId id = new QuotaId("plan", "key" + limit);
            Quota quota = Quota.open(id, daily(limit), ledger, clock);
            assertThat(spend(quota, 20_000)).isEqualTo(limit);
            assertThat(decide(quota, 1))
                    .isEqualTo(new Decision.QuotaExceeded(quota, Instant.parse("2026-12-01T00:00:00Z")));
        }
    }

    @Test
    void tellsHowLongTheQuotaIsUsedUp() {
        Quota quota = Quota.open(ID, new QuotaLimit(0, QuotaLimit.Period.MONTH, 0), ledger, clock);
        Decision.QuotaExceeded exceeded = (Decision.QuotaExceeded) decide(quota, 1);
        assertThat(exceeded.resetsAt()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(exceeded.retryAfterSeconds(clock.instant())).isEqualTo(12 * 3600);
        assertThat(exceeded.retryAfterSeconds(clock.instant().plusNanos(1))).isEqualTo(12 * 3600);
        assertThat(exceeded.retryAfterSeconds(exceeded.resetsAt())).isEqualTo(1);
    }

    @Test
    void showsWhatRemainsWithoutAskingTheLedger() {
        Quota quota = Quota.open(ID, daily(10), ledger, clock);
        assertThat(quota.remaining()).isEqualTo(10);
        spend(quota, 4);
        assertThat(quota.remaining()).isEqualTo(6);
        spend(quota, 20);
        assertThat(quota.remaining()).isZero();
        clock.advance(Duration.ofDays(1));
        assertThat(quota.remaining()).isEqualTo(10);
    }

    @Test
    void reservesAheadByThePaceOfUse() {
        Quota quota = Quota.open(ID, daily(1_000_000), ledger, clock);
        int waits = 0;
        for (int i = 0; i < 20_000; i++) {
            clock.advance(Duration.ofMillis(1));
            waits += Deciding.admit(limiter, new Bucket[0], 0, quota, 1) instanceof Decision.AwaitQuota ? 1 : 0;
        }
        assertThat(waits).isLessThanOrEqualTo(2);
        assertThat(ledger.reservations()).isBetween(15, 100);
        assertThat(ledger.mostReserved()).isBetween(400L, Quota.MAX_AHEAD);
        clock.advance(Duration.ofHours(1));
        int before = ledger.reservations();
        spend(quota, 1_000);
        assertThat(ledger.reservations()).isGreaterThan(before);
    }

    @Test
    void refusalsDoNotCount() {
        Quota quota = Quota.open(ID, daily(10), ledger, clock);
        Bucket[] levels = {
            Bucket.full(new LiveLimit("key", new Limit(Rate.perSecond(0), 3)), clock),
        };
        for (int i = 0; i < 50; i++) {
            decide(levels, quota, 1);
        }
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 3, 7));
        assertThat(spend(quota, 100)).isEqualTo(7);
        assertThat(spend(quota, 100)).isZero();
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 10, 0));
    }

    @Test
    void reportsTheQuotaWhenTheRateRefusesToo() {
        Quota quota = Quota.open(ID, daily(1), ledger, clock);
        Bucket[] levels = {Bucket.full(new LiveLimit("key", new Limit(Rate.perSecond(1), 1)), clock)};
        assertThat(decide(levels, quota, 1)).isSameAs(Decision.Admitted.INSTANCE);
        assertThat(decide(levels, quota, 1)).isInstanceOf(Decision.QuotaExceeded.class);
        assertThat(decide(levels, null, 1)).isInstanceOf(Decision.Throttled.class);
    }

    @Test
    void aRequestMayCostManyUnits() {
        Quota quota = Quota.open(ID, daily(10_000), ledger, clock);
        assertThat(decide(quota, 6_000)).isSameAs(Decision.Admitted.INSTANCE);
        assertThat(decide(quota, 4_001)).isInstanceOf(Decision.QuotaExceeded.class);
        assertThat(decide(quota, Long.MAX_VALUE)).isInstanceOf(Decision.QuotaExceeded.class);
        assertThat(decide(quota, 4_000)).isSameAs(Decision.Admitted.INSTANCE);
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 10_000, 0));
    }

    @Test
    void countsEachUnitOnItsDay() {
        Quota quota = Quota.open(ID, new QuotaLimit(100, QuotaLimit.Period.WEEK, 0), ledger, clock);
        assertThat(spend(quota, 5)).isEqualTo(5);
        clock.set(Instant.parse("2026-11-30T23:59:59.999Z"));
        assertThat(spend(quota, 1)).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(spend(quota, 2)).isEqualTo(2);
        clock.advance(Duration.ofDays(2));
        assertThat(spend(quota, 4)).isEqualTo(4);
        assertThat(quota.usage(DAY.minusDays(2), DAY.plusDays(30)))
                .containsExactly(
                        new QuotaLedger.DayUse(DAY.minusDays(2), 0, 100),
                        new QuotaLedger.DayUse(DAY.minusDays(1), 0, 100),
                        new QuotaLedger.DayUse(DAY, 6, 94),
                        new QuotaLedger.DayUse(DAY.plusDays(1), 2, 92),
                        new QuotaLedger.DayUse(DAY.plusDays(2), 0, 92),
                        new QuotaLedger.DayUse(DAY.plusDays(3), 4, 88));
    }

    @Test
    void unitsHeldSinceYesterdayAreNotUsed() {
        Quota quota = Quota.open(ID, new QuotaLimit(1_000, QuotaLimit.Period.WEEK, 0), ledger, clock);
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(10));
            spend(quota, 1);
        }
        assertThat(ledger.spent(ID, DAY)).isGreaterThan(100);
        clock.advance(Duration.ofDays(2));
        assertThat(quota.usage(DAY, DAY.plusDays(2)))
                .containsExactly(
                        new QuotaLedger.DayUse(DAY, 100, 900),
                        new QuotaLedger.DayUse(DAY.plusDays(1), 0, 900),
                        new QuotaLedger.DayUse(DAY.plusDays(2), 0, 900));
        assertThat(spend(quota, 1)).isEqualTo(1);
        assertThat(usageOn(quota, DAY.plusDays(2))).isEqualTo(new QuotaLedger.DayUse(DAY.plusDays(2), 1, 899));
    }

    @Test
    void startsAnewWithThePeriod() {
        Quota quota = Quota.open(ID, new QuotaLimit(5, QuotaLimit.Period.MONTH, 0), ledger, clock);
        assertThat(spend(quota, 10)).isEqualTo(5);
        clock.set(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(usageOn(quota, DAY.plusDays(1))).isEqualTo(new QuotaLedger.DayUse(DAY.plusDays(1), 0, 5));
        assertThat(spend(quota, 10)).isEqualTo(5);
        assertThat(ledger.spent(ID, DAY)).isEqualTo(5);
        assertThat(ledger.spent(ID, LocalDate.of(2026, 12, 1))).isEqualTo(5);
    }

    @Test
    void aClockThatStepsBackGetsNothingTwice() {
        Quota quota = Quota.open(ID, daily(5), ledger, clock);
        assertThat(spend(quota, 3)).isEqualTo(3);
        clock.advance(Duration.ofDays(1));
        assertThat(spend(quota, 4)).isEqualTo(4);
        clock.advance(Duration.ofDays(-1));
        assertThat(spend(quota, 10)).isEqualTo(2);
        clock.advance(Duration.ofDays(1));
        assertThat(spend(quota, 10)).isEqualTo(1);
        clock.advance(Duration.ofDays(-1));
        assertThat(spend(quota, 10)).isZero();
    }

    @Test
    void setsWhatRemainsForThisPeriodOnly() {
        Quota quota = Quota.open(ID, daily(1_000), ledger, clock);
        assertThat(spend(quota, 5)).isEqualTo(5);
        quota.setRemaining(1_000).toCompletableFuture().join();
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 5, 1_000));
        assertThat(spend(quota, 2_000)).isEqualTo(1_000);
        quota.setRemaining(3).toCompletableFuture().join();
        assertThat(spend(quota, 2_000)).isEqualTo(3);
        quota.setRemaining(0).toCompletableFuture().join();
        assertThat(spend(quota, 1)).isZero();
        clock.advance(Duration.ofDays(1));
        assertThat(spend(quota, 2_000)).isEqualTo(1_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quota.setRemaining(-1))
                .withMessageStartingWith("remaining: -1 (expected: 0 to");
    }

    @Test
    void keepsWhatWasUsedWhenTheLimitChanges() {
        Quota quota = Quota.open(ID, daily(10), ledger, clock);
        assertThat(spend(quota, 7)).isEqualTo(7);
        quota.change(daily(20));
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 7, 13));
        quota.change(daily(5));
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 7, 0));
        assertThat(decide(quota, 1)).isInstanceOf(Decision.QuotaExceeded.class);
        quota.change(daily(8));
        assertThat(spend(quota, 5)).isEqualTo(1);
    }

    @Test
    void countsTheDaysAnewWhenTheCalendarChanges() {
        Quota quota = Quota.open(ID, daily(10), ledger, clock);
        clock.advance(Duration.ofDays(-1));
        assertThat(spend(quota, 10)).isEqualTo(10);
        clock.advance(Duration.ofDays(1));
        assertThat(spend(quota, 4)).isEqualTo(4);
        quota.change(new QuotaLimit(100, QuotaLimit.Period.MONTH, 0));
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 4, 86));
        assertThat(spend(quota, 6)).isEqualTo(6);
        quota.change(daily(50));
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 10, 40));
        quota.change(new QuotaLimit(30, QuotaLimit.Period.MONTH, 29 - 3));
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 10, 10));
        assertThat(spend(quota, 100)).isEqualTo(10);
    }

    @Test
    void countsTheDaysAnewWhenTheCalendarChangedWhileClosed() {
        Quota quota = Quota.open(ID, daily(10), ledger, clock);
        assertThat(spend(quota, 4)).isEqualTo(4);
        quota.close().toCompletableFuture().join();
        Quota reopened = Quota.open(ID, new QuotaLimit(9, QuotaLimit.Period.MONTH, 0), ledger, clock);
        assertThat(usage(reopened)).isEqualTo(new QuotaLedger.DayUse(DAY, 4, 5));
        assertThat(spend(reopened, 100)).isEqualTo(5);
    }

    @Test
    void returnsTheRestWhenClosed() {
        Quota quota = Quota.open(ID, daily(1_000), ledger, clock);
        for (int i = 0; i < 200; i++) {
            clock.advance(Duration.ofMillis(10));
            spend(quota, 1);
        }
        assertThat(ledger.spent(ID, DAY)).isGreaterThan(200);
        quota.close().toCompletableFuture().join();
        assertThat(ledger.spent(ID, DAY)).isEqualTo(200);
        assertThat(decide(quota, 1)).isInstanceOf(Decision.QuotaExceeded.class);
        assertThat(spend(Quota.open(ID, daily(1_000), ledger, clock), 5_000)).isEqualTo(800);
    }

    @Test
    void aCrashLosesABoundedNumberOfUnitsAndNeverGivesOneTwice() {
        long used = 0;
        long lost = 0;
        while (true) {
            Quota quota = Quota.open(ID, daily(50_000), ledger, clock);
            long spent = 0;
            for (int i = 0; i < 3_000; i++) {
                clock.advance(Duration.ofNanos(200_000));
                spent += spend(quota, 1);
            }
            used += spent;
            long lostNow = ledger.spent(ID, DAY) - used - lost;
            assertThat(lostNow).isBetween(0L, Quota.MAX_AHEAD);
            lost += lostNow;
            if (spent == 0) {
                break;
            }
        }
        assertThat(used + lost).isEqualTo(50_000);
        assertThat(used).isGreaterThan(40_000);
    }

    @Test
    void nothingIsGivenWhileTheLedgerFails() {
        Quota quota = Quota.open(ID, daily(3), ledger, clock);
        ledger.failing(true);
        for (int i = 0; i < 3; i++) {
            Decision.AwaitQuota await = (Decision.AwaitQuota) Deciding.admit(limiter, new Bucket[0], 0, quota, 1);
            assertThatThrownBy(() -> await.ready().toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("disk full");
        }
        ledger.failing(false);
        assertThat(spend(quota, 10)).isEqualTo(3);
    }

    @Test
    void whatCouldNotBeReturnedIsReturnedLater() {
        Quota quota = Quota.open(ID, new QuotaLimit(1_000, QuotaLimit.Period.MONTH, 0), ledger, clock);
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(10));
            spend(quota, 1);
        }
        clock.set(Instant.parse("2026-11-01T12:00:00Z"));
        ledger.failing(true);
        assertThat(Deciding.admit(limiter, new Bucket[0], 0, quota, 1)).isInstanceOf(Decision.AwaitQuota.class);
        quota.change(new QuotaLimit(1_001, QuotaLimit.Period.MONTH, 0));
        quota.change(new QuotaLimit(1_000, QuotaLimit.Period.MONTH, 0));
        ledger.failing(false);
        assertThat(spend(quota, 2_000)).isEqualTo(900);
        assertThat(usageOn(quota, LocalDate.of(2026, 11, 1)))
                .isEqualTo(new QuotaLedger.DayUse(LocalDate.of(2026, 11, 1), 900, 0));
        clock.set(Instant.parse("2026-11-30T12:00:00Z"));
        assertThat(usage(quota)).isEqualTo(new QuotaLedger.DayUse(DAY, 100, 0));
    }

    @Test
    void refusesADateRangeThatIsTheWrongWayRound() {
        Quota quota = Quota.open(ID, daily(3), ledger, clock);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quota.usage(DAY, DAY.minusDays(1)))
                .withMessage("from: 2026-11-30 (expected: at most 2026-11-29)");
        assertThat(quota.usage(DAY.plusDays(1), DAY.plusDays(2))).isEmpty();
    }

    private static QuotaLimit daily(long limit) {
        return new QuotaLimit(limit, QuotaLimit.Period.DAY, 0);
    }

    private QuotaLedger.DayUse usage(Quota quota) {
        return usageOn(quota, DAY);
    }

    private static QuotaLedger.DayUse usageOn(Quota quota, LocalDate day) {
        List<QuotaLedger.DayUse> usage = quota.usage(day, day);
        assertThat(usage).hasSize(1);
        return usage.getFirst();
    }

    private long spend(Quota quota, int tries) {
        long spent = 0;
        for (int i = 0; i < tries; i++) {
            spent += decide(quota, 1) instanceof Decision.Admitted ? 1 : 0;
        }
        return spent;
    }

    private Decision decide(Quota quota, long cost) {
        return decide(new Bucket[0], quota, cost);
    }

    private Decision decide(Bucket[] levels, @Nullable Quota quota, long cost) {
        Decision decision = Deciding.admit(limiter, levels, levels.length, quota, cost);
        while (decision instanceof Decision.AwaitQuota await) {
            await.ready().toCompletableFuture().join();
            decision = Deciding.admit(limiter, levels, levels.length, quota, cost);
        }
        return decision;
    }
}
