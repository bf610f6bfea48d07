/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeMap;

/**
 * The calendar of one zone as a person with a wall clock and a wall calendar finds it: looks each minute, tears off the leaves of days that
 * have begun, and never glues one on again. Shares no rule with {@link QuotaLimit}.
 */
final class WallCalendar {
    private final TreeMap<Instant, LocalDate> days = new TreeMap<>();

    /** Days that begin after {@code from} and before {@code to}; whole minutes. */
    WallCalendar(ZoneId zone, Instant from, Instant to) {
        LocalDate leaf = LocalDate.ofInstant(from, zone);
        for (Instant now = from; now.isBefore(to); now = now.plus(Duration.ofMinutes(1))) {
            LocalDate wall = LocalDate.ofInstant(now, zone);
            if (wall.isAfter(leaf)) {
                leaf = wall;
                days.put(now, leaf);
            }
        }
    }

    Map<Instant, LocalDate> days() {
        return days;
    }

    LocalDate date(Instant instant) {
        return days.floorEntry(instant).getValue();
    }

    QuotaSpan day(Instant instant) {
        return new QuotaSpan(days.floorKey(instant), days.higherKey(instant));
    }

    QuotaSpan period(QuotaLimit limit, Instant instant) {
        Instant from = days.floorKey(instant);
        while (!begins(limit, from)) {
            from = days.lowerKey(from);
        }
        Instant to = days.higherKey(instant);
        while (!begins(limit, to)) {
            to = days.higherKey(to);
        }
        return new QuotaSpan(from, to);
    }

    /** Whether a period begins with the leaf that is on top from this instant on, or with one that was torn off with the leaf before. */
    private boolean begins(QuotaLimit limit, Instant at) {
        for (LocalDate day = days.lowerEntry(at).getValue().plusDays(1);
                !day.isAfter(days.get(at));
                day = day.plusDays(1)) {
            boolean first = switch (limit.period()) {
                case DAY -> true;
                case WEEK -> day.getDayOfWeek().getValue() % 7 == limit.offset();
                case MONTH -> day.getDayOfMonth() == 1 + limit.offset();
            };
            if (first) {
                return true;
            }
        }
        return false;
    }
}
