/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** A ledger in memory, which survives the quotas of a test as a disk would; can be made to fail and to answer late. Thread-safe. */
final class MemoryLedger implements QuotaLedger {
    private record PeriodKey(QuotaId id, LocalDate start) {}

    private final Map<PeriodKey, PeriodUse> periods = new HashMap<>();
    private final Map<QuotaId, NavigableMap<LocalDate, DayUse>> days = new HashMap<>();
    private final Executor executor;
    private boolean failing;
    private int reservations;
    private long mostReserved;

    /** @param executor where answers come from */
    MemoryLedger(Executor executor) {
        this.executor = executor;
    }

    synchronized void failing(boolean now) {
        failing = now;
    }

    synchronized int reservations() {
        return reservations;
    }

    synchronized long mostReserved() {
        return mostReserved;
    }

    synchronized long spent(QuotaId id, LocalDate periodStart) {
        return period(id, periodStart).map(PeriodUse::spent).orElse(0L);
    }

    @Override
    public CompletionStage<Long> reserve(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long want) {
        return answer(() -> {
            PeriodUse use = use(id, periodStart);
            long granted = Math.clamp(limit + use.adjustment() - use.spent(), 0, want);
            book(id, periodStart, day, limit, granted);
            reservations++;
            mostReserved = Math.max(mostReserved, granted);
            return granted;
        });
    }

    @Override
    public CompletionStage<Void> giveBack(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long units) {
        return answer(() -> {
                    DayUse booked = daysOf(id).getOrDefault(day, new DayUse(day, 0, 0));
                    if (use(id, periodStart).spent() < units || booked.used() < units) {
                        throw new IllegalStateException("gave back more than was reserved: " + units + " on " + day);
                    }
                    book(id, periodStart, day, limit, -units);
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> adjust(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long adjustment) {
        return answer(() -> {
                    periods.put(
                            new PeriodKey(id, periodStart),
                            new PeriodUse(use(id, periodStart).spent(), adjustment));
                    book(id, periodStart, day, limit, 0);
                    return true;
                })
                .thenAccept(done -> {});
    }

    private void book(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long units) {
        PeriodUse use = use(id, periodStart);
        PeriodUse updated = new PeriodUse(use.spent() + units, use.adjustment());
        periods.put(new PeriodKey(id, periodStart), updated);
        DayUse before = daysOf(id).getOrDefault(day, new DayUse(day, 0, 0));
        long remaining = limit + updated.adjustment() - updated.spent();
        daysOf(id).put(day, new DayUse(day, before.used() + units, remaining));
    }

    @Override
    public synchronized Optional<PeriodUse> period(QuotaId id, LocalDate periodStart) {
        return Optional.ofNullable(periods.get(new PeriodKey(id, periodStart)));
    }

    @Override
    public synchronized List<DayUse> days(QuotaId id, LocalDate from, LocalDate to) {
        return new ArrayList<>(daysOf(id).subMap(from, true, to, true).values());
    }

    @Override
    public CompletionStage<Void> forget(QuotaId id) {
        return answer(() -> {
                    periods.keySet().removeIf(key -> key.id().equals(id));
                    days.remove(id);
                    return true;
                })
                .thenAccept(done -> {});
    }

    private PeriodUse use(QuotaId id, LocalDate periodStart) {
        return period(id, periodStart).orElse(new PeriodUse(0, 0));
    }

    private NavigableMap<LocalDate, DayUse> daysOf(QuotaId id) {
        return days.computeIfAbsent(id, key -> new TreeMap<>());
    }

    private <T> CompletionStage<T> answer(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    synchronized (this) {
                        if (failing) {
                            throw new IllegalStateException("disk full");
                        }
                        return work.get();
                    }
                },
                executor);
    }
}
