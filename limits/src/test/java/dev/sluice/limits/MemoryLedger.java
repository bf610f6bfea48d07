/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** A ledger in memory, which survives the quotas of a test as a disk would; can be made to fail and to answer late. Thread-safe. */
final class MemoryLedger implements QuotaLedger {
    private static final Comparator<QuotaSpan> IN_TIME =
            Comparator.comparing(QuotaSpan::from).thenComparing(QuotaSpan::to);

    private record PeriodKey(QuotaId id, QuotaSpan period) {}

    private final Map<PeriodKey, Long> adjustments = new HashMap<>();
    private final Map<QuotaId, NavigableMap<QuotaSpan, DayUse>> days = new HashMap<>();
    private final Executor executor;
    private boolean failing;
    private int reservations;
    private int writes;
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

    synchronized int writes() {
        return writes;
    }

    synchronized long mostReserved() {
        return mostReserved;
    }

    /** Units booked on the days from one to another, both inclusive. */
    synchronized long spent(QuotaId id, LocalDate from, LocalDate to) {
        return days(id, from, to).stream().mapToLong(DayUse::used).sum();
    }

    /** Units booked on a day. */
    long spent(QuotaId id, LocalDate day) {
        return spent(id, day, day);
    }

    @Override
    public CompletionStage<Grant> reserve(QuotaId id, QuotaDay day, long limit, long want) {
        return answer(() -> {
            long before = Math.max(0, remaining(id, day.period(), limit));
            long granted = Math.min(before, want);
            long left = before - granted;
            if (granted > 0) {
                book(id, day, granted, left);
            }
            reservations++;
            mostReserved = Math.max(mostReserved, granted);
            return new Grant(granted, left);
        });
    }

    @Override
    public CompletionStage<Void> giveBack(QuotaId id, QuotaDay day, long units) {
        return done(() -> {
            DayUse booked = daysOf(id).get(day.span());
            if (booked == null || booked.used() < units) {
                throw new IllegalStateException("gave back more than was reserved: " + units + " on " + day);
            }
            daysOf(id).put(day.span(), new DayUse(day.date(), booked.used() - units, booked.remaining()));
            daysOf(id)
                    .tailMap(day.span(), true)
                    .replaceAll((span, use) -> span.overlaps(day.period())
                            ? new DayUse(use.date(), use.used(), use.remaining() + units)
                            : use);
        });
    }

    @Override
    public CompletionStage<Void> setRemaining(QuotaId id, QuotaDay day, long limit, long remaining) {
        return done(() -> {
            adjustments.put(new PeriodKey(id, day.period()), remaining - limit + spent(id, day.period()));
            book(id, day, 0, remaining);
        });
    }

    @Override
    public synchronized long remaining(QuotaId id, QuotaSpan period, long limit) {
        return limit + adjustments.getOrDefault(new PeriodKey(id, period), 0L) - spent(id, period);
    }

    @Override
    public synchronized List<DayUse> days(QuotaId id, LocalDate from, LocalDate to) {
        return daysOf(id).values().stream()
                .filter(use -> !use.date().isBefore(from) && !use.date().isAfter(to))
                .toList();
    }

    @Override
    public CompletionStage<Void> forget(QuotaId id) {
        return done(() -> {
            adjustments.keySet().removeIf(key -> key.id().equals(id));
            days.remove(id);
        });
    }

    private void book(QuotaId id, QuotaDay day, long units, long left) {
        DayUse before = daysOf(id).getOrDefault(day.span(), new DayUse(day.date(), 0, 0));
        daysOf(id).put(day.span(), new DayUse(day.date(), before.used() + units, left));
    }

    private long spent(QuotaId id, QuotaSpan period) {
        return daysOf(id).entrySet().stream()
                .filter(day -> day.getKey().overlaps(period))
                .mapToLong(day -> day.getValue().used())
                .sum();
    }

    private NavigableMap<QuotaSpan, DayUse> daysOf(QuotaId id) {
        return days.computeIfAbsent(id, _ -> new TreeMap<>(IN_TIME));
    }

    private CompletionStage<Void> done(Runnable work) {
        return answer(() -> {
                    work.run();
                    return true;
                })
                .thenAccept(_ -> {});
    }

    private <T> CompletionStage<T> answer(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    synchronized (this) {
                        if (failing) {
                            throw new IllegalStateException("disk full");
                        }
                        writes++;
                        return work.get();
                    }
                },
                executor);
    }
}
