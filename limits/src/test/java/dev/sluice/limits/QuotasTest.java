/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Counters that are open only while they are used. */
final class QuotasTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);
    private static final QuotaId ID = id(1);

    private final TestClock clock = new TestClock(Instant.parse("2026-11-30T12:00:00Z"));
    private final Limiter limiter = Limiter.inMemory(clock);
    private final MemoryLedger ledger = new MemoryLedger(Runnable::run);
    private final Quotas quotas = new Quotas(ledger, clock);
    private final LiveQuotaLimit plan = LiveQuotaLimit.of(daily(100));

    private static QuotaId id(long number) {
        return new QuotaId("plan", "key" + number);
    }

    private static QuotaLimit daily(long limit) {
        return new QuotaLimit(limit, QuotaLimit.Period.DAY, 0);
    }

    @Test
    void opensWithoutTouchingTheLedger() {
        ledger.failing(true);
        assertThat(quotas.find(1)).isNull();
        Quota quota = quotas.open(1, ID, plan);
        assertThat(quotas.find(1)).isSameAs(quota);
        assertThat(quotas.open(1, ID, plan)).isSameAs(quota);
        assertThat(quotas.count()).isEqualTo(1);
        assertThat(ledger.writes()).isZero();
        ledger.failing(false);
        Decision first = Deciding.admit(limiter, new Bucket[0], 0, quota, 1);
        assertThat(first).isInstanceOf(Decision.AwaitQuota.class);
        assertThat(ledger.writes()).isEqualTo(1);
        assertThat(Deciding.admit(limiter, new Bucket[0], 0, quota, 1)).isSameAs(Decision.Admitted.INSTANCE);
    }

    @Test
    void findsEachAmongMany() {
        for (long number = 0; number < 10_000; number++) {
            quotas.open(number << 32 | number, id(number), plan);
        }
        for (long number = 0; number < 10_000; number += 2) {
            quotas.forget(id(number));
        }
        assertThat(quotas.count()).isEqualTo(5_000);
        for (long number = 0; number < 10_000; number++) {
            Quota found = quotas.find(number << 32 | number);
            assertThat(found == null ? null : found.id()).isEqualTo(number % 2 == 0 ? null : id(number));
        }
    }

    @Test
    void returnsAndDropsWhatWasIdleForThirtySeconds() {
        plan.set(daily(1_000));
        for (int i = 0; i < 200; i++) {
            clock.advance(Duration.ofMillis(10));
            assertThat(decide(1)).isSameAs(Decision.Admitted.INSTANCE);
        }
        assertThat(ledger.spent(ID, DAY)).isGreaterThan(200);
        Quota before = quotas.open(1, ID, plan);
        sweepAfter(Duration.ZERO);
        sweepAfter(Duration.ofSeconds(29));
        assertThat(quotas.count()).isEqualTo(1);
        sweepAfter(Duration.ofSeconds(1));
        assertThat(quotas.count()).isZero();
        assertThat(quotas.find(1)).isNull();
        assertThat(ledger.spent(ID, DAY)).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            assertThat(Deciding.admit(limiter, new Bucket[0], 0, before, 1))
                    .as("who still holds it decides anew")
                    .isInstanceOf(Decision.AwaitQuota.class);
        }
        assertThat(ledger.spent(ID, DAY)).isEqualTo(200);
        assertThat(spend(1)).isEqualTo(800);
    }

    @Test
    void keepsWhatIsUsedOrRefused() {
        plan.set(daily(3));
        for (int i = 0; i < 20; i++) {
            decide(1);
            sweepAfter(Duration.ofSeconds(20));
        }
        assertThat(quotas.count()).isEqualTo(1);
        assertThat(ledger.reservations()).isLessThan(6);
    }

    @Test
    void aClockThatStepsBackDoesNotKeepIdleQuotasForEver() {
        decide(1);
        sweepAfter(Duration.ZERO);
        sweepAfter(Duration.ofDays(-400));
        sweepAfter(Duration.ofSeconds(31));
        assertThat(quotas.count()).isZero();
    }

    @Test
    void aRestThatCannotBeReturnedIsKeptAndTriedAgain() {
        for (int i = 0; i < 30; i++) {
            clock.advance(Duration.ofMillis(10));
            decide(1);
        }
        long spent = ledger.spent(ID, DAY);
        assertThat(spent).isGreaterThan(30);
        sweepAfter(Duration.ZERO);
        ledger.failing(true);
        assertThatIllegalStateException()
                .isThrownBy(() -> sweepAfter(Duration.ofSeconds(30)))
                .withMessage("disk full");
        assertThat(quotas.count()).isEqualTo(1);
        ledger.failing(false);
        sweepAfter(Duration.ofSeconds(5));
        assertThat(quotas.count()).isZero();
        assertThat(ledger.spent(ID, DAY)).isEqualTo(30);
    }

    @Test
    void aChangeOfAPlanReachesOpenAndClosedCountersAlike() {
        decide(1);
        decide(1);
        decide(2);
        sweepAfter(Duration.ZERO);
        decide(1);
        sweepAfter(Duration.ofSeconds(30));
        assertThat(quotas.count()).isEqualTo(1);
        int writes = ledger.writes();
        plan.set(daily(4));
        assertThat(ledger.writes()).as("a change writes nothing").isEqualTo(writes);
        assertThat(spend(1)).isEqualTo(1);
        assertThat(spend(2)).isEqualTo(3);
        plan.clear();
        assertThat(plan.limited()).isFalse();
        plan.set(daily(6));
        assertThat(spend(1)).isEqualTo(2);
    }

    @Test
    void aCalendarThatGoesAndComesBackWhileClosedCountsEachUnitOnce() {
        plan.set(new QuotaLimit(10, QuotaLimit.Period.MONTH, 0));
        decide(1);
        closeAll();
        plan.set(daily(10));
        decide(1);
        decide(1);
        closeAll();
        plan.set(new QuotaLimit(10, QuotaLimit.Period.MONTH, 0));
        assertThat(usage(1)).isEqualTo(new QuotaLedger.DayUse(DAY, 3, 7));
        assertThat(spend(1)).isEqualTo(7);
    }

    @Test
    void readsAndSetsAClosedCounterWithoutKeepingItOpen() {
        assertThat(usage(1)).isEqualTo(new QuotaLedger.DayUse(DAY, 0, 100));
        quotas.setRemaining(ID, plan, 7);
        assertThat(usage(1)).isEqualTo(new QuotaLedger.DayUse(DAY, 0, 7));
        assertThat(quotas.count()).isZero();
        decide(1);
        assertThat(usage(1)).isEqualTo(new QuotaLedger.DayUse(DAY, 1, 6));
        assertThat(quotas.count()).isEqualTo(1);
        assertThat(spend(1)).isEqualTo(6);
    }

    @Test
    void forgetsACounterOpenOrNot() {
        decide(1);
        decide(2);
        quotas.open(3, id(3), plan);
        for (int number = 1; number <= 3; number++) {
            quotas.forget(id(number));
            assertThat(usage(number)).isEqualTo(new QuotaLedger.DayUse(DAY, 0, 100));
        }
        assertThat(quotas.count()).isZero();
        closeAll();
        quotas.forget(ID);
    }

    @Test
    void returnsAllRestsWhenClosedAndRefusesFromThenOn() {
        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.ofMillis(10));
            decide(1);
            decide(2);
        }
        quotas.close();
        assertThat(ledger.spent(ID, DAY)).isEqualTo(20);
        assertThat(ledger.spent(id(2), DAY)).isEqualTo(20);
        assertThat(decide(1)).isInstanceOf(Decision.QuotaExceeded.class);
        assertThat(decide(3)).isInstanceOf(Decision.QuotaExceeded.class);
    }

    @Test
    void anAdmissionAllocatesNothing() {
        plan.set(daily(1L << 50));
        Levels levels = limiter.newLevels();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            decide(1);
            long before = threads.getCurrentThreadAllocatedBytes();
            int refills = ledger.reservations();
            for (int i = 0; i < 500; i++) {
                Quota quota = quotas.find(1);
                if (quota != null) {
                    limiter.admit(levels.clear().quota(quota), 1);
                }
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (ledger.reservations() == refills) {
                least = Math.min(least, allocated);
            }
            clock.advance(Duration.ofMillis(500));
        }
        assertThat(least).isLessThan(500);
    }

    @Test
    void spendsExactlyTheLimitWhileSweptChangedAndRead() throws Exception {
        MemoryLedger late = new MemoryLedger(work -> Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(100_000));
            work.run();
        }));
        Quotas busy = new Quotas(late, clock);
        plan.set(daily(30_000));
        LiveLimit rate = new LiveLimit("key", new Limit(Rate.perSecond(100_000), 10));
        Bucket[] levels = {Bucket.full(rate, NanoClock.SYSTEM)};
        Limiter paced = Limiter.inMemory(NanoClock.SYSTEM);
        AtomicBoolean stop = new AtomicBoolean();
        Thread other = Thread.startVirtualThread(() -> {
            for (int i = 0; !stop.get(); i++) {
                LockSupport.parkNanos(200_000);
                clock.set(Instant.parse("2026-11-30T12:00:00Z").plusSeconds(i * 31L % 30_000));
                switch (i % 5) {
                    case 0 -> plan.set(daily(30_000 - i % 3));
                    case 1 -> assertThat(busy.usage(ID, plan, DAY, DAY)).hasSize(1);
                    default -> busy.sweep();
                }
            }
        });
        long used = inParallel(() -> {
            long mine = 0;
            while (true) {
                Quota found = busy.find(1);
                Quota quota = found != null ? found : busy.open(1, ID, plan);
                switch (Deciding.admit(paced, levels, 1, quota, 1)) {
                    case Decision.Admitted _ -> mine++;
                    case Decision.Throttled _, Decision.Delayed _ -> Thread.onSpinWait();
                    case Decision.AwaitQuota(var ready) ->
                        ready.toCompletableFuture().join();
                    case Decision.QuotaExceeded _ -> {
                        return mine;
                    }
                }
            }
        });
        stop.set(true);
        other.join();
        assertThat(used).isBetween(29_998L, 30_000L);
        plan.set(daily(30_000));
        assertThat(busy.usage(ID, plan, DAY, DAY)).containsExactly(new QuotaLedger.DayUse(DAY, used, 30_000 - used));
        busy.close();
        assertThat(late.spent(ID, DAY)).isEqualTo(used);
    }

    private void sweepAfter(Duration time) {
        clock.advance(time);
        quotas.sweep();
    }

    private void closeAll() {
        sweepAfter(Duration.ZERO);
        sweepAfter(Quotas.IDLE);
        assertThat(quotas.count()).isZero();
    }

    private QuotaLedger.DayUse usage(long number) {
        return quotas.usage(id(number), plan, DAY, DAY).getFirst();
    }

    private long spend(long number) {
        long spent = 0;
        while (decide(number) instanceof Decision.Admitted) {
            spent++;
        }
        return spent;
    }

    private Decision decide(long number) {
        while (true) {
            Quota found = quotas.find(number);
            Quota quota = found != null ? found : quotas.open(number, id(number), plan);
            Decision decision = Deciding.admit(limiter, new Bucket[0], 0, quota, 1);
            if (!(decision instanceof Decision.AwaitQuota(var ready))) {
                return decision;
            }
            ready.toCompletableFuture().join();
        }
    }

    private static long inParallel(Callable<Long> task) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Long>> futures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                futures.add(threads.submit(task));
            }
            long sum = 0;
            for (Future<Long> future : futures) {
                sum += future.get();
            }
            return sum;
        }
    }
}
