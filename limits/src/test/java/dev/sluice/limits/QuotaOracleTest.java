/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories of one counter against a log of its admitted requests, counted anew for each decision by a calendar on the wall: never
 * more than the limit in a period; without crashes and changes of the zone, each decision is the log's.
 */
final class QuotaOracleTest {
    private static final int HISTORIES = 1_500;
    private static final int SLOW_HISTORIES = 100_000;
    private static final int STEPS = 120;
    private static final QuotaId ID = new QuotaId("plan", "key");

    /** A stretch of time with something odd in it, and zones where it is. */
    private enum Era {
        SPRING("2028-03-26T00:00:00Z", "Europe/Berlin", "America/New_York", "UTC"),
        AUTUMN("2028-10-29T00:00:00Z", "Europe/Berlin", "Australia/Lord_Howe", "UTC"),
        LEAP_DAY("2028-03-01T00:00:00Z", "UTC", "Asia/Kathmandu"),
        NEW_YEAR("2029-01-01T00:00:00Z", "UTC", "Asia/Tokyo"),
        SKIPPED_DAY("2011-12-30T10:00:00Z", "Pacific/Apia", "UTC"),
        TWO_MIDNIGHTS("2008-11-02T03:00:00Z", "America/St_Johns", "UTC");

        final Instant middle;
        final Map<ZoneId, WallCalendar> walls = new HashMap<>();
        final List<ZoneId> zones = new ArrayList<>();

        Era(String middle, String... zones) {
            this.middle = Instant.parse(middle);
            for (String name : zones) {
                ZoneId zone = ZoneId.of(name).normalized();
                this.zones.add(zone);
                walls.put(
                        zone,
                        new WallCalendar(
                                zone, this.middle.minus(Duration.ofDays(90)), this.middle.plus(Duration.ofDays(90))));
            }
        }
    }

    private enum Kind {
        /** Whatever keeps decisions exact. */
        EXACT,
        /** And changes of the time zone. */
        ZONES,
        /** And crashes, and a ledger that fails. */
        CRASHES
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void givesNoMoreThanTheLogAllows(Kind kind) {
        play(kind, HISTORIES);
    }

    @Test
    @Tag("slow")
    void givesNoMoreThanTheLogAllowsForLong() {
        for (Kind kind : Kind.values()) {
            play(kind, SLOW_HISTORIES);
        }
    }

    private static void play(Kind kind, int histories) {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        System.out.println("QuotaOracleTest " + kind + ": -Dsluice.seed=" + seed);
        long admitted = 0;
        long exceeded = 0;
        for (int i = 0; i < histories; i++) {
            History history = new History(kind, seed + i);
            try {
                history.play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dsluice.seed=" + (seed + i) + " " + kind, e);
            }
            admitted += history.log.size();
            exceeded += history.exceeded;
        }
        assertThat(admitted).isGreaterThan(histories * 10L);
        assertThat(exceeded).isGreaterThan(histories * 3L);
    }

    /** One request that was admitted. */
    private record Entry(Instant at, long cost) {}

    private static final class History {
        private final Kind kind;
        private final Random random;
        private final Era era;
        private final TestClock clock;
        private final MemoryLedger ledger = new MemoryLedger(Runnable::run);
        private final Limiter limiter;
        private final Bucket[] levels;
        private final List<Entry> log = new ArrayList<>();
        private final Map<QuotaSpan, Long> adjustments = new HashMap<>();
        private final LiveQuotaLimit live;
        private QuotaLimit limit;
        private Quotas quotas;
        private int exceeded;
        private int crashes;
        private boolean zoneChanged;

        History(Kind kind, long seed) {
            this.kind = kind;
            this.random = new Random(seed);
            this.era = Era.values()[random.nextInt(Era.values().length)];
            this.clock = new TestClock(era.middle.plusSeconds(random.nextInt(-86_400, 86_400)));
            this.limiter = Limiter.inMemory(clock);
            this.levels = new Bucket[] {Bucket.full(new LiveLimit("key", new Limit(Rate.perSecond(5), 20)), clock)};
            this.limit = randomLimit(era.zones.get(random.nextInt(era.zones.size())));
            this.live = LiveQuotaLimit.of(limit);
            this.quotas = new Quotas(ledger, clock);
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3, 4, 5 -> decide(random.nextInt(8) == 0 ? random.nextInt(1, 20) : 1);
                    case 6 -> burst();
                    case 7 -> takeAndPutBack();
                    default -> between(9);
                }
            }
            ledger.failing(false);
            spendTheRest();
            checkUsage();
            quotas.close();
            long booked = ledger.spent(ID, LocalDate.MIN, LocalDate.MAX);
            long used = log.stream().mapToLong(Entry::cost).sum();
            assertThat(booked).isBetween(used, used + crashes * Quota.MAX_AHEAD);
        }

        /** Something that is no decision; of the first {@code kinds}. */
        private void between(int kinds) {
            switch (random.nextInt(kinds)) {
                case 0, 1 -> clock.advance(Duration.ofMillis(random.nextInt(40_000)));
                case 2 -> stepTheClock();
                case 3 -> change();
                case 4 -> sweep();
                case 5 -> setRemaining();
                case 6 -> checkUsage();
                case 7 -> crashOrFail();
                default -> {
                    sweep();
                    clock.advance(Quotas.IDLE);
                    sweep();
                }
            }
        }

        private void stepTheClock() {
            clock.advance(Duration.ofSeconds(1));
            QuotaDay day = limit.day(clock.instant());
            Instant[] edges = {
                day.span().from(),
                day.span().to(),
                day.period().to(),
                day.period().from(),
                era.middle
            };
            Instant to = edges[random.nextInt(edges.length)].plusMillis(random.nextInt(-2, 3));
            if (Duration.between(era.middle, to).abs().toDays() < 45) {
                clock.set(to);
            }
        }

        private void change() {
            ZoneId zone = limit.zone();
            if (kind != Kind.EXACT) {
                zone = era.zones.get(random.nextInt(era.zones.size()));
                zoneChanged |= !zone.equals(limit.zone());
            }
            limit = randomLimit(zone);
            if (random.nextInt(5) == 0) {
                live.clear();
            }
            live.set(limit);
        }

        private QuotaLimit randomLimit(ZoneId zone) {
            QuotaLimit.Period period = QuotaLimit.Period.values()[random.nextInt(3)];
            int offset = switch (period) {
                case DAY -> 0;
                case WEEK -> random.nextInt(7);
                case MONTH -> random.nextInt(28);
            };
            return new QuotaLimit(random.nextInt(random.nextBoolean() ? 12 : 60), period, offset, zone);
        }

        private void sweep() {
            try {
                quotas.sweep();
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("disk full");
            }
        }

        private void setRemaining() {
            long remaining = random.nextInt(15);
            QuotaSpan period = wall().period(limit, clock.instant());
            try {
                quotas.setRemaining(ID, live, remaining);
                adjustments.put(period, remaining - limit.limit() + counted(period));
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("disk full");
            }
        }

        private void crashOrFail() {
            if (kind != Kind.CRASHES) {
                return;
            }
            if (random.nextBoolean()) {
                quotas = new Quotas(ledger, clock);
                live.clear(); // quotas of before the crash are gone
                live.set(limit);
                crashes++;
            } else {
                ledger.failing(random.nextBoolean());
                crashes++; // what a failing ledger does not take back may be lost
            }
        }

        private void burst() {
            for (int i = random.nextInt(10); i > 0; i--) {
                decide(1);
            }
        }

        /** What a decision does whose rate is refused, with the world going on in between. */
        private void takeAndPutBack() {
            Quota quota = quotas.open(1, ID, live);
            long cost = random.nextInt(1, 4);
            Ration ration = quota.take(cost);
            if (ration != null) {
                between(5);
                quota.putBack(ration, cost);
            }
        }

        private Decision decide(long cost) {
            Decision decision = decision(cost);
            QuotaSpan period = wall().period(limit, clock.instant());
            long after = counted(period) + cost;
            long allowed = limit.limit() + adjustments.getOrDefault(period, 0L);
            switch (decision) {
                case Decision.Admitted _ -> {
                    assertThat(after).as("%s at %s", limit, clock.instant()).isLessThanOrEqualTo(allowed);
                    log.add(new Entry(clock.instant(), cost));
                }
                case Decision.QuotaExceeded(var _, Instant resetsAt) -> {
                    exceeded++;
                    assertThat(resetsAt).isEqualTo(period.to());
                    if (exact()) {
                        assertThat(after).as("%s at %s", limit, clock.instant()).isGreaterThan(allowed);
                    }
                }
                case Decision.Throttled _, Decision.Delayed _ -> {}
                case Decision.AwaitQuota _ -> assertThat(kind).isEqualTo(Kind.CRASHES);
            }
            return decision;
        }

        private Decision decision(long cost) {
            while (true) {
                Decision decision = Deciding.admit(limiter, levels, levels.length, quotas.open(1, ID, live), cost);
                if (!(decision instanceof Decision.AwaitQuota(var ready))) {
                    return decision;
                }
                try {
                    ready.toCompletableFuture().join();
                } catch (CompletionException e) {
                    return decision;
                }
            }
        }

        /** Until the quota refuses a single unit; by then, all that the log allows is spent if nothing was lost. */
        private void spendTheRest() {
            while (!(decide(1) instanceof Decision.QuotaExceeded)) {
                clock.advance(Duration.ofMillis(200));
            }
        }

        private void checkUsage() {
            if (!exact()) {
                return;
            }
            LocalDate today = wall().date(clock.instant());
            Map<LocalDate, Long> used = new HashMap<>();
            log.forEach(entry -> used.merge(wall().date(entry.at()), entry.cost(), Long::sum));
            List<QuotaLedger.DayUse> usage = quotas.usage(ID, live, today.minusDays(40), today);
            usage.forEach(day ->
                    assertThat(day.used()).as("used on %s", day.date()).isEqualTo(used.getOrDefault(day.date(), 0L)));
            QuotaSpan period = wall().period(limit, clock.instant());
            long left = limit.limit() + adjustments.getOrDefault(period, 0L) - counted(period);
            assertThat(usage.getLast().remaining()).isEqualTo(Math.max(0, left));
        }

        private boolean exact() {
            return crashes == 0 && !zoneChanged;
        }

        private long counted(QuotaSpan period) {
            return log.stream()
                    .filter(entry ->
                            !entry.at().isBefore(period.from()) && entry.at().isBefore(period.to()))
                    .mapToLong(Entry::cost)
                    .sum();
        }

        private WallCalendar wall() {
            return requireNonNull(era.walls.get(limit.zone()));
        }
    }
}
