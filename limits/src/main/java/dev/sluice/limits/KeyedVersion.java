/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import org.jspecify.annotations.Nullable;

/**
 * One setting of a {@link KeyedLimit}: how its words are read and written. Knows the setting that replaced it; nothing points backwards.
 * Thread-safe.
 */
final class KeyedVersion {
    /** Longer than any process runs. */
    private static final long FOREVER_NANOS = Long.MAX_VALUE / 4;

    private final Limit limit;
    private final Scale scale;
    private final long number;
    private final long originNanos;
    private final long sinceNanos;
    private final Debt untouched;
    private final long untouchedUntilNanos;
    /** When it was certain to be seen by whoever looked. */
    private volatile long liveNanos;

    private volatile @Nullable KeyedVersion next;

    /** @param untouched what a bucket that was not charged owes at the beginning */
    private KeyedVersion(Limit limit, Scale scale, long number, long originNanos, long sinceNanos, Debt untouched) {
        this.limit = limit;
        this.scale = scale;
        this.number = number;
        this.originNanos = originNanos;
        this.sinceNanos = sinceNanos;
        this.untouched = untouched;
        this.untouchedUntilNanos = paidNanos(untouched.total());
        this.liveNanos = sinceNanos;
    }

    /** When a debt that is written at the beginning is paid. */
    private long paidNanos(long debt) {
        long ticks = scale.ticksBegun(sinceNanos - originNanos);
        long nanos = debt == Debt.UNCOUNTED ? FOREVER_NANOS : scale.nanosToRefill(debt, 0);
        return nanos > FOREVER_NANOS / 2 ? sinceNanos + FOREVER_NANOS : originNanos + ticks * scale.tickNanos() + nanos;
    }

    static KeyedVersion first(Limit limit, boolean full, long originNanos, long nowNanos) {
        Scale scale = Scale.packed(limit);
        Debt debt = full || limit.unlimited() ? Debt.NONE : new Debt(scale.capacity(), scale.capacity());
        return new KeyedVersion(limit, scale, 1, originNanos, nowNanos, debt);
    }

    /** The setting that comes after this one, which must be the newest. */
    KeyedVersion followedBy(Limit other, NanoClock clock) {
        Scale otherScale = Scale.packed(other);
        long nowNanos = clock.nanoTime();
        Debt debt = drained(untouched, sinceNanos, nowNanos).under(limit, scale, other, otherScale);
        KeyedVersion made = new KeyedVersion(other, otherScale, number + 1, originNanos, nowNanos, debt);
        next = made;
        made.liveNanos = clock.nanoTime();
        return made;
    }

    Limit limit() {
        return limit;
    }

    Scale scale() {
        return scale;
    }

    long number() {
        return number;
    }

    /** 1 to {@link Word#VERSIONS}. */
    int tag() {
        return (int) ((number - 1) % Word.VERSIONS) + 1;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Whether there may be a thread that still takes this version for the newest. */
    boolean endedLately(long nowNanos) {
        KeyedVersion after = next;
        return after == null || nowNanos - after.sinceNanos < Segment.MAX_AGE_NANOS;
    }

    @Nullable
    KeyedVersion next() {
        return next;
    }

    /** What stands for 0 at this time; 0 if that is full. */
    long untouched(long nowNanos) {
        if (!owesUntouched(nowNanos)) {
            return 0;
        }
        boolean aside = untouched.total() > untouched.units();
        boolean paid = drained(untouched, sinceNanos, nowNanos).units() == 0;
        return paid ? word(0, nowNanos, aside) : word(untouched.units(), sinceNanos, aside);
    }

    long untouchedAside() {
        return aside(untouched.total(), sinceNanos);
    }

    /** The word of what was put aside. */
    long aside(long total, long atNanos) {
        return total == Debt.UNCOUNTED ? Word.uncounted(tag()) : word(total, atNanos, false);
    }

    /** What to write for a bucket that owes nothing. */
    long full(long nowNanos) {
        return owesUntouched(nowNanos) ? word(0, nowNanos, false) : 0;
    }

    private boolean owesUntouched(long nowNanos) {
        return untouched.total() > 0 && nowNanos - untouchedUntilNanos < 0;
    }

    long word(long debt, long atNanos, boolean aside) {
        long tat = debt == 0 ? passed(atNanos) : begun(atNanos) + Math.min(debt, scale.maxDebt());
        return Word.of(tag(), tat, aside);
    }

    /** @param word of this version, or 0 */
    boolean fits(long word, long cost, long atNanos) {
        return cost <= limit.burst() && debt(word, atNanos) <= scale.capacity() - cost * scale.unitsPerToken();
    }

    /** @param cost at most the burst */
    long waitNanos(long word, long cost, long nowNanos) {
        long over = debt(word, nowNanos) - (scale.capacity() - cost * scale.unitsPerToken());
        return scale.nanosToRefill(over, nowNanos - originNanos);
    }

    Level level(long word, long nowNanos) {
        long debt = debt(word, nowNanos);
        long left = scale.capacity() - debt;
        long elapsedNanos = nowNanos - originNanos;
        long nextTokenNanos =
                limit.burst() == 0 ? Long.MAX_VALUE : scale.nanosToRefill(scale.unitsPerToken() - left, elapsedNanos);
        return new Level(
                Math.max(0, left / scale.unitsPerToken()), nextTokenNanos, scale.nanosToRefill(debt, elapsedNanos));
    }

    /** The word after a charge of any size; a debt that is too large to be counted stops growing. */
    long charged(long word, long cost, long stampNanos) {
        long units = cost > scale.maxDebt() / scale.unitsPerToken() ? scale.maxDebt() : cost * scale.unitsPerToken();
        long begun = begun(stampNanos);
        long debt = word == 0 ? 0 : Math.max(0, Word.after(word, begun));
        return Word.of(tag(), begun + Math.min(debt + units, scale.maxDebt()), Word.aside(word));
    }

    private long debt(long word, long atNanos) {
        return word == 0 ? 0 : Math.max(0, Word.after(word, passed(atNanos)));
    }

    /** As {@link #debt(long, long)} for any two times: by way of the last sweep, from which the word is not far. */
    Debt debt(long word, long aside, long sweptNanos, long atNanos) {
        long units = debtBySweep(word, sweptNanos, atNanos);
        if (aside == 0) {
            return new Debt(units, units);
        }
        long total = Word.isUncounted(aside) ? Debt.UNCOUNTED : debtBySweep(aside, sweptNanos, atNanos);
        return new Debt(units, Math.max(units, total));
    }

    /** Whether there is anything left of what was put aside. */
    boolean owes(long aside, long sweptNanos, long nowNanos) {
        return Word.isUncounted(aside) || debtBySweep(aside, sweptNanos, nowNanos) > 0;
    }

    /** Words of this version, without what time has paid. */
    KeyedLimit.Renewed kept(long word, long aside, long sweptNanos, long nowNanos) {
        Debt debt = debt(word, aside, sweptNanos, nowNanos);
        boolean more = debt.total() > debt.units();
        long kept = debt.units() > 0 ? Word.withAside(word, more) : owingNothing(more, nowNanos);
        return new KeyedLimit.Renewed(kept, more ? aside : 0, tag());
    }

    /** The words of a debt as of {@code atNanos}, without what time has paid since. */
    KeyedLimit.Renewed written(Debt debt, long atNanos, long nowNanos) {
        Debt left = drained(debt, atNanos, nowNanos);
        boolean more = left.total() > left.units();
        long word = left.units() > 0 ? word(debt.units(), atNanos, more) : owingNothing(more, nowNanos);
        return new KeyedLimit.Renewed(word, more ? aside(debt.total(), atNanos) : 0, tag());
    }

    private long owingNothing(boolean aside, long nowNanos) {
        return aside ? word(0, nowNanos, true) : full(nowNanos);
    }

    private long debtBySweep(long word, long sweptNanos, long atNanos) {
        return drained(Math.max(0, Word.after(word, passed(sweptNanos))), ticks(sweptNanos), ticks(atNanos));
    }

    /** What is left at {@code toNanos} of a debt written at {@code fromNanos}. */
    Debt drained(Debt debt, long fromNanos, long toNanos) {
        long from = scale.ticksBegun(fromNanos - originNanos);
        long to = ticks(toNanos);
        return new Debt(drained(debt.units(), from, to), drained(debt.total(), from, to));
    }

    private long drained(long units, long fromTick, long toTick) {
        long ticks = toTick - fromTick;
        if (units == 0 || units == Debt.UNCOUNTED || scale.unitsPerTick() == 0) {
            return units;
        }
        return ticks > units / scale.unitsPerTick() ? 0 : units - ticks * scale.unitsPerTick();
    }

    /**
     * The instant of the change that ended this version; or a later one, where a debt above K shows that the bucket was charged after the
     * instant had been read and before the change was known: those charges followed this limit, so its rate drains them down to K.
     */
    long endNanos(long word, long sweptNanos) {
        KeyedVersion after = next;
        if (after == null) {
            throw new IllegalStateException("the newest version has no end: " + limit);
        }
        long fromNanos = after.sinceNanos;
        long over = debtBySweep(word, sweptNanos, fromNanos) - scale.capacity();
        long overNanos = scale.nanosToRefill(over, fromNanos - originNanos);
        return fromNanos + Math.clamp(after.liveNanos - fromNanos, 0, overNanos);
    }

    Owed owed(long word, long aside, long sweptNanos, long nowNanos) {
        return Owed.of(scale, debt(word, aside, sweptNanos, nowNanos), nowNanos - originNanos);
    }

    private long passed(long nanos) {
        return ticks(nanos) * scale.unitsPerTick();
    }

    private long begun(long nanos) {
        return scale.ticksBegun(nanos - originNanos) * scale.unitsPerTick();
    }

    private long ticks(long nanos) {
        return scale.ticks(nanos - originNanos);
    }
}
