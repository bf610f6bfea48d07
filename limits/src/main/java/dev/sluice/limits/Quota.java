/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One quota counter: spends units that were reserved durably ahead, so that a crash can lose units but never give one twice. Thread-safe;
 * spending never blocks. At most one per {@link QuotaId} may be open.
 *
 * <p>A crash loses what was reserved and not yet used: at most {@link #MAX_AHEAD} units (or one request's cost, if that is more), no more
 * than about one second's use, and no more than an eighth of what remained; lost units count as used.
 */
public final class Quota {
    /*
     * Units flow ledger -> ration -> request. A ration holds the units reserved for one day (UTC); a request takes them by one
     * compare-and-set and gives them back to it when a rate limit refuses. Giving back is safe here, unlike for a bucket, since a ration
     * does not refill by itself. Everything else (reserving, ending the day, changing, reading) is done in steps that run one at a time
     * (Turns), so that each sees the ledger and the ration agree; requests are served from the ration meanwhile.
     *
     * Midnight. A ration serves requests of its day only. The first request of another day ends it: the rest is given back to the day it
     * was booked to, then units are reserved for the new day; so each unit counts on the day it was used. A clock that steps back goes
     * the same way, and takes from what the ledger has left for the earlier period: nothing is given twice, since each unit comes from
     * the ledger's count of its period.
     *
     * Failure. When the ledger fails, the waiting requests fail, nothing was granted, and the next request tries again. A ration whose
     * rest could not be given back stays sealed and is tried again by the next step; if the process ends before, the rest counts as used.
     */

    /** Most units reserved ahead of use. */
    public static final long MAX_AHEAD = 1_000;

    private static final Executor VIRTUAL = Thread::startVirtualThread;

    private final QuotaId id;
    private final QuotaLedger ledger;
    private final InstantSource clock;
    private final Turns turns = new Turns();
    /** The step that reserves more, while there is one. */
    private final AtomicReference<@Nullable CompletableFuture<Void>> refill = new AtomicReference<>();

    private final AtomicLong demanded = new AtomicLong();
    private final AtomicLong mostDemandedAtOnce = new AtomicLong();
    private volatile Ration ration;
    private volatile boolean closed;

    private Quota(QuotaId id, QuotaLimit limit, QuotaLedger ledger, InstantSource clock) {
        this.id = id;
        this.ledger = ledger;
        this.clock = clock;
        this.ration = begin(id, limit, ledger, clock.millis(), false);
    }

    /**
     * Blocks for one read of the ledger, and for a write if the calendar of the limit is another than the one the use was counted by.
     *
     * @param limit if it differs from the one before, what was used stays used
     */
    public static Quota open(QuotaId id, QuotaLimit limit, QuotaLedger ledger, InstantSource clock) {
        return new Quota(
                requireNonNull(id, "id"),
                requireNonNull(limit, "limit"),
                requireNonNull(ledger, "ledger"),
                requireNonNull(clock, "clock"));
    }

    public QuotaId id() {
        return id;
    }

    public QuotaLimit limit() {
        return ration.limit();
    }

    /**
     * Changes limit, period or offset; live when the call returns. What was used stays used: a new calendar counts the days of its current
     * period anew, and what {@link #setRemaining} did to the old one is over. Blocks.
     */
    public void change(QuotaLimit limit) {
        requireNonNull(limit, "limit");
        Supplier<Ration> step = () -> {
            QuotaLimit before = ration.limit();
            await(retire(ration));
            Ration fresh = begin(id, limit, ledger, clock.millis(), !limit.sameCalendar(before));
            Optional<QuotaLedger.PeriodUse> known = ledger.period(id, fresh.periodStart());
            if (known.isPresent()) {
                await(ledger.adjust(
                        id,
                        fresh.periodStart(),
                        fresh.day(),
                        limit.limit(),
                        known.get().adjustment()));
            }
            ration = fresh;
            return fresh;
        };
        await(turns.run(() -> CompletableFuture.supplyAsync(step, VIRTUAL)));
    }

    /** Sets what remains in the current period, for this period only; durable and live when the stage completes. */
    public CompletionStage<Void> setRemaining(long remaining) {
        if (remaining < 0 || remaining > QuotaLimit.MAX_UNITS) {
            throw new IllegalArgumentException(
                    "remaining: " + remaining + " (expected: 0 to " + QuotaLimit.MAX_UNITS + ")");
        }
        Runnable step = () -> {
            QuotaLimit limit = ration.limit();
            await(retire(ration));
            long nowMillis = clock.millis();
            Ration fresh = new Ration(limit, Ration.dayOf(nowMillis), remaining, nowMillis);
            long spent = ledger.period(id, fresh.periodStart())
                    .map(QuotaLedger.PeriodUse::spent)
                    .orElse(0L);
            await(ledger.adjust(
                    id, fresh.periodStart(), fresh.day(), limit.limit(), remaining - limit.limit() + spent));
            ration = fresh;
        };
        return turns.run(() -> CompletableFuture.runAsync(step, VIRTUAL)).minimalCompletionStage();
    }

    /**
     * Used and remaining, one entry a day from {@code from} to {@code to} inclusive, none after today; exact, read-after-write. Units of
     * decisions under way count as used. Blocks.
     */
    public List<QuotaLedger.DayUse> usage(LocalDate from, LocalDate to) {
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("from: " + from + " (expected: at most " + to + ")");
        }
        return await(turns.run(() -> CompletableFuture.supplyAsync(() -> days(from, to), VIRTUAL)));
    }

    private List<QuotaLedger.DayUse> days(LocalDate from, LocalDate to) {
        LocalDate today = Ration.dayOf(clock.millis());
        LocalDate last = to.isBefore(today) ? to : today;
        List<QuotaLedger.DayUse> days = new ArrayList<>();
        if (from.isAfter(last)) {
            return days;
        }
        Ration now = ration;
        QuotaLimit limit = now.limit();
        LocalDate start = limit.periodStart(from);
        Map<LocalDate, QuotaLedger.DayUse> booked = new HashMap<>();
        ledger.days(id, start, last).forEach(use -> booked.put(use.day(), use));
        Optional<QuotaLedger.PeriodUse> period = ledger.period(id, limit.periodStart(today));
        long unused = now.unused();
        long balance = limit.limit();
        for (LocalDate day = start; !day.isAfter(last); day = day.plusDays(1)) {
            if (day.equals(limit.periodStart(day))) {
                balance = limit.limit();
            }
            QuotaLedger.DayUse use = booked.get(day);
            if (use != null) {
                balance = use.remaining();
            }
            if (day.equals(today) && period.isPresent()) {
                balance =
                        limit.limit() + period.get().adjustment() - period.get().spent();
            }
            if (!day.isBefore(from)) {
                long used = use == null ? 0 : use.used() - (day.equals(now.day()) ? unused : 0);
                boolean held =
                        !day.isBefore(now.day()) && limit.periodStart(day).equals(now.periodStart());
                days.add(new QuotaLedger.DayUse(day, used, Math.max(0, balance + (held ? unused : 0))));
            }
        }
        return days;
    }

    /** Returns what is reserved and unused to the ledger and refuses from then on; durable when the stage completes. */
    public CompletionStage<Void> close() {
        closed = true;
        return turns.run(() -> retire(ration)).minimalCompletionStage();
    }

    /** Where the units came from; null if there are too few now: then {@link #refuse} says what to do. Allocates nothing. */
    @Nullable
    Ration take(long cost) {
        Ration now = ration;
        if (closed || !now.covers(clock.millis())) {
            return null;
        }
        long unitsLeft = now.take(cost);
        if (unitsLeft < 0) {
            return null;
        }
        if (now.low(unitsLeft) && refill.get() == null) {
            var _ = refill();
        }
        return now;
    }

    /** Undoes a take. */
    void putBack(Ration from, long cost) {
        if (!from.putBack(cost)) {
            var _ = turns.run(() -> ledger.giveBack(
                            id, from.periodStart(), from.day(), from.limit().limit(), cost)
                    .thenRun(() -> {
                        if (ration.periodStart().equals(from.periodStart())) {
                            ration.replenished(cost);
                        }
                    }));
        }
    }

    /** What to answer when there is nothing to take. */
    Decision refuse(long cost) {
        Decision exceeded = peek(cost);
        if (exceeded != null) {
            return exceeded;
        }
        demanded.accumulateAndGet(Math.min(cost, MAX_AHEAD), (sum, more) -> Math.min(sum + more, MAX_AHEAD));
        mostDemandedAtOnce.accumulateAndGet(Math.min(cost, QuotaLimit.MAX_UNITS), Math::max);
        return new Decision.AwaitQuota(refill().minimalCompletionStage());
    }

    /** Null unless it is known that the period has too few units left. */
    @Nullable
    Decision peek(long cost) {
        Ration now = ration;
        Instant instant = clock.instant();
        return closed || (now.covers(instant.toEpochMilli()) && now.refuses(cost))
                ? new Decision.QuotaExceeded(this, now.resetsAt())
                : null;
    }

    private CompletableFuture<Void> refill() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> running = refill.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        var _ = turns.run(this::reserveAhead).whenComplete((done, failure) -> {
            refill.set(null);
            if (failure == null) {
                mine.complete(null);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    /** Within a turn. */
    private CompletionStage<Void> reserveAhead() {
        if (closed) {
            return CompletableFuture.allOf();
        }
        return today().thenCompose(now -> {
            long wanted = now.plan(demanded.getAndSet(0), mostDemandedAtOnce.getAndSet(0), clock.millis(), MAX_AHEAD);
            if (wanted <= 0) {
                return CompletableFuture.allOf();
            }
            return ledger.reserve(id, now.periodStart(), now.day(), now.limit().limit(), wanted)
                    .thenAccept(granted -> now.grant(granted, wanted));
        });
    }

    /** Within a turn: the ration of today, which ends the one of another day. */
    private CompletionStage<Ration> today() {
        Ration old = ration;
        long nowMillis = clock.millis();
        if (old.covers(nowMillis) && !old.sealed()) {
            return CompletableFuture.completedFuture(old);
        }
        return retire(old).thenApply(done -> {
            Ration fresh = old.on(Ration.dayOf(nowMillis), nowMillis);
            ration = fresh;
            return fresh;
        });
    }

    /** Within a turn: nothing can be taken from it any more; complete when its rest is with the ledger again. */
    private CompletionStage<Void> retire(Ration old) {
        long rest = old.seal();
        if (rest == 0) {
            return CompletableFuture.allOf();
        }
        return ledger.giveBack(id, old.periodStart(), old.day(), old.limit().limit(), rest)
                .thenRun(old::returned);
    }

    /** The ration to begin with; books the use of the days so far to the period where the calendar is new to the ledger. Blocks. */
    private static Ration begin(QuotaId id, QuotaLimit limit, QuotaLedger ledger, long nowMillis, boolean recount) {
        LocalDate today = Ration.dayOf(nowMillis);
        LocalDate start = limit.periodStart(today);
        Optional<QuotaLedger.PeriodUse> known = ledger.period(id, start);
        if (known.isPresent() && !recount) {
            long left = limit.limit() + known.get().adjustment() - known.get().spent();
            return new Ration(limit, today, left, nowMillis);
        }
        long used = ledger.days(id, start, today).stream()
                .mapToLong(QuotaLedger.DayUse::used)
                .sum();
        if (known.isPresent() || used > 0) {
            long spent = known.map(QuotaLedger.PeriodUse::spent).orElse(0L);
            await(ledger.adjust(id, start, today, limit.limit(), spent - used));
        }
        return new Ration(limit, today, limit.limit() - used, nowMillis);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
