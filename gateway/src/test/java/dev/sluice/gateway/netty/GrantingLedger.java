/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Remembers one counter's period in memory, and takes its time as a disk would. Thread-safe. */
final class GrantingLedger implements QuotaLedger {
    private long spent;

    @Override
    public CompletionStage<Long> reserve(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long want) {
        return CompletableFuture.supplyAsync(() -> grant(limit, want));
    }

    private synchronized long grant(long limit, long want) {
        long granted = Math.min(want, limit - spent);
        spent += granted;
        return granted;
    }

    @Override
    public synchronized CompletionStage<Void> giveBack(
            QuotaId id, LocalDate periodStart, LocalDate day, long limit, long units) {
        spent -= units;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> adjust(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long adjustment) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("adjust"));
    }

    @Override
    public synchronized Optional<PeriodUse> period(QuotaId id, LocalDate periodStart) {
        return Optional.of(new PeriodUse(spent, 0));
    }

    @Override
    public List<DayUse> days(QuotaId id, LocalDate from, LocalDate to) {
        return List.of();
    }

    @Override
    public synchronized CompletionStage<Void> forget(QuotaId id) {
        spent = 0;
        return CompletableFuture.completedFuture(null);
    }
}
