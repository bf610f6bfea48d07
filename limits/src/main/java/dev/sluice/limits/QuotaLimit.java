/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * So many units per calendar period of a time zone.
 *
 * @param limit 0 (nothing is admitted) to 2^60
 * @param offset the day a period starts: DAY 0; WEEK 0 (Sunday) to 6; MONTH 0 (the 1st) to 27
 * @param zone whose midnights begin the days
 */
public record QuotaLimit(long limit, Period period, int offset, ZoneId zone) {
    /** More units than anybody can use, and few enough that no sum of two overflows. */
    public static final long MAX_UNITS = 1L << 60;

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
        zone = requireNonNull(zone, "zone").normalized();
        if (limit < 0 || limit > MAX_UNITS) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 0 to " + MAX_UNITS + ")");
        }
        if (offset < 0 || offset > period.maxOffset) {
            throw new IllegalArgumentException(
                    "offset: " + offset + " (expected: 0 to " + period.maxOffset + " in the " + period + " period)");
        }
    }

    /** In UTC. */
    public QuotaLimit(long limit, Period period, int offset) {
        this(limit, period, offset, ZoneOffset.UTC);
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

    /**
     * The day and period that an instant lies in. A day lasts from its first midnight, or the first instant after a midnight that the zone
     * skipped, to the next day's; so days tile time even where a zone repeats an hour of the day before, or skips a whole day.
     */
    public QuotaDay day(Instant instant) {
        LocalDate date = LocalDate.ofInstant(instant, zone);
        Instant next = begin(date.plusDays(1));
        while (!next.isAfter(instant)) {
            date = date.plusDays(1);
            next = begin(date.plusDays(1));
        }
        QuotaSpan periodSpan = new QuotaSpan(begin(periodStart(date)), begin(nextPeriodStart(date)));
        return new QuotaDay(date, new QuotaSpan(begin(date), next), periodSpan);
    }

    private Instant begin(LocalDate date) {
        return date.atStartOfDay(zone).toInstant();
    }
}
