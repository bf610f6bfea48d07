/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;

/**
 * So many units per calendar period in UTC.
 *
 * @param limit 0 (nothing is admitted) to 2^60
 * @param offset the day a period starts: DAY 0; WEEK 0 (Sunday) to 6; MONTH 0 (the 1st) to 27
 */
public record QuotaLimit(long limit, Period period, int offset) {
    /** More units than anybody can use, and few enough that no sum of two overflows. */
    static final long MAX_UNITS = 1L << 60;

    private static final int WEEK_DAYS = 7;

    /** A calendar period. */
    public enum Period {
        DAY(0),
        WEEK(6),
        MONTH(27);

        private final int maxOffset;

        Period(int maxOffset) {
            this.maxOffset = maxOffset;
        }
    }

    public QuotaLimit {
        requireNonNull(period, "period");
        if (limit < 0 || limit > MAX_UNITS) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 0 to " + MAX_UNITS + ")");
        }
        if (offset < 0 || offset > period.maxOffset) {
            throw new IllegalArgumentException(
                    "offset: " + offset + " (expected: 0 to " + period.maxOffset + " in the " + period + " period)");
        }
    }

    /** First day of the period that {@code day} lies in. */
    public LocalDate periodStart(LocalDate day) {
        return switch (period) {
            case DAY -> day;
            case WEEK -> day.minusDays(Math.floorMod(day.getDayOfWeek().getValue() - offset, WEEK_DAYS));
            case MONTH -> {
                LocalDate start = day.withDayOfMonth(1 + offset);
                yield start.isAfter(day) ? start.minusMonths(1) : start;
            }
        };
    }

    /** First day of the period after the one that {@code day} lies in. */
    public LocalDate nextPeriodStart(LocalDate day) {
        LocalDate start = periodStart(day);
        return switch (period) {
            case DAY -> start.plusDays(1);
            case WEEK -> start.plusDays(WEEK_DAYS);
            case MONTH -> start.plusMonths(1);
        };
    }

    boolean sameCalendar(QuotaLimit other) {
        return period == other.period && offset == other.offset;
    }
}
