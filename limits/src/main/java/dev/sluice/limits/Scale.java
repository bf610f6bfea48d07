/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import org.jspecify.annotations.Nullable;

/**
 * How one limit is counted in 64-bit integers: time in ticks, tokens in units of which every tick refills a whole number.
 *
 * @param tickNanos 1 or 1000: the finest that keeps all sums below 2^62
 * @param unitsPerTick R: refilled each tick; 0 for a bucket that never refills
 * @param unitsPerToken P: what one token is worth; R tokens flow in P ticks
 * @param capacity K: burst * P, at most {@link #MAX_UNITS}
 * @param maxTicks for so long after a cell's base may R be multiplied by the ticks since the base
 */
record Scale(long tickNanos, long unitsPerTick, long unitsPerToken, long capacity, long maxTicks) {
    /** Bounds the capacity and, apart from it, what refills between two changes of base; their sum and its double fit 63 bits. */
    static final long MAX_UNITS = 1L << 60;

    private static final long MICRO = 1000;
    /** A new base, which is a small object, is needed at most this often: every 10 s with ticks of 1 ns, every 1 s with 1 us. */
    private static final long MIN_TICKS_NANO = 10_000_000_000L;

    private static final long MIN_TICKS_MICRO = 1_000_000L;

    /** @throws IllegalArgumentException where neither tick will do */
    static void check(Rate rate, long burst) {
        of(rate, burst);
    }

    /** The scale of any limit but the unlimited one, for which it is meaningless and that of an empty limit. */
    static Scale of(Limit limit) {
        return limit.unlimited() ? of(limit.rate(), 0) : of(limit.rate(), limit.burst());
    }

    private static Scale of(Rate rate, long burst) {
        Scale nano = fit(1, rate.tokens(), rate.periodNanos(), burst, MIN_TICKS_NANO);
        if (nano != null) {
            return nano;
        }
        long common = rate.periodNanos() % MICRO == 0 ? MICRO : gcd(MICRO, rate.periodNanos());
        long factor = MICRO / common;
        Scale micro = rate.tokens() > Long.MAX_VALUE / factor
                ? null
                : fit(MICRO, rate.tokens() * factor, rate.periodNanos() / common, burst, MIN_TICKS_MICRO);
        if (micro != null) {
            return micro;
        }
        long mostTokens = MAX_UNITS / MIN_TICKS_MICRO / factor;
        if (rate.tokens() > mostTokens) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: at most " + mostTokens + " tokens in "
                    + rate.periodNanos() + " ns)");
        }
        throw new IllegalArgumentException("burst: " + burst + " (expected: at most "
                + MAX_UNITS / (rate.periodNanos() / common) + " at " + rate + ")");
    }

    private static @Nullable Scale fit(long tickNanos, long tokens, long ticks, long burst, long minTicks) {
        if (burst > MAX_UNITS / ticks || tokens > MAX_UNITS / minTicks) {
            return null;
        }
        return new Scale(tickNanos, tokens, ticks, burst * ticks, tokens == 0 ? Long.MAX_VALUE : MAX_UNITS / tokens);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
