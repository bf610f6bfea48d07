/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The durable memory of quota counters; a port of this library, implemented by {@code store}. Thread-safe. A stage completes when what it
 * did is on disk, and exceptionally when it could not be written: then nothing was reserved.
 *
 * <p>Units are booked to days; what a period has spent is the sum of all days that overlap it, whatever the calendar was when they were
 * booked. So a counter needs no care when its calendar changes, and units of a day that lies in two periods (only after a change of the
 * time zone) count in both. By hand, units can be granted to or taken from one period.
 */
public interface QuotaLedger {
    /** Reserves up to {@code want} units, fewer (down to 0) when fewer are left, and books them to {@code day}. */
    CompletionStage<Grant> reserve(QuotaId id, QuotaDay day, long limit, long want);

    /** Returns reserved units that were not used to the day they were booked to; no more than are booked there, should it have been forgotten. */
    CompletionStage<Void> giveBack(QuotaId id, QuotaDay day, long units);

    /** Grants or takes as many units as it takes for {@code remaining} to be left in the period of {@code day}, and in it alone. */
    CompletionStage<Void> setRemaining(QuotaId id, QuotaDay day, long limit, long remaining);

    /** What is left in a period; negative where more is booked than the limit allows now. Blocks for a read. */
    long remaining(QuotaId id, QuotaSpan period, long limit);

    /** The days with bookings from {@code from} to {@code to}, both inclusive, oldest first; blocks for a read. */
    List<DayUse> days(QuotaId id, LocalDate from, LocalDate to);

    /** Forgets the counter (its plan or key was deleted, or the key left the plan). */
    CompletionStage<Void> forget(QuotaId id);

    /**
     * What was reserved.
     *
     * @param left what the period has left after it
     */
    record Grant(long units, long left) {}

    /**
     * A day of use. Two days of one date are possible where the time zone of a quota changed.
     *
     * @param used units booked to the day
     * @param remaining what the period had left after the day's last booking
     */
    record DayUse(LocalDate date, long used, long remaining) {}
}
