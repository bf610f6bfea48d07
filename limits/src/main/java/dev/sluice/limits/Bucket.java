/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The state of one token bucket under a {@link LiveLimit}. Thread-safe, lock-free; decided over by {@link Limiter} only. */
public final class Bucket {
    private static final VarHandle CELL;

    static {
        try {
            CELL = MethodHandles.lookup().findVarHandle(Bucket.class, "cell", Cell.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LiveLimit limit;
    private volatile Cell cell;

    private Bucket(LiveLimit limit, Cell cell) {
        this.limit = limit;
        this.cell = cell;
    }

    /** A full bucket: what a limit that is new starts with. */
    public static Bucket full(LiveLimit limit, NanoClock clock) {
        requireNonNull(limit, "limit");
        return new Bucket(limit, new Cell(limit.newest(), clock.nanoTime(), Debt.NONE, 0));
    }

    /** An empty bucket: what a limit that is older than the process starts with. */
    public static Bucket empty(LiveLimit limit, NanoClock clock) {
        LiveLimit.Version version = requireNonNull(limit, "limit").newest();
        long capacity = version.scale.capacity();
        return new Bucket(limit, new Cell(version, clock.nanoTime(), new Debt(capacity, capacity), 0));
    }

    /** A bucket that owes what one before a restart owed. */
    public static Bucket owing(LiveLimit limit, NanoClock clock, Owed owed) {
        LiveLimit.Version version = requireNonNull(limit, "limit").newest();
        Debt debt = limit.get().unlimited() ? Debt.NONE : owed.in(version.scale);
        return new Bucket(limit, new Cell(version, clock.nanoTime(), debt, 0));
    }

    public LiveLimit limit() {
        return limit;
    }

    /** What the bucket holds at the clock's reading {@code nowNanos}. */
    public Level level(long nowNanos) {
        Cell now = current(nowNanos);
        if (now.unlimited()) {
            return Level.UNLIMITED;
        }
        long reserved = Math.min(now.pendingIgnoringSeal(), now.burst()) * now.unitsPerToken();
        long debt = now.debt(now.tatIgnoringSeal(), nowNanos) + reserved;
        long left = now.capacity() - debt;
        long nextTokenNanos =
                now.burst() == 0 ? Long.MAX_VALUE : now.nanosToRefill(now.unitsPerToken() - left, nowNanos);
        return new Level(Math.max(0, left / now.unitsPerToken()), nextTokenNanos, now.nanosToRefill(debt, nowNanos));
    }

    /** What is owed at the clock's reading {@code nowNanos}. */
    public Owed owed(long nowNanos) {
        Cell now = current(nowNanos);
        return now.unlimited() ? Owed.NOTHING : now.owed(nowNanos);
    }

    /** 0 if {@code cost} tokens are there, whatever others have reserved; else how long until they are, {@link Long#MAX_VALUE} for never. */
    long waitNanos(long nowNanos, long cost) {
        Cell now = current(nowNanos);
        if (now.unlimited()) {
            return 0;
        }
        if (cost > now.burst()) {
            return Long.MAX_VALUE;
        }
        long debt = now.debt(now.tatIgnoringSeal(), nowNanos);
        return now.nanosToRefill(debt - (now.capacity() - cost * now.unitsPerToken()), nowNanos);
    }

    boolean reaches(long nowNanos, long atNanos) {
        Cell now = current(nowNanos);
        return now.unlimited() || now.reaches(atNanos);
    }

    /** Holds {@code cost} tokens that are there at {@code atNanos} back from everybody else until they are committed or released. */
    Hold reserve(long nowNanos, long atNanos, long cost) {
        while (true) {
            Cell now = current(nowNanos);
            if (now.unlimited()) {
                return Hold.NOT_NEEDED;
            }
            long pending = now.pending();
            if (pending < 0) {
                replace(now, nowNanos);
                continue;
            }
            if (cost > now.burst() - pending) {
                return Hold.REFUSED;
            }
            if (now.compareAndSetPending(pending, pending + cost)) {
                long tat = now.tat();
                boolean fits = tat < 0 ? carriedFits(nowNanos, atNanos) : now.fits(tat, pending + cost, atNanos);
                if (fits) {
                    return Hold.HELD;
                }
                release(nowNanos, cost);
                return Hold.REFUSED;
            }
        }
    }

    /** The check of a reservation that was carried to a later cell before it could be made. */
    private boolean carriedFits(long nowNanos, long atNanos) {
        while (true) {
            Cell now = current(nowNanos);
            long pending = now.pending();
            long tat = now.tat();
            if (pending < 0 || tat < 0) {
                replace(now, nowNanos);
                continue;
            }
            return now.unlimited() || (pending <= now.burst() && now.fits(tat, pending, atNanos));
        }
    }

    /** Turns what is held into debt. {@code stampNanos} must not be from before all levels of the decision were reserved. */
    void commit(long nowNanos, long stampNanos, long cost) {
        debit(nowNanos, stampNanos, cost);
        release(nowNanos, cost);
    }

    /** Charges whatever is there. */
    void debit(long nowNanos, long stampNanos, long cost) {
        boolean asideCharged = false;
        while (true) {
            Cell now = current(nowNanos);
            if (now.unlimited()) {
                return;
            }
            long aside = now.aside();
            long tat = now.tat();
            if (aside < 0 || tat < 0) {
                replace(now, nowNanos);
            } else if (aside != 0 && !asideCharged) {
                asideCharged = now.chargeAside(aside, cost, stampNanos);
            } else if (now.charge(tat, cost, stampNanos)) {
                return;
            }
        }
    }

    /** Charges if it fits, for a level that is not decided on; false if it does not. */
    boolean chargeIfFits(long nowNanos, long stampNanos, long cost) {
        return switch (reserve(nowNanos, stampNanos, cost)) {
            case NOT_NEEDED -> true;
            case REFUSED -> false;
            case HELD -> {
                commit(nowNanos, stampNanos, cost);
                yield true;
            }
        };
    }

    /** Gives up what is held. */
    void release(long nowNanos, long cost) {
        while (true) {
            Cell now = cell;
            long pending = now.pending();
            if (pending < 0) {
                replace(now, nowNanos);
            } else if (now.compareAndSetPending(pending, pending - cost)) {
                return;
            }
        }
    }

    private Cell current(long nowNanos) {
        while (true) {
            Cell now = cell;
            if (now.current(nowNanos)) {
                return now;
            }
            replace(now, nowNanos);
        }
    }

    /** If somebody else was first, theirs is as good. */
    private void replace(Cell old, long nowNanos) {
        CELL.compareAndSet(this, old, old.sealAndContinue(nowNanos));
    }

    @Override
    public String toString() {
        return "Bucket[" + limit.name() + ", " + cell + "]";
    }

    enum Hold {
        HELD,
        NOT_NEEDED,
        REFUSED
    }
}
