/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What a bucket holds between two changes of its limit or of its base: the words that decisions are made on. Thread-safe. */
final class Cell {
    /*
     * Arithmetic (generic cell rate algorithm, which is a token bucket with one integer of state). Time is counted in ticks since the
     * cell's base, c(t) = ticks * R, and tokens in units of 1/P token (see Scale). `tat`, the theoretical arrival time, is the c(t) at
     * which the bucket will be full again, so that
     *
     *     debt(t) = max(0, tat - c(t))        n tokens fit iff debt(t) + (pending + n) * P <= K
     *     charging n at t: tat' = max(tat, c(t)) + n * P
     *
     * Nothing is rounded but the tick: a bucket that was full begins to refill with the next one. So there is no drift.
     *
     * Overflow. A cell is charged for maxTicks after its base only, when c(t) <= 2^60, and K <= 2^60. Charges that were reserved add up to
     * K at most, so tat <= 2^61; only debits, and charges reserved under a burst that was lowered again and again, can make it more, and
     * then tat stops at 3 * 2^60: a debt of 2K or more. Every sum fits. (No tighter bound will do: the stamp of a commit may be older than
     * that of the commit before it, so `tat` may rightly be later than c(stamp) + K.) Later than maxTicks the bucket moves to a cell with a
     * later base and takes its debt along. So neither an idle bucket nor a long uptime needs a wrapping clock or a sweeper; the price is
     * one small object each maxTicks (19 minutes at 999 983/s and ticks of 1 ns).
     *
     * `aside` is the arrival time of the whole debt, what was put aside included (see Debt), or 0 where nothing was: it is charged like
     * `tat`, but never asked. It is charged before `tat`, so that a change of the limit in between sees a charge there twice, not never.
     *
     * Sealing. A cell that is replaced has the sign bit set in all words, `pending` first: that freezes them, every compare-and-set on
     * them fails from then on, and whoever meets a sealed word can compute the same successor and offer it to the bucket (nobody waits
     * for the one that began). Reservations that are under way are carried to the successor in `pending`; their commit or release
     * happens there. They are not made to fail, since a decision may have committed at another level already, and what is committed
     * cannot be taken back (see InMemoryLimiter).
     */
    private static final VarHandle TAT;
    private static final VarHandle PENDING;
    private static final VarHandle ASIDE;
    private static final long SEAL = Long.MIN_VALUE;
    private static final long MAX_TAT = 3 * Scale.MAX_UNITS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAT = lookup.findVarHandle(Cell.class, "tat", long.class);
            PENDING = lookup.findVarHandle(Cell.class, "pending", long.class);
            ASIDE = lookup.findVarHandle(Cell.class, "aside", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LiveLimit.Version version;
    private final Scale scale;
    private final long burst;
    private final long baseNanos;
    /** In units since the base. */
    private volatile long tat;
    /** Tokens reserved by decisions under way. */
    private volatile long pending;
    /** In units since the base; 0 where no debt was put aside. */
    private volatile long aside;

    Cell(LiveLimit.Version version, long baseNanos, Debt debt, long pending) {
        this.version = version;
        this.scale = version.scale;
        this.burst = version.limit.burst();
        this.baseNanos = baseNanos;
        this.tat = debt.units();
        this.pending = pending;
        this.aside = debt.total() > debt.units() ? debt.total() : 0;
    }

    /** False when the limit has changed or the base is too old. */
    boolean current(long nowNanos) {
        return version.next == null && ticksAt(nowNanos) <= scale.maxTicks();
    }

    /** Whether the arithmetic holds at a time to come. */
    boolean reaches(long nanos) {
        return ticksAt(nanos) / 2 <= scale.maxTicks();
    }

    boolean unlimited() {
        return burst == Long.MAX_VALUE;
    }

    long burst() {
        return burst;
    }

    long unitsPerToken() {
        return scale.unitsPerToken();
    }

    long capacity() {
        return scale.capacity();
    }

    /** Negative when sealed. */
    long tat() {
        return tat;
    }

    long tatIgnoringSeal() {
        return tat & ~SEAL;
    }

    /** Negative when sealed. */
    long pending() {
        return pending;
    }

    long pendingIgnoringSeal() {
        return pending & ~SEAL;
    }

    /** Negative when sealed; 0 where nothing was put aside. */
    long aside() {
        return aside;
    }

    boolean compareAndSetPending(long expected, long updated) {
        return PENDING.compareAndSet(this, expected, updated);
    }

    /** Moves the arrival time on by so many tokens; false if the word has changed. */
    boolean charge(long expectedTat, long tokens, long nowNanos) {
        return TAT.compareAndSet(this, expectedTat, charged(expectedTat, tokens, nowNanos));
    }

    boolean chargeAside(long expected, long tokens, long nowNanos) {
        return expected == Debt.UNCOUNTED || ASIDE.compareAndSet(this, expected, charged(expected, tokens, nowNanos));
    }

    private long charged(long word, long tokens, long nowNanos) {
        long units =
                tokens > scale.maxDebt() / scale.unitsPerToken() ? scale.maxDebt() : tokens * scale.unitsPerToken();
        long begun = Math.min(units(scale.ticksBegun(elapsed(nowNanos))), MAX_TAT);
        return Math.min(Math.max(word, begun) + units, MAX_TAT);
    }

    /** @param tokens at most the burst */
    boolean fits(long tatRead, long tokens, long nowNanos) {
        return debt(tatRead, nowNanos) <= scale.capacity() - tokens * scale.unitsPerToken();
    }

    long debt(long tatRead, long nowNanos) {
        return Math.max(0, tatRead - units(ticksAt(nowNanos)));
    }

    /** How long until the debt has shrunk by so many units; 0 for 0 or less, {@link Long#MAX_VALUE} for never. Exact to the nanosecond. */
    long nanosToRefill(long units, long nowNanos) {
        return scale.nanosToRefill(units, nowNanos - baseNanos);
    }

    Owed owed(long nowNanos) {
        return Owed.of(scale, debt(tat & ~SEAL, aside & ~SEAL, nowNanos), nowNanos - baseNanos);
    }

    private Debt debt(long tatRead, long asideRead, long nowNanos) {
        long units = debt(tatRead, nowNanos);
        return new Debt(
                units, asideRead == Debt.UNCOUNTED ? Debt.UNCOUNTED : Math.max(units, debt(asideRead, nowNanos)));
    }

    /** Seals this cell and gives the one that continues it. */
    Cell sealAndContinue(long nowNanos) {
        long carried = (long) PENDING.getAndBitwiseOr(this, SEAL) & ~SEAL;
        long frozen = (long) TAT.getAndBitwiseOr(this, SEAL) & ~SEAL;
        long frozenAside = (long) ASIDE.getAndBitwiseOr(this, SEAL) & ~SEAL;
        LiveLimit.Version next = version.next;
        if (next == null) {
            long base = baseNanos + ticksAt(nowNanos) * scale.tickNanos();
            return new Cell(version, base, debt(frozen, frozenAside, nowNanos), carried);
        }
        Cell last = continueUnder(next, frozen, frozenAside, carried);
        for (next = last.version.next; next != null; next = last.version.next) {
            last = last.continueUnder(next, last.tat, last.aside, carried);
        }
        return last;
    }

    /**
     * From the instant of the change on; or from a later one, where a debt above K shows that this cell was charged after the instant had
     * been read and before the change was known: those charges followed the old limit, so the old rate drains them down to K.
     */
    private Cell continueUnder(LiveLimit.Version next, long frozen, long frozenAside, long carried) {
        long fromNanos = next.sinceNanos - baseNanos > 0 ? next.sinceNanos : baseNanos;
        long overNanos = nanosToRefill(debt(frozen, fromNanos) - scale.capacity(), fromNanos);
        fromNanos += Math.clamp(next.liveNanos - fromNanos, 0, overNanos);
        Debt debt = debt(frozen, frozenAside, fromNanos);
        return new Cell(next, fromNanos, debt.under(version.limit, scale, next.limit, next.scale), carried);
    }

    /** Exact up to four times maxTicks, which is more than any tat: a debt may outlive the time for which the cell may be charged. */
    private long units(long ticks) {
        return ticks / 4 >= scale.maxTicks() ? Long.MAX_VALUE : ticks * scale.unitsPerTick();
    }

    private long ticksAt(long nowNanos) {
        return scale.ticks(elapsed(nowNanos));
    }

    /** A reading from before the base is one that another thread overtook: the base is the better one, and in the past too. */
    private long elapsed(long nowNanos) {
        return Math.max(0, nowNanos - baseNanos);
    }

    @Override
    public String toString() {
        return "Cell[" + version.limit + ", tat=" + tat + ", pending=" + pending + ", aside=" + aside + ", baseNanos="
                + baseNanos + "]";
    }
}
