/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The durable memory of quota counters; a port of this library, implemented by {@code store}. Thread-safe. A stage completes when what it
 * did is on disk, and exceptionally when it could not be written: then nothing was reserved.
 *
 * <p>A counter's period has {@code spent} units (reserved counts as spent) and an {@code adjustment} (units granted or taken by hand for
 * this period); what is left is {@code limit + adjustment - spent}.
 */
public interface QuotaLedger {
    /**
     * Reserves up to {@code want} units, fewer (down to 0) when fewer are left, and books them to {@code day}.
     *
     * @return the units granted
     */
    CompletionStage<Long> reserve(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long want);

    /** Returns reserved units that were not used; {@code day} is the day they were booked to. */
    CompletionStage<Void> giveBack(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long units);

    /** Sets the adjustment of a period; {@code day} gets the new balance. */
    CompletionStage<Void> adjust(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long adjustment);

    /** A period as recorded; empty when nothing was ever booked in it. Blocks for a read. */
    Optional<PeriodUse> period(QuotaId id, LocalDate periodStart);

    /** The days with bookings from {@code from} to {@code to}, both inclusive, oldest first. Blocks for a read. */
    List<DayUse> days(QuotaId id, LocalDate from, LocalDate to);

    /** Forgets the counter (its plan or key was deleted, or the key left the plan). */
    CompletionStage<Void> forget(QuotaId id);

    /** @param adjustment may be negative */
    record PeriodUse(long spent, long adjustment) {}

    /**
     * @param used units booked to the day
     * @param remaining balance of the period after the day's last booking
     */
    record DayUse(LocalDate day, long used, long remaining) {}
}
