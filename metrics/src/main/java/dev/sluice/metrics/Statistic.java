/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.store.Statistics;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * A number that sums a set of values up: {@code SampleCount}, {@code Sum}, {@code Average}, {@code Minimum}, {@code Maximum}, or a
 * percentile from {@code p0.0} to {@code p100}.
 */
public record Statistic(String name) {
    private static final Pattern PERCENTILE = Pattern.compile("p(100(\\.0+)?|\\d{1,2}(\\.\\d{1,10})?)");

    public Statistic {
        if (!isKnown(name)) {
            throw new IllegalArgumentException(
                    "statistic: " + name + " (expected: SampleCount, Sum, Average, Minimum, Maximum, or p0.0 to p100)");
        }
    }

    public static boolean isKnown(String name) {
        return switch (name) {
            case "SampleCount", "Sum", "Average", "Minimum", "Maximum" -> true;
            default -> isPercentile(name);
        };
    }

    public static boolean isPercentile(String name) {
        return PERCENTILE.matcher(name).matches();
    }

    boolean percentile() {
        return isPercentile(name);
    }

    /** 0 to 100. */
    double percent() {
        return Double.parseDouble(name.substring(1));
    }

    /** Empty for a percentile of values that are not known. */
    public OptionalDouble of(Statistics statistics) {
        return switch (name) {
            case "SampleCount" -> OptionalDouble.of(statistics.sampleCount());
            case "Sum" -> OptionalDouble.of(statistics.sum());
            case "Average" -> OptionalDouble.of(statistics.average());
            case "Minimum" -> OptionalDouble.of(statistics.min());
            case "Maximum" -> OptionalDouble.of(statistics.max());
            default -> statistics.percentile(percent());
        };
    }
}
