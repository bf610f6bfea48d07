/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import dev.sluice.limits.QuotaLedger.DayUse;
import dev.sluice.limits.QuotaLedger.PeriodUse;
import java.time.LocalDate;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every ledger must do; each implementation extends it. */
public abstract class QuotaLedgerContract {
    private static final QuotaId ID = new QuotaId("plan", "key");
    private static final LocalDate PERIOD = LocalDate.parse("2026-11-01");
    private static final LocalDate DAY = LocalDate.parse("2026-11-22");
    private static final LocalDate NEXT = LocalDate.parse("2026-11-23");

    /** The ledger under test; the same one for all calls of a test until {@link #reopen}. */
    protected abstract QuotaLedger ledger();

    /** Closes the ledger and opens it anew on the same data. */
    protected abstract void reopen();

    private static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private long reserve(LocalDate day, long limit, long want) {
        return done(ledger().reserve(ID, PERIOD, day, limit, want));
    }

    @Test
    void grantsWhatIsAskedForAsLongAsItIsThere() {
        assertThat(ledger().period(ID, PERIOD)).isEmpty();
        assertThat(reserve(DAY, 10, 4)).isEqualTo(4);
        assertThat(reserve(DAY, 10, 4)).isEqualTo(4);
        assertThat(reserve(DAY, 10, 4)).isEqualTo(2);
        assertThat(reserve(DAY, 10, 4)).isZero();
        assertThat(ledger().period(ID, PERIOD)).contains(new PeriodUse(10, 0));
        assertThat(ledger().days(ID, DAY, DAY)).containsExactly(new DayUse(DAY, 10, 0));
    }

    @Test
    void keepsEachCounterAndPeriodApart() {
        assertThat(reserve(DAY, 5, 9)).isEqualTo(5);
        assertThat(done(ledger().reserve(new QuotaId("plan", "other"), PERIOD, DAY, 5, 9)))
                .isEqualTo(5);
        assertThat(done(ledger().reserve(new QuotaId("other", "key"), PERIOD, DAY, 5, 9)))
                .isEqualTo(5);
        assertThat(done(ledger().reserve(ID, LocalDate.parse("2026-12-01"), LocalDate.parse("2026-12-01"), 5, 9)))
                .isEqualTo(5);
        assertThat(ledger().period(ID, PERIOD)).contains(new PeriodUse(5, 0));
    }

    @Test
    void grantsNothingBeyondALoweredLimitAndMoreUnderARaisedOne() {
        assertThat(reserve(DAY, 10, 8)).isEqualTo(8);
        assertThat(reserve(DAY, 5, 1)).isZero();
        assertThat(reserve(NEXT, 20, 100)).isEqualTo(12);
        assertThat(ledger().days(ID, DAY, NEXT)).containsExactly(new DayUse(DAY, 8, 2), new DayUse(NEXT, 12, 0));
    }

    @Test
    void takesBackWhatWasNotUsed() {
        reserve(DAY, 10, 6);
        reserve(NEXT, 10, 3);
        done(ledger().giveBack(ID, PERIOD, DAY, 10, 2));

        assertThat(ledger().period(ID, PERIOD)).contains(new PeriodUse(7, 0));
        assertThat(ledger().days(ID, DAY, NEXT)).containsExactly(new DayUse(DAY, 4, 6), new DayUse(NEXT, 3, 3));
        assertThat(reserve(NEXT, 10, 9)).isEqualTo(3);
        assertThatThrownBy(() -> done(ledger().giveBack(ID, PERIOD, DAY, 10, 11)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsAnAdjustmentForItsPeriodAlone() {
        reserve(DAY, 10, 5);
        done(ledger().adjust(ID, PERIOD, DAY, 10, 995));

        assertThat(ledger().period(ID, PERIOD)).contains(new PeriodUse(5, 995));
        assertThat(ledger().days(ID, DAY, DAY)).containsExactly(new DayUse(DAY, 5, 1000));
        assertThat(reserve(DAY, 10, 5000)).isEqualTo(1000);
        done(ledger().adjust(ID, PERIOD, NEXT, 10, -10));
        assertThat(reserve(NEXT, 10, 1)).isZero();
        assertThat(ledger().days(ID, DAY, NEXT)).containsExactly(new DayUse(DAY, 1005, 0), new DayUse(NEXT, 0, 0));
        assertThat(done(ledger().reserve(ID, NEXT, NEXT, 10, 99))).isEqualTo(10);
    }

    @Test
    void survivesTheLargestNumbers() {
        assertThat(reserve(DAY, Long.MAX_VALUE, Long.MAX_VALUE - 1)).isEqualTo(Long.MAX_VALUE - 1);
        done(ledger().adjust(ID, PERIOD, DAY, Long.MAX_VALUE, Long.MAX_VALUE));
        assertThat(reserve(DAY, Long.MAX_VALUE, 9)).isEqualTo(1);
        done(ledger().adjust(ID, PERIOD, DAY, 0, Long.MIN_VALUE));
        assertThat(reserve(DAY, 0, 9)).isZero();
    }

    @Test
    void remembersOverARestartAndForgetsWhenTold() {
        reserve(DAY, 10, 6);
        reopen();
        assertThat(reserve(DAY, 10, 6)).isEqualTo(4);
        done(ledger().forget(ID));
        assertThat(ledger().period(ID, PERIOD)).isEmpty();
        assertThat(ledger().days(ID, LocalDate.MIN.withYear(2000), NEXT)).isEmpty();
        done(ledger().giveBack(ID, PERIOD, DAY, 10, 3));
        assertThat(ledger().period(ID, PERIOD)).isEmpty();
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
        assertThat(ledger().period(ID, PERIOD)).contains(new PeriodUse(1000, 0));
    }
}
