/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.math.BigInteger;

/** A token bucket as slow and obvious as can be: unbounded integers, every change applied at once. Not thread-safe. */
final class OracleBucket {
    private Limit limit;
    private BigInteger unitsPerTick = BigInteger.ZERO;
    private BigInteger unitsPerToken = BigInteger.ONE;
    private long tickNanos;
    private long anchorNanos;
    private long drainedTicks;
    private BigInteger debt = BigInteger.ZERO;

    OracleBucket(Limit limit, long nowNanos, boolean full) {
        this.limit = limit;
        scale();
        this.anchorNanos = nowNanos;
        this.debt = full || limit.unlimited() ? BigInteger.ZERO : capacity();
    }

    void change(Limit to, long nowNanos) {
        if (to.equals(limit)) {
            return;
        }
        drain(nowNanos);
        boolean afresh = limit.unlimited() || to.unlimited();
        BigInteger from = unitsPerToken;
        limit = to;
        scale();
        anchorNanos = nowNanos;
        drainedTicks = 0;
        BigInteger[] converted = debt.multiply(unitsPerToken).divideAndRemainder(from);
        BigInteger up = converted[1].signum() == 0 ? converted[0] : converted[0].add(BigInteger.ONE);
        debt = afresh ? BigInteger.ZERO : up.min(capacity());
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

    void charge(long cost) {
        if (!limit.unlimited()) {
            debt = debt.add(units(cost));
        }
    }

    long remaining(long nowNanos) {
        drain(nowNanos);
        return limit.unlimited()
                ? Long.MAX_VALUE
                : capacity().subtract(debt).divide(unitsPerToken).longValueExact();
    }

    private void drain(long nowNanos) {
        long ticks = (nowNanos - anchorNanos) / tickNanos;
        debt = debt.subtract(unitsPerTick.multiply(BigInteger.valueOf(ticks - drainedTicks)))
                .max(BigInteger.ZERO);
        drainedTicks = ticks;
    }

    private void scale() {
        tickNanos = Scale.of(limit).tickNanos();
        BigInteger tokens = BigInteger.valueOf(limit.rate().tokens()).multiply(BigInteger.valueOf(tickNanos));
        BigInteger period = BigInteger.valueOf(limit.rate().periodNanos());
        BigInteger common = tokens.gcd(period);
        unitsPerTick = tokens.divide(common);
        unitsPerToken = period.divide(common);
    }

    private BigInteger capacity() {
        return units(limit.burst());
    }

    private BigInteger units(long tokens) {
        return BigInteger.valueOf(tokens).multiply(unitsPerToken);
    }
}
