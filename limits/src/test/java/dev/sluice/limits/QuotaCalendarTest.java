/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Days and periods against a calendar on the wall, and quotas over the oddities of both. */
final class QuotaCalendarTest {
    private static final QuotaId ID = new QuotaId("plan", "key");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "UTC, 2027-11-01, 2028-04-15", // a leap day
        "UTC, 2099-12-01, 2100-04-15", // none in 2100
        "Europe/Berlin, 2028-01-15, 2028-12-15",
        "America/New_York, 2028-01-15, 2028-12-15",
        "Australia/Lord_Howe, 2028-01-15, 2028-12-15", // half an hour
        "America/Sao_Paulo, 2016-09-01, 2017-04-01", // no midnight in October, two in February
        "America/St_Johns, 2008-02-01, 2008-12-31", // a minute after midnight, back into the day before
        "America/Havana, 2028-02-01, 2028-12-15",
        "Africa/Casablanca, 2028-01-01, 2028-04-01",
        "Pacific/Apia, 2011-08-01, 2012-05-01", // no 30 December
        "Pacific/Kiritimati, 1994-10-01, 1995-03-15", // no New Year's Eve or no New Year
        "Asia/Kathmandu, 2027-12-01, 2028-03-15",
    })
    void daysAndPeriodsAreThoseOnTheWall(ZoneId zone, LocalDate first, LocalDate last) {
        Instant from = first.atTime(12, 0).atZone(zone).toInstant();
        Instant to = last.atTime(12, 0).atZone(zone).toInstant();
        WallCalendar wall = new WallCalendar(zone, from, to);
        for (QuotaLimit.Period period : QuotaLimit.Period.values()) {
            for (int offset : offsets(period)) {
                QuotaLimit limit = new QuotaLimit(1, period, offset, zone);
                wall.days().keySet().stream()
                        .filter(start -> start.isAfter(from.plus(Duration.ofDays(34)))
                                && start.isBefore(to.minus(Duration.ofDays(34))))
                        .forEach(start -> {
                            assertThatDayIsRight(wall, limit, start);
                            assertThatDayIsRight(wall, limit, start.minusNanos(1));
                            assertThatDayIsRight(wall, limit, start.plus(Duration.ofMinutes(61)));
                        });
            }
        }
    }

    private static int[] offsets(QuotaLimit.Period period) {
        return switch (period) {
            case DAY -> new int[] {0};
            case WEEK -> new int[] {0, 1, 5, 6};
            case MONTH -> new int[] {0, 1, 14, 27};
        };
    }

    private static void assertThatDayIsRight(WallCalendar wall, QuotaLimit limit, Instant instant) {
        assertThat(limit.day(instant))
                .as("%s at %s", limit, instant)
                .isEqualTo(new QuotaDay(wall.date(instant), wall.day(instant), wall.period(limit, instant)));
    }

    @Test
    void daysTileTimeInEveryZone() {
        for (String name : ZoneId.getAvailableZoneIds()) {
            QuotaLimit limit = new QuotaLimit(1, QuotaLimit.Period.MONTH, 0, ZoneId.of(name));
            Instant instant = Instant.parse("2025-12-30T12:00:00Z");
            QuotaDay day = limit.day(instant);
            while (day.date().getYear() < 2027) {
                QuotaDay next = limit.day(day.span().to());
                assertThat(next.span().from()).as(name).isEqualTo(day.span().to());
                assertThat(next.date()).as(name).isAfter(day.date());
                assertThat(next.period().from())
                        .as(name)
                        .isIn(day.period().from(), day.period().to());
                day = next;
            }
        }
    }

    @Test
    void aDayOfTwentyThreeOrTwentyFiveHoursHasOneQuota() {
        for (String noon : new String[] {"2028-03-26T12:00:00Z", "2028-10-29T12:00:00Z"}) {
            Spender spender = new Spender(new QuotaLimit(5, QuotaLimit.Period.DAY, 0, BERLIN), Instant.parse(noon));
            QuotaSpan day =
                    spender.limit.get().orElseThrow().day(Instant.parse(noon)).span();
            assertThat(day.length()).isIn(Duration.ofHours(23), Duration.ofHours(25));
            spender.clock.set(day.from());
            assertThat(spender.spend(2)).isEqualTo(2);
            spender.clock.set(day.to().minusMillis(1));
            assertThat(spender.spend(9)).isEqualTo(3);
            assertThat(spender.resetsAt()).isEqualTo(day.to());
            spender.clock.set(day.to());
            assertThat(spender.spend(9)).isEqualTo(5);
            spender.clock.set(day.from().minusMillis(1));
            assertThat(spender.spend(9)).isEqualTo(5);
        }
    }

    @Test
    void aSkippedDayHasNoQuota() {
        ZoneId apia = ZoneId.of("Pacific/Apia");
        Spender spender =
                new Spender(new QuotaLimit(5, QuotaLimit.Period.DAY, 0, apia), Instant.parse("2011-12-30T09:59:59Z"));
        assertThat(spender.spend(9)).isEqualTo(5);
        assertThat(spender.resetsAt()).isEqualTo("2011-12-30T10:00:00Z");
        spender.clock.set(spender.resetsAt());
        assertThat(spender.spend(4)).isEqualTo(4);
        assertThat(spender.usage("2011-12-29", "2011-12-31"))
                .containsExactly(
                        new QuotaLedger.DayUse(LocalDate.parse("2011-12-29"), 5, 0),
                        new QuotaLedger.DayUse(LocalDate.parse("2011-12-30"), 0, 5),
                        new QuotaLedger.DayUse(LocalDate.parse("2011-12-31"), 4, 1));
    }

    @Test
    void aMonthThatBeginsLateEndsLate() {
        Spender spender = new Spender(
                new QuotaLimit(5, QuotaLimit.Period.MONTH, 27, BERLIN), Instant.parse("2027-02-27T22:59:59Z"));
        assertThat(spender.spend(9)).isEqualTo(5);
        assertThat(spender.resetsAt()).isEqualTo("2027-02-27T23:00:00Z");
        spender.clock.set(spender.resetsAt());
        assertThat(spender.spend(9)).isEqualTo(5);
        assertThat(spender.resetsAt()).as("in summer time").isEqualTo("2027-03-27T23:00:00Z");
        spender.clock.set(Instant.parse("2028-02-29T12:00:00Z"));
        assertThat(spender.spend(9)).isEqualTo(5);
        assertThat(spender.resetsAt()).isEqualTo("2028-03-27T22:00:00Z");
    }

    @Test
    void aZoneThatChangesInMidPeriodNeverGivesMore() {
        Spender spender =
                new Spender(new QuotaLimit(10, QuotaLimit.Period.MONTH, 0), Instant.parse("2026-11-30T20:00:00Z"));
        assertThat(spender.spend(4)).isEqualTo(4);
        spender.limit.set(new QuotaLimit(10, QuotaLimit.Period.MONTH, 0, ZoneId.of("Asia/Tokyo")));
        assertThat(spender.usage("2026-12-01", "2026-12-01"))
                .as("the day of before lies in December as well")
                .containsExactly(new QuotaLedger.DayUse(LocalDate.parse("2026-12-01"), 0, 6));
        assertThat(spender.spend(99)).isEqualTo(6);
        spender.limit.set(new QuotaLimit(10, QuotaLimit.Period.MONTH, 0));
        assertThat(spender.spend(99)).isZero();
        spender.clock.set(Instant.parse("2026-12-31T15:00:00Z"));
        spender.limit.set(new QuotaLimit(10, QuotaLimit.Period.MONTH, 0, ZoneId.of("Asia/Tokyo")));
        assertThat(spender.spend(99)).isEqualTo(10);
    }

    @Test
    void aClockThatStepsOverMidnightsAndPeriodEndsFindsEachPeriodAsItWasLeft() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        Random random = new Random(seed);
        QuotaLimit weekly = new QuotaLimit(20, QuotaLimit.Period.WEEK, 1, BERLIN);
        Instant start = Instant.parse("2028-03-20T12:00:00Z");
        Spender spender = new Spender(weekly, start);
        Map<QuotaSpan, Long> used = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            Instant end = weekly.day(start.plus(Duration.ofDays(random.nextInt(28))))
                    .period()
                    .to();
            spender.clock.set(end.plusMillis(random.nextInt(5) - 2));
            long tries = random.nextInt(5);
            QuotaSpan period = weekly.day(spender.clock.instant()).period();
            long before = used.getOrDefault(period, 0L);
            assertThat(spender.spend(tries)).as("seed %d", seed).isEqualTo(Math.min(tries, 20 - before));
            used.merge(period, Math.min(tries, 20 - before), Long::sum);
        }
    }

    /** One counter and its requests. */
    private static final class Spender {
        final TestClock clock;
        final LiveQuotaLimit limit;
        final Quotas quotas;
        final Limiter limiter;

        Spender(QuotaLimit limit, Instant now) {
            this.clock = new TestClock(now);
            this.limit = LiveQuotaLimit.of(limit);
            this.quotas = new Quotas(new MemoryLedger(Runnable::run), clock);
            this.limiter = Limiter.inMemory(clock);
        }

        long spend(long tries) {
            long spent = 0;
            for (long i = 0; i < tries; i++) {
                spent += decide() instanceof Decision.Admitted ? 1 : 0;
            }
            return spent;
        }

        Instant resetsAt() {
            return ((Decision.QuotaExceeded) decide()).resetsAt();
        }

        List<QuotaLedger.DayUse> usage(String from, String to) {
            return quotas.usage(ID, limit, LocalDate.parse(from), LocalDate.parse(to));
        }

        private Decision decide() {
            while (true) {
                Decision decision = Deciding.admit(limiter, new Bucket[0], 0, quotas.open(1, ID, limit), 1);
                if (!(decision instanceof Decision.AwaitQuota(var ready))) {
                    return decision;
                }
                ready.toCompletableFuture().join();
            }
        }
    }
}
