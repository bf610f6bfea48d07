/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

/**
 * What a bucket owes, as time: to be kept over a restart. {@link Long#MAX_VALUE} for a bucket that never refills.
 *
 * @param fullNanos until the bucket is full; 0 for a full one
 * @param paidNanos until what was put aside when the burst was lowered is paid as well; {@code fullNanos} or more
 */
public record Owed(long fullNanos, long paidNanos) {
    public static final Owed NOTHING = new Owed(0, 0);

    public Owed {
        if (fullNanos < 0 || paidNanos < fullNanos) {
            throw new IllegalArgumentException("fullNanos, paidNanos: " + fullNanos + ", " + paidNanos
                    + " (expected: 0 <= fullNanos <= paidNanos)");
        }
    }

    /** What is left of it after a while. */
    public Owed after(long nanos) {
        return new Owed(left(fullNanos, nanos), left(paidNanos, nanos));
    }

    private static long left(long owedNanos, long nanos) {
        return owedNanos == Long.MAX_VALUE ? owedNanos : Math.max(0, owedNanos - nanos);
    }

    static Owed of(Scale scale, Debt debt, long elapsedNanos) {
        long fullNanos = scale.nanosToRefill(debt.units(), elapsedNanos);
        return new Owed(
                fullNanos,
                debt.total() == Debt.UNCOUNTED ? Long.MAX_VALUE : scale.nanosToRefill(debt.total(), elapsedNanos));
    }

    /** In units, rounded up; what cannot be told by time is taken for an empty bucket's. */
    Debt in(Scale scale) {
        long units = units(scale, fullNanos);
        boolean counted = paidNanos != Long.MAX_VALUE || scale.unitsPerTick() == 0;
        return new Debt(units, counted ? Math.max(units, units(scale, paidNanos)) : Debt.UNCOUNTED);
    }

    private static long units(Scale scale, long nanos) {
        if (nanos == Long.MAX_VALUE || scale.unitsPerTick() == 0) {
            return nanos == 0 ? 0 : scale.capacity();
        }
        long ticks = scale.ticksBegun(nanos);
        return ticks > scale.maxDebt() / scale.unitsPerTick() ? scale.maxDebt() : ticks * scale.unitsPerTick();
    }
}
