/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.QuotaDay;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import dev.sluice.limits.QuotaLedger.DayUse;
import dev.sluice.limits.QuotaLedger.Grant;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.QuotaLimit.Period;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every ledger must do; each implementation extends it. */
public abstract class QuotaLedgerContract {
    private static final QuotaId ID = new QuotaId("plan", "key");
    private static final QuotaLimit MONTHLY = new QuotaLimit(10, Period.MONTH, 0);
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant NEXT_NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final QuotaDay DAY = MONTHLY.day(NOON);
    private static final QuotaDay NEXT = MONTHLY.day(NEXT_NOON);
    private static final LocalDate SUNDAY = DAY.date();
    private static final LocalDate MONDAY = NEXT.date();

    /** The ledger under test; the same one for all calls of a test until {@link #reopen}. */
    protected abstract QuotaLedger ledger();

    /** Closes the ledger and opens it anew on the same data. */
    protected abstract void reopen();

    private static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private long reserve(QuotaDay day, long limit, long want) {
        return done(ledger().reserve(ID, day, limit, want)).units();
    }

    @Test
    void grantsWhatIsAskedForAsLongAsItIsThere() {
        assertThat(ledger().remaining(ID, DAY.period(), 10)).isEqualTo(10);
        assertThat(done(ledger().reserve(ID, DAY, 10, 4))).isEqualTo(new Grant(4, 6));
        assertThat(done(ledger().reserve(ID, DAY, 10, 4))).isEqualTo(new Grant(4, 2));
        assertThat(done(ledger().reserve(ID, DAY, 10, 4))).isEqualTo(new Grant(2, 0));
        assertThat(done(ledger().reserve(ID, DAY, 10, 4))).isEqualTo(new Grant(0, 0));
        assertThat(ledger().remaining(ID, DAY.period(), 10)).isZero();
        assertThat(ledger().days(ID, SUNDAY, SUNDAY)).containsExactly(new DayUse(SUNDAY, 10, 0));
    }

    @Test
    void keepsEachCounterAndPeriodApart() {
        QuotaDay december = MONTHLY.day(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(reserve(DAY, 5, 9)).isEqualTo(5);
        for (QuotaId other : new QuotaId[] {new QuotaId("plan", "other"), new QuotaId("other", "key")}) {
            assertThat(done(ledger().reserve(other, DAY, 5, 9)).units()).isEqualTo(5);
        }
        assertThat(reserve(december, 5, 9)).isEqualTo(5);
        assertThat(ledger().remaining(ID, DAY.period(), 5)).isZero();
    }

    @Test
    void grantsNothingBeyondALoweredLimitAndMoreUnderARaisedOne() {
        assertThat(reserve(DAY, 10, 8)).isEqualTo(8);
        assertThat(reserve(DAY, 5, 1)).isZero();
        assertThat(ledger().remaining(ID, DAY.period(), 5)).isEqualTo(-3);
        assertThat(reserve(NEXT, 20, 100)).isEqualTo(12);
        assertThat(ledger().days(ID, SUNDAY, MONDAY))
                .containsExactly(new DayUse(SUNDAY, 8, 2), new DayUse(MONDAY, 12, 0));
    }

    @Test
    void takesBackWhatWasNotUsed() {
        reserve(DAY, 10, 6);
        reserve(NEXT, 10, 3);
        done(ledger().giveBack(ID, DAY, 2));

        assertThat(ledger().remaining(ID, DAY.period(), 10)).isEqualTo(3);
        assertThat(ledger().days(ID, SUNDAY, MONDAY))
                .containsExactly(new DayUse(SUNDAY, 4, 6), new DayUse(MONDAY, 3, 3));
        assertThat(reserve(NEXT, 10, 9)).isEqualTo(3);
        done(ledger().giveBack(ID, DAY, 5));
        assertThat(ledger().days(ID, SUNDAY, SUNDAY).getFirst().used()).isZero();
    }

    @Test
    void setsWhatRemainsInOnePeriodAlone() {
        reserve(DAY, 10, 5);
        done(ledger().setRemaining(ID, DAY, 10, 1000));

        assertThat(ledger().days(ID, SUNDAY, SUNDAY)).containsExactly(new DayUse(SUNDAY, 5, 1000));
        assertThat(reserve(DAY, 10, 5000)).isEqualTo(1000);
        done(ledger().setRemaining(ID, NEXT, 10, 0));
        assertThat(reserve(NEXT, 10, 1)).isZero();
        assertThat(ledger().days(ID, SUNDAY, MONDAY))
                .containsExactly(new DayUse(SUNDAY, 1005, 0), new DayUse(MONDAY, 0, 0));
        assertThat(reserve(MONTHLY.day(Instant.parse("2026-12-01T00:00:00Z")), 10, 99))
                .isEqualTo(10);
    }

    @Test
    void countsTheSameDaysByAnyCalendar() {
        reserve(DAY, 10, 4);
        reserve(NEXT, 10, 2);
        done(ledger().setRemaining(ID, NEXT, 10, 9));
        QuotaDay daily = new QuotaLimit(10, Period.DAY, 0).day(NEXT_NOON);
        assertThat(done(ledger().reserve(ID, daily, 10, 1))).isEqualTo(new Grant(1, 7));
        QuotaDay weekly = new QuotaLimit(10, Period.WEEK, 0).day(NEXT_NOON);
        assertThat(done(ledger().reserve(ID, weekly, 10, 1))).isEqualTo(new Grant(1, 2));
        assertThat(ledger().remaining(ID, DAY.period(), 10))
                .as("a month has what was set, less what was used since")
                .isEqualTo(7);
    }

    @Test
    void countsADayOfAnotherZoneInEachPeriodThatItLiesIn() {
        Instant evening = Instant.parse("2026-11-30T20:00:00Z");
        reserve(MONTHLY.day(evening), 10, 3);
        QuotaLimit tokyo = new QuotaLimit(10, Period.MONTH, 0, ZoneId.of("Asia/Tokyo"));
        QuotaDay first = tokyo.day(evening);
        assertThat(first.date()).isEqualTo("2026-12-01");
        assertThat(done(ledger().reserve(ID, first, 10, 2))).isEqualTo(new Grant(2, 5));
        assertThat(ledger().remaining(ID, tokyo.day(NOON).period(), 10)).isEqualTo(7);
        assertThat(ledger().remaining(ID, DAY.period(), 10)).isEqualTo(5);
    }

    @Test
    void survivesTheLargestNumbers() {
        assertThat(reserve(DAY, QuotaLimit.MAX_UNITS, Long.MAX_VALUE)).isEqualTo(QuotaLimit.MAX_UNITS);
        done(ledger().setRemaining(ID, DAY, QuotaLimit.MAX_UNITS, QuotaLimit.MAX_UNITS));
        assertThat(reserve(DAY, QuotaLimit.MAX_UNITS, 9)).isEqualTo(9);
        done(ledger().setRemaining(ID, DAY, QuotaLimit.MAX_UNITS, 0));
        assertThat(reserve(DAY, 0, 9)).isZero();
    }

    @Test
    void remembersOverARestartAndForgetsWhenTold() {
        reserve(DAY, 10, 6);
        reopen();
        assertThat(reserve(DAY, 10, 6)).isEqualTo(4);
        done(ledger().setRemaining(ID, DAY, 10, 1));
        done(ledger().forget(ID));
        assertThat(ledger().remaining(ID, DAY.period(), 10)).isEqualTo(10);
        assertThat(ledger().days(ID, LocalDate.parse("2000-01-01"), MONDAY)).isEmpty();
        done(ledger().giveBack(ID, DAY, 3));
        assertThat(ledger().remaining(ID, DAY.period(), 10)).isEqualTo(10);
        assertThat(reserve(DAY, 10, 6)).isEqualTo(6);
    }

    @Test
    void grantsExactlyTheLimitToManyAtOnce() throws Exception {
        long seed = new Random().nextLong();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var grants = IntStream.range(0, 500)
                    .mapToObj(i -> threads.submit(() -> reserve(DAY, 1000, 1 + new Random(seed + i).nextInt(5))))
                    .toList();
            long granted = 0;
            for (var grant : grants) {
                granted += grant.get();
            }
            assertThat(granted).as("seed " + seed).isEqualTo(1000);
        }
        assertThat(ledger().remaining(ID, DAY.period(), 1000)).isZero();
    }
}
