/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.metrics.AlarmDefinition.Watched;
import dev.sluice.metrics.AlarmEvaluation.Point;
import dev.sluice.store.Statistics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The datapoints that an alarm is evaluated on. */
final class AlarmPoints {
    private AlarmPoints() {}

    /** Those of the evaluation range that ends before {@code end}, newest first. */
    static List<Point> find(Metrics metrics, AlarmDefinition definition, Instant end) {
        Watched watched = definition.watched();
        Duration period = watched.period();
        Instant from = end.minus(period.multipliedBy(AlarmEvaluation.range(definition.rule())));
        var periods = new TreeMap<Instant, Statistics>(Collections.reverseOrder());
        for (Datapoint datapoint : metrics.statistics(watched.metric(), from, end, period, watched.unit())) {
            periods.merge(datapoint.timestamp(), datapoint.statistics(), Statistics::plus);
        }
        List<Point> points = new ArrayList<>();
        periods.forEach((start, statistics) -> {
            OptionalDouble value = watched.statistic().of(statistics);
            if (value.isPresent()) {
                int age = Math.toIntExact(Duration.between(start, end).dividedBy(period)) - 1;
                points.add(new Point(age, start, value.getAsDouble(), statistics.sampleCount()));
            }
        });
        return points;
    }

    /**
     * Whether the alarm watches a percentile, keeps its state while there are few values, and has too few in a period it would be decided by:
     * fewer than 10 above a percentile from p50, fewer than 10 below a lower one.
     */
    static boolean tooFewValues(AlarmDefinition definition, List<Point> points) {
        Statistic statistic = definition.watched().statistic();
        if (!definition.rule().ignoreLowSampleCounts() || !statistic.percentile()) {
            return false;
        }
        double part = statistic.percent() / 100;
        double enough = 10 / (part >= 0.5 ? 1 - part : part);
        return points.stream()
                .limit(definition.rule().evaluationPeriods())
                .anyMatch(point -> point.sampleCount() < enough);
    }
}
