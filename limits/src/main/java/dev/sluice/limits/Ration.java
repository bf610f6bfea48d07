/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The units of a quota that are reserved for one day and not yet used. Thread-safe as far as taking and putting back go; what is marked
 * so is called by the one step that has its turn (see {@link Turns}).
 */
final class Ration {
    private static final long SEALED = -1;
    private static final long SECOND_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final QuotaLimit limit;
    private final QuotaDay day;
    private final long fromMillis;
    private final long toMillis;

    private final AtomicLong units = new AtomicLong();
    /** The ledger has no unit left for this period but those granted. */
    private volatile boolean exhausted;
    /** Fewer units than this: time to reserve more. */
    private volatile long lowWater = 1;

    /** Written only within a turn: what the ledger has left, as far as is known here. */
    private volatile long left;
    /** Only within a turn: what is still to be given back once sealed. */
    private long rest;

    private long granted;
    private long usedBefore;
    private long plannedMillis;

    Ration(QuotaLimit limit, Instant now) {
        this.limit = limit;
        this.day = limit.day(now);
        this.fromMillis = day.span().from().toEpochMilli();
        this.toMillis = day.span().to().toEpochMilli();
        this.plannedMillis = now.toEpochMilli();
    }

    /** One that nothing can be taken from. */
    static Ration sealed(QuotaLimit limit, Instant now) {
        Ration ration = new Ration(limit, now);
        ration.units.set(SEALED);
        return ration;
    }

    QuotaLimit limit() {
        return limit;
    }

    QuotaDay day() {
        return day;
    }

    boolean covers(long millis) {
        return millis >= fromMillis && millis < toMillis;
    }

    /** The units left after {@code cost} was taken, or -1: too few, nothing taken. */
    long take(long cost) {
        long now = units.get();
        while (now >= cost) {
            if (units.compareAndSet(now, now - cost)) {
                return now - cost;
            }
            now = units.get();
        }
        return -1;
    }

    /** False once sealed: then they belong back to the ledger. */
    boolean putBack(long cost) {
        long now = units.get();
        while (now != SEALED) {
            if (units.compareAndSet(now, now + cost)) {
                return true;
            }
            now = units.get();
        }
        return false;
    }

    boolean low(long unitsLeft) {
        return unitsLeft < lowWater && !exhausted;
    }

    /** Whether waiting for more is useless in this period. */
    boolean refuses(long cost) {
        if (!exhausted) {
            return false;
        }
        long now = units.get();
        return now != SEALED && now < cost;
    }

    /** What the period still has, granted or not, as far as is known here; a view, no promise. */
    long remaining() {
        return left + Math.max(0, units.get());
    }

    boolean sealed() {
        return units.get() == SEALED;
    }

    /** Only within a turn: from now on nothing can be taken; gives what is to be given back. */
    long seal() {
        long now = units.getAndSet(SEALED);
        rest += Math.max(0, now);
        return rest;
    }

    /** Only within a turn: what is not used, sealed or not. */
    long unused() {
        return rest + Math.max(0, units.get());
    }

    /** Only within a turn: the rest is with the ledger again. */
    void returned() {
        rest = 0;
    }

    /** Only within a turn: units may have come back to the ledger. */
    void replenished() {
        exhausted = false;
    }

    /** Only within a turn: how many units to reserve now: what a second takes at the latest pace, and a share of the rest at most. */
    long plan(long demanded, long mostDemandedAtOnce, long nowMillis, long maxAhead) {
        long unused = units.get();
        long used = granted - unused;
        long elapsedMillis = Math.max(1, nowMillis - plannedMillis);
        long pace = Math.min(used - usedBefore, QuotaLimit.MAX_UNITS / SECOND_MILLIS) * SECOND_MILLIS / elapsedMillis;
        usedBefore = used;
        plannedMillis = nowMillis;
        long ahead = Math.clamp(pace, 1, Math.clamp(left / 8, 1, maxAhead));
        lowWater = Math.max(1, ahead / 2);
        return Math.max(Math.max(ahead, Math.min(demanded, maxAhead)), mostDemandedAtOnce) - unused;
    }

    /** Only within a turn. */
    void grant(QuotaLedger.Grant grant) {
        granted += grant.units();
        left = grant.left();
        units.addAndGet(grant.units());
        exhausted = left <= 0; // after the units: who sees it sees them too
    }
}
