/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import org.jspecify.annotations.Nullable;

/**
 * How one limit is counted in integers: time in ticks, tokens in units of which every tick refills a whole number. A stamp between two ticks
 * counts as the earlier one where it is asked what has been refilled, and as the later one where refilling begins: never a unit too many.
 *
 * @param tickNanos the finest that keeps all sums within the words' range
 * @param unitsPerTick R: refilled each tick; 0 for a bucket that never refills
 * @param unitsPerToken P: what one token is worth; R tokens flow in P ticks
 * @param capacity K: burst * P
 * @param maxTicks for so long after a base may R be multiplied by the ticks since the base
 * @param maxDebt what is owed beyond this is not counted: twice the largest capacity
 */
record Scale(long tickNanos, long unitsPerTick, long unitsPerToken, long capacity, long maxTicks, long maxDebt) {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    /**
     * The range of a word.
     *
     * @param maxUnits bounds the capacity and, apart from it, what refills between two changes of base
     * @param baseNanos a base must hold for so long with ticks of this length
     */
    private record Range(long maxUnits, Tick... ticks) {}

    private record Tick(long nanos, long baseNanos) {}

    /** 63 bits; a new base, which is a small object, is needed every 10 s at most with ticks of 1 ns, every 1 s with 1 us. */
    static final long MAX_UNITS = 1L << 60;

    private static final Range WIDE =
            new Range(MAX_UNITS, new Tick(1, 10_000_000_000L), new Tick(MICRO, 1_000_000_000L));

    /** {@link Word#TAT_BITS} bits; a base is the last sweep. */
    static final long MAX_PACKED_UNITS = 1L << (Word.TAT_BITS - 3);

    private static final Range PACKED = new Range(
            MAX_PACKED_UNITS,
            new Tick(1, Segment.MAX_AGE_NANOS),
            new Tick(MICRO, Segment.MAX_AGE_NANOS),
            new Tick(MILLI, Segment.MAX_AGE_NANOS));

    /** @throws IllegalArgumentException where no tick will do */
    static void check(Rate rate, long burst) {
        of(rate, burst, WIDE);
    }

    /** For a {@link Cell}. That of the unlimited limit is meaningless, and that of an empty one. */
    static Scale of(Limit limit) {
        return of(limit.rate(), limit.unlimited() ? 0 : limit.burst(), WIDE);
    }

    /**
     * For a {@link Word}.
     *
     * @throws IllegalArgumentException where no tick will do, naming what would
     */
    static Scale packed(Limit limit) {
        return of(limit.rate(), limit.unlimited() ? 0 : limit.burst(), PACKED);
    }

    private static Scale of(Rate rate, long burst, Range range) {
        for (Tick tick : range.ticks()) {
            Scale scale = fit(rate, burst, range.maxUnits(), tick);
            if (scale != null) {
                return scale;
            }
        }
        Tick last = range.ticks()[range.ticks().length - 1];
        long factor = last.nanos() / common(rate, last);
        long mostTokens = range.maxUnits() / (last.baseNanos() / last.nanos()) / factor;
        if (rate.tokens() > mostTokens) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: at most " + mostTokens + " tokens in "
                    + rate.periodNanos() + " ns)");
        }
        throw new IllegalArgumentException("burst: " + burst + " (expected: at most "
                + range.maxUnits() / (rate.periodNanos() / common(rate, last)) + " at " + rate + ")");
    }

    private static @Nullable Scale fit(Rate rate, long burst, long maxUnits, Tick tick) {
        long common = common(rate, tick);
        long factor = tick.nanos() / common;
        if (rate.tokens() > Long.MAX_VALUE / factor) {
            return null;
        }
        long tokens = rate.tokens() * factor;
        long ticks = rate.periodNanos() / common;
        if (burst > maxUnits / ticks || tokens > maxUnits / (tick.baseNanos() / tick.nanos())) {
            return null;
        }
        return new Scale(
                tick.nanos(),
                tokens,
                ticks,
                burst * ticks,
                tokens == 0 ? Long.MAX_VALUE : maxUnits / tokens,
                2 * maxUnits);
    }

    private static long common(Rate rate, Tick tick) {
        return gcd(tick.nanos(), rate.periodNanos());
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** How many whole ticks have passed. */
    long ticks(long elapsedNanos) {
        return tickNanos == 1 ? elapsedNanos : Math.floorDiv(elapsedNanos, tickNanos);
    }

    /** How many ticks have begun. */
    long ticksBegun(long elapsedNanos) {
        return tickNanos == 1 ? elapsedNanos : Math.ceilDiv(elapsedNanos, tickNanos);
    }

    /**
     * How long until so many units have been refilled; 0 for 0 or less, {@link Long#MAX_VALUE} for never. Exact to the nanosecond.
     *
     * @param elapsedNanos since the base, of which the tick that has begun is part
     */
    long nanosToRefill(long units, long elapsedNanos) {
        if (units <= 0) {
            return 0;
        }
        if (unitsPerTick == 0) {
            return Long.MAX_VALUE;
        }
        long ticks = Math.ceilDiv(units, unitsPerTick);
        if (ticks > Long.MAX_VALUE / 2 / tickNanos) {
            return Long.MAX_VALUE;
        }
        return ticks * tickNanos - (elapsedNanos > 0 ? elapsedNanos % tickNanos : elapsedNanos);
    }
}
