/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import dev.sluice.limits.QuotaDay;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import dev.sluice.limits.QuotaSpan;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Grants what is asked for, at once, and remembers nothing: what is measured is the quota, not a disk. Thread-safe. */
final class GenerousLedger implements QuotaLedger {
    @Override
    public CompletionStage<Grant> reserve(QuotaId id, QuotaDay day, long limit, long want) {
        return CompletableFuture.completedFuture(new Grant(want, limit));
    }

    @Override
    public CompletionStage<Void> giveBack(QuotaId id, QuotaDay day, long units) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> setRemaining(QuotaId id, QuotaDay day, long limit, long remaining) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public long remaining(QuotaId id, QuotaSpan period, long limit) {
        return limit;
    }

    @Override
    public List<DayUse> days(QuotaId id, LocalDate from, LocalDate to) {
        return List.of();
    }

    @Override
    public CompletionStage<Void> forget(QuotaId id) {
        return CompletableFuture.completedFuture(null);
    }
}
