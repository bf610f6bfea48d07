/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;

/**
 * A day that units are booked to, in the calendar of a quota.
 *
 * @param date its name in that calendar
 * @param period the period that the day belongs to
 */
public record QuotaDay(LocalDate date, QuotaSpan span, QuotaSpan period) {
    public QuotaDay {
        requireNonNull(date, "date");
        requireNonNull(span, "span");
        requireNonNull(period, "period");
    }
}
