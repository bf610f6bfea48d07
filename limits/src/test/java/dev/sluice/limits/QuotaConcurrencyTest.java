/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Many threads and a ledger that answers late, from a thread of its own. */
final class QuotaConcurrencyTest {
    private static final int THREADS = 8;
    private static final QuotaId ID = new QuotaId("plan", "key");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);

    private final TestClock clock = new TestClock(Instant.parse("2026-11-30T12:00:00Z"));
    private final Limiter limiter = Limiter.inMemory(NanoClock.SYSTEM);
    private final MemoryLedger ledger = new MemoryLedger(work -> Thread.startVirtualThread(() -> {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(200_000));
        work.run();
    }));

    @Test
    void givesExactlyTheLimit() throws Exception {
        Quota quota = Quota.open(ID, daily(20_000), ledger, clock);
        long used = inParallel(() -> {
            long mine = 0;
            while (true) {
                Decision decision = decide(new Bucket[0], quota);
                if (decision instanceof Decision.QuotaExceeded) {
                    return mine;
                }
                mine++;
            }
        });
        assertThat(used).isEqualTo(20_000);
        assertThat(quota.usage(DAY, DAY)).containsExactly(new QuotaLedger.DayUse(DAY, 20_000, 0));
    }

    @Test
    void countsOnlyWhatIsAdmitted() throws Exception {
        Quota quota = Quota.open(ID, daily(1_000_000), ledger, clock);
        Bucket[] levels = {
            Bucket.full(new LiveLimit("key", new Limit(Rate.perSecond(1_000), 10)), NanoClock.SYSTEM),
            Bucket.full(new LiveLimit("stage", new Limit(Rate.perSecond(900), 10)), NanoClock.SYSTEM),
        };
        long used = inParallel(() -> {
            long mine = 0;
            for (int i = 0; i < 20_000; i++) {
                mine += decide(levels, quota) instanceof Decision.Admitted ? 1 : 0;
            }
            return mine;
        });
        assertThat(quota.usage(DAY, DAY)).containsExactly(new QuotaLedger.DayUse(DAY, used, 1_000_000 - used));
        quota.close().toCompletableFuture().join();
        assertThat(ledger.spent(ID, DAY)).isEqualTo(used);
    }

    @Test
    void staysExactThroughMidnightsChangesAndReads() throws Exception {
        QuotaLimit weekly = new QuotaLimit(1_000_000, QuotaLimit.Period.WEEK, 1);
        Quota quota = Quota.open(ID, weekly, ledger, clock);
        Bucket[] levels = {
            Bucket.full(new LiveLimit("key", new Limit(Rate.perSecond(40_000), 10)), NanoClock.SYSTEM),
        };
        AtomicBoolean stop = new AtomicBoolean();
        Thread other = Thread.startVirtualThread(() -> {
            for (int i = 0; !stop.get(); i++) {
                LockSupport.parkNanos(1_000_000);
                switch (i % 4) {
                    case 0 -> clock.advance(Duration.ofHours(i % 8 == 0 ? 24 : -24));
                    case 1 -> quota.change(new QuotaLimit(1_000_000 + i, QuotaLimit.Period.WEEK, 1));
                    case 2 -> quota.setRemaining(500_000).toCompletableFuture().join();
                    default -> assertThat(quota.usage(DAY, DAY.plusDays(1))).isNotEmpty();
                }
            }
        });
        long used = inParallel(() -> {
            long mine = 0;
            for (int i = 0; i < 2_000; i++) {
                mine += decide(levels, quota) instanceof Decision.Admitted ? 1 : 0;
            }
            return mine;
        });
        stop.set(true);
        other.join();
        clock.set(Instant.parse("2026-12-01T12:00:00Z"));
        quota.change(weekly);
        long counted = quota.usage(DAY, DAY.plusDays(1)).stream()
                .mapToLong(QuotaLedger.DayUse::used)
                .sum();
        assertThat(counted).isEqualTo(used);
        quota.close().toCompletableFuture().join();
        assertThat(ledger.spent(ID, DAY, DAY.plusDays(1))).isEqualTo(used);
    }

    @Test
    void crashesNeverGiveAUnitTwice() throws Exception {
        long used = 0;
        for (int crash = 0; crash < 20; crash++) {
            Quota quota = Quota.open(ID, daily(10_000), ledger, clock);
            used += inParallel(() -> {
                long mine = 0;
                for (int i = 0; i < 200; i++) {
                    mine += decide(new Bucket[0], quota) instanceof Decision.Admitted ? 1 : 0;
                }
                return mine;
            });
            assertThat(used).isLessThanOrEqualTo(ledger.spent(ID, DAY));
        }
        assertThat(ledger.spent(ID, DAY)).isEqualTo(10_000);
        assertThat(used).isBetween(5_000L, 10_000L);
    }

    private static QuotaLimit daily(long limit) {
        return new QuotaLimit(limit, QuotaLimit.Period.DAY, 0);
    }

    private Decision decide(Bucket[] levels, Quota quota) {
        Decision decision = Deciding.admit(limiter, levels, levels.length, quota, 1);
        while (decision instanceof Decision.AwaitQuota await) {
            await.ready().toCompletableFuture().join();
            decision = Deciding.admit(limiter, levels, levels.length, quota, 1);
        }
        return decision;
    }

    private static long inParallel(Callable<Long> task) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Long>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
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
