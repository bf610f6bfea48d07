/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.metrics.MetricId;
import dev.sluice.metrics.Metrics;
import dev.sluice.store.Statistics;
import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import dev.sluice.wire.cloudwatch.MetricDatum;
import dev.sluice.wire.cloudwatch.PutMetricDataInput;
import dev.sluice.wire.cloudwatch.StatisticSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One checked datum of PutMetricData. */
record MetricValues(MetricId metric, Instant timestamp, String unit, List<Statistics> statistics) {
    private static final String RESERVED = "AWS/";

    /** All of them, or the error that the first bad one deserves. */
    static List<MetricValues> of(PutMetricDataInput input, Instant now) {
        if (input.namespace().startsWith(RESERVED)) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "The value " + RESERVED + " for parameter Namespace is invalid.");
        }
        if (input.entityMetricData() != null && !input.entityMetricData().isEmpty()) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "EntityMetricData is not supported (expected: MetricData)");
        }
        List<MetricValues> all = new ArrayList<>();
        List<MetricDatum> data = input.metricData() == null ? List.of() : input.metricData();
        for (int i = 0; i < data.size(); i++) {
            all.add(of(input.namespace(), data.get(i), "MetricData.member." + (i + 1), now));
        }
        return all;
    }

    private static MetricValues of(String namespace, MetricDatum datum, String at, Instant now) {
        Instant timestamp = datum.timestamp() == null ? now : datum.timestamp();
        if (timestamp.isBefore(now.minus(Metrics.MAX_AGE))) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "The parameter " + at + ".Timestamp must specify a time within the past two weeks.");
        }
        if (timestamp.isAfter(now.plus(Metrics.MAX_AHEAD))) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "The parameter " + at + ".Timestamp must specify a time no more than two hours in the future.");
        }
        exclusive(at, "Value", datum.value(), "Values", datum.values());
        exclusive(at, "Value", datum.value(), "StatisticValues", datum.statisticValues());
        exclusive(at, "Values", datum.values(), "StatisticValues", datum.statisticValues());
        return new MetricValues(
                Dimensions.metric(namespace, datum.metricName(), datum.dimensions()),
                timestamp,
                datum.unit() == null ? "None" : datum.unit(),
                statistics(datum, at));
    }

    private static void exclusive(
            String at, String one, @Nullable Object first, String other, @Nullable Object second) {
        if (first != null && second != null) {
            throw CloudWatchErrors.INVALID_PARAMETER_COMBINATION.with("The parameters " + at + "." + one + " and " + at
                    + "." + other + " are mutually exclusive and you have specified both.");
        }
    }

    private static List<Statistics> statistics(MetricDatum datum, String at) {
        StatisticSet set = datum.statisticValues();
        List<Double> values = datum.values();
        try {
            if (set != null) {
                return List.of(Statistics.summary(set.sampleCount(), set.sum(), set.minimum(), set.maximum()));
            }
            if (values != null) {
                return weighted(values, datum.counts(), at);
            }
            if (datum.value() != null) {
                return List.of(Statistics.of(datum.value()));
            }
        } catch (IllegalArgumentException e) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "The values of " + at + " are invalid: " + e.getMessage());
        }
        throw CloudWatchErrors.MISSING_REQUIRED_PARAMETER.with(
                "The parameter " + at + " must have one of Value, Values and StatisticValues.");
    }

    private static List<Statistics> weighted(List<Double> values, @Nullable List<Double> counts, String at) {
        if (counts != null && counts.size() != values.size()) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "The parameters " + at + ".Values and " + at + ".Counts must be of the same size.");
        }
        List<Statistics> all = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            all.add(Statistics.of(values.get(i), counts == null ? 1 : counts.get(i)));
        }
        return all;
    }
}
