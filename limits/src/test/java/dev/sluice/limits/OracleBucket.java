/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.math.BigInteger;
import java.util.function.Function;

/** A token bucket as slow and obvious as can be: unbounded integers, every change applied at once. Not thread-safe. */
final class OracleBucket {
    /** Never paid in any time that tests know of. */
    private static final BigInteger UNCOUNTED = BigInteger.ONE.shiftLeft(500);

    private final Function<Limit, Scale> scaling;
    /** Whether ticks are counted from the beginning on, or anew from each change. */
    private final boolean oneAnchor;

    private Limit limit;
    private BigInteger unitsPerTick = BigInteger.ZERO;
    private BigInteger unitsPerToken = BigInteger.ONE;
    private long tickNanos;
    private long anchorNanos;
    private BigInteger drainedTicks = BigInteger.ZERO;
    private BigInteger debt;
    /** The debt of a bucket whose burst was never lowered. */
    private BigInteger total;

    OracleBucket(Limit limit, long nowNanos, boolean full) {
        this(limit, nowNanos, nowNanos, full, Scale::of, false);
    }

    /** As a bucket of a table counts. */
    static OracleBucket keyed(Limit limit, long originNanos, long nowNanos, boolean full) {
        return new OracleBucket(limit, originNanos, nowNanos, full, Scale::packed, true);
    }

    private OracleBucket(
            Limit limit,
            long anchorNanos,
            long nowNanos,
            boolean full,
            Function<Limit, Scale> scaling,
            boolean oneAnchor) {
        this.limit = limit;
        this.scaling = scaling;
        this.oneAnchor = oneAnchor;
        this.anchorNanos = anchorNanos;
        scale();
        this.debt = full || limit.unlimited() ? BigInteger.ZERO : capacity();
        this.total = debt;
        write(nowNanos);
    }

    void change(Limit to, long nowNanos) {
        if (to.equals(limit)) {
            return;
        }
        drain(nowNanos);
        Limit before = limit;
        BigInteger from = unitsPerToken;
        BigInteger belowEmpty = up(debt.subtract(capacity()).max(BigInteger.ZERO), from, to);
        BigInteger converted = up(debt, from, to);
        BigInteger whole = up(total, from, to).max(converted);
        if (whole.compareTo(BigInteger.valueOf(scaling.apply(to).maxDebt())) >= 0) {
            whole = UNCOUNTED;
        }
        limit = to;
        scale();
        if (before.unlimited() || to.unlimited()) {
            debt = BigInteger.ZERO;
            total = BigInteger.ZERO;
        } else if (to.burst() > before.burst()) {
            debt = converted.add(whole.subtract(converted).min(units(to.burst() - before.burst())));
            total = whole;
        } else {
            debt = converted.min(capacity().add(belowEmpty));
            total = whole;
        }
        if (!oneAnchor) {
            anchorNanos = nowNanos;
        }
        write(nowNanos);
    }

    private BigInteger up(BigInteger units, BigInteger from, Limit to) {
        BigInteger into = period(to);
        BigInteger[] exact = units.multiply(into).divideAndRemainder(from);
        return exact[1].signum() == 0 ? exact[0] : exact[0].add(BigInteger.ONE);
    }

    /** 0 when it fits, {@link Long#MAX_VALUE} for never. */
    long waitNanos(long nowNanos, long cost) {
        drain(nowNanos);
        if (limit.unlimited()) {
            return 0;
        }
        BigInteger over = debt.add(units(cost)).subtract(capacity());
        if (over.signum() <= 0) {
            return 0;
        }
        if (cost > limit.burst() || unitsPerTick.signum() == 0) {
            return Long.MAX_VALUE;
        }
        BigInteger ticks = over.add(unitsPerTick).subtract(BigInteger.ONE).divide(unitsPerTick);
        return ticks.multiply(BigInteger.valueOf(tickNanos))
                .subtract(BigInteger.valueOf((nowNanos - anchorNanos) % tickNanos))
                .longValueExact();
    }

    /** What a tick that has begun would refill is no part of what is refilled after the charge. */
    void charge(long nowNanos, long cost) {
        drain(nowNanos);
        if (!limit.unlimited()) {
            BigInteger begun = betweenTicks(nowNanos) ? unitsPerTick : BigInteger.ZERO;
            debt = debt.max(begun).add(units(cost));
            total = total.max(begun).add(units(cost));
        }
    }

    long remaining(long nowNanos) {
        drain(nowNanos);
        return limit.unlimited()
                ? Long.MAX_VALUE
                : capacity()
                        .subtract(debt)
                        .max(BigInteger.ZERO)
                        .divide(unitsPerToken)
                        .longValueExact();
    }

    Limit limit() {
        return limit;
    }

    @Override
    public String toString() {
        return "OracleBucket[" + limit + ", debt=" + debt + ", total=" + total + " of 1/" + unitsPerToken + "]";
    }

    private void drain(long nowNanos) {
        BigInteger ticks = BigInteger.valueOf((nowNanos - anchorNanos) / tickNanos);
        BigInteger drained = unitsPerTick.multiply(ticks.subtract(drainedTicks));
        debt = debt.subtract(drained).max(BigInteger.ZERO);
        total = total.subtract(drained).max(BigInteger.ZERO);
        drainedTicks = ticks;
    }

    /** The debt is one as of this time: it begins to drain with the next tick. */
    private void write(long nowNanos) {
        drainedTicks = BigInteger.valueOf((nowNanos - anchorNanos) / tickNanos);
        if (betweenTicks(nowNanos)) {
            debt = debt.signum() == 0 ? debt : debt.add(unitsPerTick);
            total = total.signum() == 0 ? total : total.add(unitsPerTick);
        }
    }

    private boolean betweenTicks(long nowNanos) {
        return (nowNanos - anchorNanos) % tickNanos != 0;
    }

    private void scale() {
        tickNanos = scaling.apply(limit).tickNanos();
        BigInteger tokens = BigInteger.valueOf(limit.rate().tokens()).multiply(BigInteger.valueOf(tickNanos));
        BigInteger period = BigInteger.valueOf(limit.rate().periodNanos());
        unitsPerToken = period(limit);
        unitsPerTick = tokens.multiply(unitsPerToken).divide(period);
    }

    /** What a token is worth under a limit. */
    private BigInteger period(Limit of) {
        BigInteger tokens = BigInteger.valueOf(of.rate().tokens())
                .multiply(BigInteger.valueOf(scaling.apply(of).tickNanos()));
        BigInteger period = BigInteger.valueOf(of.rate().periodNanos());
        return period.divide(tokens.gcd(period));
    }

    private BigInteger capacity() {
        return units(limit.burst());
    }

    private BigInteger units(long tokens) {
        return BigInteger.valueOf(tokens).multiply(unitsPerToken);
    }
}
