/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a set of values.
 *
 * @param sampleCount above 0; need not be whole, as values may be weighted
 * @param histogram null where the values themselves are not known, or one is below 0; then there are no percentiles
 */
public record Statistics(
        double sampleCount,
        double sum,
        double min,
        double max,
        @Nullable Histogram histogram) {
    public Statistics {
        if (!(sampleCount > 0) || !Double.isFinite(sampleCount)) {
            throw new IllegalArgumentException("sampleCount: " + sampleCount + " (expected: above 0)");
        }
        if (!Double.isFinite(sum) || !Double.isFinite(min) || !Double.isFinite(max) || min > max) {
            throw new IllegalArgumentException(
                    "sum, min, max: %s, %s, %s (expected: finite, min <= max)".formatted(sum, min, max));
        }
    }

    /** One value that occurred once. */
    public static Statistics of(double value) {
        return of(value, 1);
    }

    /** One value that occurred so often. */
    public static Statistics of(double value, double count) {
        return new Statistics(count, value * count, value, value, value >= 0 ? Histogram.of(value, count) : null);
    }

    /** A summary whose values are not known, except where all of them must be the same. */
    public static Statistics summary(double sampleCount, double sum, double min, double max) {
        boolean known = min == max && min >= 0 && sampleCount > 0;
        return new Statistics(sampleCount, sum, min, max, known ? Histogram.of(min, sampleCount) : null);
    }

    public Statistics plus(Statistics other) {
        return new Statistics(
                sampleCount + other.sampleCount,
                sum + other.sum,
                Math.min(min, other.min),
                Math.max(max, other.max),
                histogram == null || other.histogram == null ? null : histogram.plus(other.histogram));
    }

    public double average() {
        return sum / sampleCount;
    }

    /** The value that {@code percent} (0 to 100) of all do not pass, less than 0.8 % too low; empty without a histogram. */
    public OptionalDouble percentile(double percent) {
        return histogram == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.clamp(histogram.quantile(percent / 100), min, max));
    }
}
