/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.limits.QuotaDay;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import dev.sluice.limits.QuotaSpan;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Remembers one counter's periods in memory, and takes its time as a disk would. Thread-safe. */
final class GrantingLedger implements QuotaLedger {
    private final Map<QuotaSpan, Long> spent = new HashMap<>();

    @Override
    public CompletionStage<Grant> reserve(QuotaId id, QuotaDay day, long limit, long want) {
        return CompletableFuture.supplyAsync(() -> grant(day.period(), limit, want));
    }

    private synchronized Grant grant(QuotaSpan period, long limit, long want) {
        long before = spent.getOrDefault(period, 0L);
        long granted = Math.min(want, limit - before);
        spent.put(period, before + granted);
        return new Grant(granted, limit - before - granted);
    }

    @Override
    public synchronized CompletionStage<Void> giveBack(QuotaId id, QuotaDay day, long units) {
        spent.merge(day.period(), -units, Long::sum);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> setRemaining(QuotaId id, QuotaDay day, long limit, long remaining) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("setRemaining"));
    }

    @Override
    public synchronized long remaining(QuotaId id, QuotaSpan period, long limit) {
        return limit - spent.getOrDefault(period, 0L);
    }

    @Override
    public List<DayUse> days(QuotaId id, LocalDate from, LocalDate to) {
        return List.of();
    }

    @Override
    public synchronized CompletionStage<Void> forget(QuotaId id) {
        spent.clear();
        return CompletableFuture.completedFuture(null);
    }
}
