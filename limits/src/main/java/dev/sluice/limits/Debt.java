/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.math.BigInteger;

/**
 * What a bucket owes, in units of its scale.
 *
 * <p>Lowering a burst leaves a bucket empty at worst (or as far below empty as a debit had brought it): what it owes beyond the new burst is put aside, since otherwise a bucket lowered from
 * 5000 tokens to 10 at 1/s would refuse everything for 83 minutes. It is not forgotten: raising the burst again first pays what was put
 * aside, so that no sequence of changes lets more through than the largest burst in force and the integral of the rate. Both parts drain
 * with time, as one: {@code total} is the debt of a bucket that was never lowered.
 *
 * @param units what decisions count with
 * @param total units, and what was put aside; {@code units} or more; {@link #UNCOUNTED} stays so
 */
record Debt(long units, long total) {
    static final Debt NONE = new Debt(0, 0);

    /** More than can be counted: never paid. */
    static final long UNCOUNTED = Long.MAX_VALUE;

    /** The same debt under another limit, rounded up. */
    Debt under(Limit from, Scale before, Limit to, Scale after) {
        if (from.unlimited() || to.unlimited()) {
            return NONE;
        }
        long debt = convert(units, before, after);
        long whole = total == UNCOUNTED ? UNCOUNTED : convert(total, before, after);
        whole = whole >= after.maxDebt() ? UNCOUNTED : whole;
        long growth = to.burst() - from.burst();
        if (growth > 0) {
            long aside = whole - debt;
            long back = growth > aside / after.unitsPerToken() ? aside : growth * after.unitsPerToken();
            return new Debt(debt + back, whole);
        }
        long belowEmpty = convert(Math.max(0, units - before.capacity()), before, after);
        return new Debt(Math.min(debt, after.capacity() + belowEmpty), whole);
    }

    private static long convert(long debt, Scale before, Scale after) {
        long from = before.unitsPerToken();
        long into = after.unitsPerToken();
        if (Math.multiplyHigh(debt, into) == 0 && debt * into >= 0) {
            return Math.min(Math.ceilDiv(debt * into, from), after.maxDebt());
        }
        BigInteger[] exact = BigInteger.valueOf(debt)
                .multiply(BigInteger.valueOf(into))
                .divideAndRemainder(BigInteger.valueOf(from));
        BigInteger up = exact[1].signum() == 0 ? exact[0] : exact[0].add(BigInteger.ONE);
        return up.min(BigInteger.valueOf(after.maxDebt())).longValueExact();
    }
}
