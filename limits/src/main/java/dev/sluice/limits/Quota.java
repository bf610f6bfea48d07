/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One open quota counter: spends units that were reserved durably ahead, so that a crash can lose units but never give one twice.
 * Thread-safe; spending never blocks. Comes from {@link Quotas}, which lets go of it when it is idle: keep it for one decision only.
 *
 * <p>A crash loses what was reserved and not yet used: at most {@link #MAX_AHEAD} units (or one request's cost, if that is more), no more
 * than about one second's use, and no more than an eighth of what remained; lost units count as used.
 */
public final class Quota {
    /*
     * Units flow ledger -> ration -> request. A ration holds the units reserved for one day; a request takes them by one compare-and-set
     * and gives them back to it when a rate limit refuses. Giving back is safe here, unlike for a bucket, since a ration does not refill
     * by itself. Everything else (reserving, ending the day, changing, reading) is done in steps that run one at a time (Turns), so that
     * each sees the ledger and the ration agree; requests are served from the ration meanwhile.
     *
     * Opening costs nothing: a new quota has a sealed ration, and the first request that finds so reserves. The ledger answers with what
     * is left, so nothing needs to be read before.
     *
     * Midnight. A ration serves requests of its day only. The first request of another day ends it: the rest is given back to the day it
     * was booked to, then units are reserved for the new day; so each unit counts on the day it was used. A clock that steps back goes
     * the same way, and takes from what the ledger has left for the earlier period: nothing is given twice, since each unit comes from
     * the ledger's count of its period.
     *
     * Change. A new limit seals the ration; so does setting what remains. The next request gives the rest back and reserves under what is
     * in force then. Nothing is converted or carried over: the ledger counts by days, whatever the calendar.
     *
     * End. A step that finds the quota idle and its ration empty puts ENDED where the next reservation would stand. From then on nothing
     * can be reserved, hence nothing spent; only after that does the registry open another quota for the counter. Who still holds the
     * ended one is told to decide anew.
     *
     * Failure. When the ledger fails, the waiting requests fail, nothing was granted, and the next request tries again. A ration whose
     * rest could not be given back stays sealed and is tried again by the next step; if the process ends before, the rest counts as used.
     */

    /** Most units reserved ahead of use. */
    public static final long MAX_AHEAD = 1_000;

    private static final QuotaLimit NONE = new QuotaLimit(0, QuotaLimit.Period.DAY, 0);
    private static final Decision DECIDE_ANEW = new Decision.AwaitQuota(CompletableFuture.completedStage(null));
    private static final CompletableFuture<Void> ENDED = CompletableFuture.completedFuture(null);

    private final QuotaId id;
    private final LiveQuotaLimit live;
    private final Quotas owner;
    private final Turns turns = new Turns();
    /** The step that reserves more, while there is one; {@link #ENDED} when there will never be one again. */
    private final AtomicReference<@Nullable CompletableFuture<Void>> refill = new AtomicReference<>();

    private final AtomicLong demanded = new AtomicLong();
    private final AtomicLong mostDemandedAtOnce = new AtomicLong();
    private volatile Ration ration;
    /** Whether a request came since the last {@link #idle}. */
    private volatile boolean touched = true;

    private volatile boolean closed;
    private long idleSinceMillis;
    private volatile long number = -1;
    private int pins;

    Quota(QuotaId id, LiveQuotaLimit live, Quotas owner) {
        this.id = id;
        this.live = live;
        this.owner = owner;
        this.ration = Ration.sealed(NONE, Instant.EPOCH);
    }

    /**
     * A counter on its own, not shared with any {@link Quotas}; never let go of. Does not block.
     *
     * @param limit if it differs from the one before, what was used stays used
     */
    static Quota open(QuotaId id, QuotaLimit limit, QuotaLedger ledger, InstantSource clock) {
        return new Quotas(ledger, clock).open(0, id, LiveQuotaLimit.of(limit));
    }

    public QuotaId id() {
        return id;
    }

    /** The limit that decisions are made by now. */
    public QuotaLimit limit() {
        Ration now = ration;
        return now.sealed() ? live.get().orElse(now.limit()) : now.limit();
    }

    /** Changes the limit of this counter and of all that share its {@link LiveQuotaLimit}; live when the call returns. Blocks. */
    void change(QuotaLimit limit) {
        live.set(limit);
    }

    /** Sets what remains in the current period, for this period only; durable and live when the stage completes. */
    CompletionStage<Void> setRemaining(long remaining) {
        if (remaining < 0 || remaining > QuotaLimit.MAX_UNITS) {
            throw new IllegalArgumentException(
                    "remaining: " + remaining + " (expected: 0 to " + QuotaLimit.MAX_UNITS + ")");
        }
        return turns.run(() -> retire(ration).thenCompose(_ -> {
                    QuotaLimit limit = live.get().orElse(NONE);
                    return owner.ledger()
                            .setRemaining(id, limit.day(owner.clock().instant()), limit.limit(), remaining);
                }))
                .minimalCompletionStage();
    }

    /** Units left in the current period, as far as is known without asking the ledger; a view, no promise. Never blocks. */
    public long remaining() {
        Ration now = ration;
        boolean known = now.covers(owner.clock().millis()) && !now.sealed();
        return known ? now.remaining() : limit().limit();
    }

    /**
     * Used and remaining, one entry a day from {@code from} to {@code to} inclusive, none after today; exact, read-after-write. Units of
     * decisions under way count as used. Days are those of the quota's calendar. Blocks.
     */
    List<QuotaLedger.DayUse> usage(LocalDate from, LocalDate to) {
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("from: " + from + " (expected: at most " + to + ")");
        }
        Supplier<List<QuotaLedger.DayUse>> step = () -> days(from, to);
        return await(turns.run(() -> CompletableFuture.supplyAsync(step, Thread::startVirtualThread)));
    }

    private List<QuotaLedger.DayUse> days(LocalDate from, LocalDate to) {
        QuotaLimit limit = live.get().orElse(NONE);
        QuotaDay today = limit.day(owner.clock().instant());
        LocalDate last = to.isBefore(today.date()) ? to : today.date();
        List<QuotaLedger.DayUse> days = new ArrayList<>();
        if (from.isAfter(last)) {
            return days;
        }
        LocalDate start = limit.periodStart(from);
        Map<LocalDate, QuotaLedger.DayUse> booked = new HashMap<>();
        owner.ledger()
                .days(id, start, last)
                .forEach(use -> booked.merge(
                        use.date(),
                        use,
                        (a, b) -> new QuotaLedger.DayUse(use.date(), a.used() + b.used(), b.remaining())));
        QuotaDay held = ration.day();
        long unused = ration.unused();
        long balance = limit.limit();
        for (LocalDate day = start; !day.isAfter(last); day = day.plusDays(1)) {
            if (day.equals(limit.periodStart(day))) {
                balance = limit.limit();
            }
            QuotaLedger.DayUse use = booked.get(day);
            if (use != null) {
                balance = use.remaining();
            }
            boolean counts =
                    !day.isBefore(held.date()) && limit.periodStart(day).equals(limit.periodStart(held.date()));
            if (day.equals(today.date())) {
                balance = owner.ledger().remaining(id, today.period(), limit.limit());
                counts = held.span().overlaps(today.period());
            }
            if (!day.isBefore(from)) {
                long used = use == null ? 0 : use.used() - (day.equals(held.date()) ? unused : 0);
                days.add(new QuotaLedger.DayUse(day, used, Math.max(0, balance + (counts ? unused : 0))));
            }
        }
        return days;
    }

    /** Returns what is reserved and unused to the ledger and refuses from then on; durable when the stage completes. */
    CompletionStage<Void> close() {
        closed = true;
        return turns.run(() -> retire(ration)).minimalCompletionStage();
    }

    /** Where the units came from; null if there are too few now: then {@link #refuse} says what to do. Allocates nothing. */
    @Nullable
    Ration take(long cost) {
        touch();
        Ration now = ration;
        if (closed || !now.covers(owner.clock().millis())) {
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
            // Its ration ended meanwhile, and the quota may have: the unit goes to the ledger, where the counter's open
            // quota finds it.
            var _ = turns.run(() -> owner.ledger()
                    .giveBack(id, from.day(), cost)
                    .thenRun(() -> owner.current(id).ifPresent(Quota::replenished)));
        }
    }

    private void replenished() {
        var _ = turns.run(() -> {
            ration.replenished();
            return CompletableFuture.allOf();
        });
    }

    /** What to answer when there is nothing to take. */
    Decision refuse(long cost) {
        Decision exceeded = peek(cost);
        if (exceeded != null) {
            return exceeded;
        }
        demanded.accumulateAndGet(Math.min(cost, MAX_AHEAD), (sum, more) -> Math.min(sum + more, MAX_AHEAD));
        mostDemandedAtOnce.accumulateAndGet(Math.min(cost, QuotaLimit.MAX_UNITS), Math::max);
        CompletableFuture<Void> reserving = refill();
        return reserving == ENDED ? DECIDE_ANEW : new Decision.AwaitQuota(reserving.minimalCompletionStage());
    }

    /** Null unless it is known that the period has too few units left. */
    @Nullable
    Decision peek(long cost) {
        Ration now = ration;
        if (now.covers(owner.clock().millis()) && now.refuses(cost)) {
            touch();
            return new Decision.QuotaExceeded(this, now.day().period().to());
        }
        if (closed) {
            return new Decision.QuotaExceeded(
                    this, limit().day(owner.clock().instant()).period().to());
        }
        return null;
    }

    private void touch() {
        if (!touched) { // most times it is: then nothing is written
            touched = true;
        }
    }

    private CompletableFuture<Void> refill() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> running = refill.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        var _ = turns.run(this::reserveAhead).whenComplete((_, failure) -> {
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
        Optional<QuotaLimit> limit = live.get();
        if (closed || limit.isEmpty()) {
            return CompletableFuture.allOf(); // who waits decides anew, without a quota where there is none any more
        }
        return today(limit.get()).thenCompose(now -> {
            long nowMillis = owner.clock().millis();
            long wanted = now.plan(demanded.getAndSet(0), mostDemandedAtOnce.getAndSet(0), nowMillis, MAX_AHEAD);
            return wanted <= 0
                    ? CompletableFuture.allOf()
                    : owner.ledger()
                            .reserve(id, now.day(), now.limit().limit(), wanted)
                            .thenAccept(now::grant);
        });
    }

    /** Within a turn: the ration of today, which ends the one of another day. */
    private CompletionStage<Ration> today(QuotaLimit limit) {
        Ration old = ration;
        Instant now = owner.clock().instant();
        if (old.covers(now.toEpochMilli()) && !old.sealed()) {
            return CompletableFuture.completedFuture(old);
        }
        return retire(old).thenApply(_ -> {
            Ration fresh = new Ration(limit, now);
            ration = fresh;
            return fresh;
        });
    }

    /** Within a turn: nothing can be taken from it any more; complete when its rest is with the ledger again. */
    private CompletionStage<Void> retire(Ration old) {
        long rest = old.seal();
        return rest == 0
                ? CompletableFuture.allOf()
                : owner.ledger().giveBack(id, old.day(), rest).thenRun(old::returned);
    }

    /** Lets the next request reserve under the limit that is in force then; nothing is taken any more once the stage completes. */
    CompletableFuture<Void> limitChanged() {
        return turns.run(() -> {
            var _ = ration.seal();
            return CompletableFuture.allOf();
        });
    }

    /** Whether no request came for so long; to be asked by one thread, again and again. */
    boolean idle(long nowMillis, long afterMillis) {
        if (touched || nowMillis < idleSinceMillis) {
            touched = false;
            idleSinceMillis = nowMillis;
        }
        return nowMillis - idleSinceMillis >= afterMillis;
    }

    /** Returns the rest to the ledger, then ends the quota unless a request came meanwhile. */
    CompletableFuture<Void> retireIdle() {
        return turns.run(() -> retire(ration).thenRun(() -> owner.endIfUnused(this)));
    }

    /** Ends the quota if it holds nothing and no request waits. */
    CompletableFuture<Void> endIfEmpty() {
        return turns.run(() -> {
            owner.endIfUnused(this);
            return CompletableFuture.allOf();
        });
    }

    /** Within a turn. False if it holds units or a request waits for some. */
    boolean end() {
        return ration.sealed() && ration.unused() == 0 && refill.compareAndSet(null, ENDED);
    }

    /** Ends what the ledger knows of the counter; blocks. What is reserved is gone with it. */
    void forget() {
        Supplier<CompletionStage<Void>> step = () -> {
            var _ = ration.seal();
            ration.returned();
            return owner.ledger().forget(id);
        };
        await(turns.run(step));
    }

    /** For {@link QuotaTable#find}; changed under the registry's lock while it is in no table. */
    long number() {
        return number;
    }

    void number(long to) {
        number = to;
    }

    /** Under the registry's lock, as all about pins: a call needs the quota to stay the open one of its counter. */
    void pin() {
        pins++;
    }

    void unpin() {
        pins--;
    }

    boolean pinned() {
        return pins > 0;
    }

    LiveQuotaLimit live() {
        return live;
    }

    static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
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
