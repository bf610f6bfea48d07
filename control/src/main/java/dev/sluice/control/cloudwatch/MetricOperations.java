/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.metrics.MetricFilter;
import dev.sluice.metrics.MetricId;
import dev.sluice.metrics.Metrics;
import dev.sluice.metrics.Statistic;
import dev.sluice.store.Statistics;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.cloudwatch.Datapoint;
import dev.sluice.wire.cloudwatch.DimensionFilter;
import dev.sluice.wire.cloudwatch.GetMetricStatisticsInput;
import dev.sluice.wire.cloudwatch.GetMetricStatisticsOutput;
import dev.sluice.wire.cloudwatch.ListMetricsInput;
import dev.sluice.wire.cloudwatch.ListMetricsOutput;
import dev.sluice.wire.cloudwatch.Metric;
import dev.sluice.wire.cloudwatch.PutMetricDataInput;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The CloudWatch operations on metrics. Thread-safe. */
public final class MetricOperations {
    private static final long MAX_DATAPOINTS = 1440;
    private static final int LIST_PAGE = 500;
    private static final Duration RECENT = Duration.ofHours(3);

    private final Metrics metrics;
    private final InstantSource clock;
    private final Runnable beforeRead;

    /** @param beforeRead brings what is measured but not recorded yet to {@code metrics}, such as {@link GatewayMetrics#merge} */
    public MetricOperations(Metrics metrics, InstantSource clock, Runnable beforeRead) {
        this.metrics = metrics;
        this.clock = clock;
        this.beforeRead = beforeRead;
    }

    public void register(Handlers.Builder handlers) {
        handlers.on(CloudWatchOperations.GET_METRIC_STATISTICS, this::statistics)
                .on(CloudWatchOperations.LIST_METRICS, this::list)
                .on(CloudWatchOperations.PUT_METRIC_DATA, this::put);
    }

    private GetMetricStatisticsOutput statistics(Call call, GetMetricStatisticsInput input) {
        List<String> wanted = input.statistics() == null ? List.of() : input.statistics();
        List<String> percentiles = input.extendedStatistics() == null ? List.of() : input.extendedStatistics();
        check(input, wanted, percentiles);
        MetricId metric = Dimensions.metric(input.namespace(), input.metricName(), input.dimensions());
        beforeRead.run();
        List<Datapoint> datapoints = metrics
                .statistics(
                        metric, input.startTime(), input.endTime(), Duration.ofSeconds(input.period()), input.unit())
                .stream()
                .map(point -> datapoint(point, wanted, percentiles))
                .toList();
        return GetMetricStatisticsOutput.builder()
                .label(input.metricName())
                .datapoints(datapoints)
                .build();
    }

    private static void check(GetMetricStatisticsInput input, List<String> wanted, List<String> percentiles) {
        if (wanted.isEmpty() == percentiles.isEmpty()) {
            throw CloudWatchErrors.INVALID_PARAMETER_COMBINATION.with(
                    "Must specify either Statistics or ExtendedStatistics, but not both.");
        }
        for (String percentile : percentiles) {
            if (!Statistic.isPercentile(percentile)) {
                throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with("The value " + percentile
                        + " for parameter ExtendedStatistics.member.1 is not supported (expected: p0.0 to p100).");
            }
        }
        if (!input.startTime().isBefore(input.endTime())) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "The parameter StartTime must be less than the parameter EndTime.");
        }
        int period = input.period();
        if (period % 60 != 0) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with("The parameter Period must be a multiple of 60 (it is "
                    + period + "): metrics are kept by the minute.");
        }
        long seconds = Duration.between(input.startTime(), input.endTime()).toSeconds();
        long datapoints = seconds / period;
        if (datapoints > MAX_DATAPOINTS) {
            throw CloudWatchErrors.INVALID_PARAMETER_COMBINATION.with("You have requested up to " + datapoints
                    + " datapoints, which exceeds the limit of " + MAX_DATAPOINTS
                    + ". You may reduce the datapoints requested by increasing Period, or decreasing the time range.");
        }
    }

    private static Datapoint datapoint(
            dev.sluice.metrics.Datapoint point, List<String> wanted, List<String> percentiles) {
        Statistics statistics = point.statistics();
        Map<String, Double> extended = new LinkedHashMap<>();
        for (String percentile : percentiles) {
            new Statistic(percentile).of(statistics).ifPresent(value -> extended.put(percentile, value));
        }
        return Datapoint.builder()
                .timestamp(point.timestamp())
                .unit(point.unit())
                .sampleCount(value("SampleCount", wanted, statistics))
                .sum(value("Sum", wanted, statistics))
                .average(value("Average", wanted, statistics))
                .minimum(value("Minimum", wanted, statistics))
                .maximum(value("Maximum", wanted, statistics))
                .extendedStatistics(extended.isEmpty() ? null : extended)
                .build();
    }

    private static @Nullable Double value(String name, List<String> wanted, Statistics statistics) {
        return wanted.contains(name) ? new Statistic(name).of(statistics).orElseThrow() : null;
    }

    private ListMetricsOutput list(Call call, ListMetricsInput input) {
        List<DimensionFilter> dimensions = input.dimensions() == null ? List.of() : input.dimensions();
        MetricFilter filter = new MetricFilter(
                input.namespace(),
                input.metricName(),
                dimensions.stream()
                        .map(dimension -> new MetricFilter.DimensionFilter(dimension.name(), dimension.value()))
                        .toList(),
                input.recentlyActive() == null ? null : clock.instant().minus(RECENT));
        beforeRead.run();
        OffsetPage<MetricId> page = OffsetPage.of(metrics.list(filter), input.nextToken(), LIST_PAGE);
        return ListMetricsOutput.builder()
                .metrics(page.items().stream()
                        .map(metric -> Metric.builder()
                                .namespace(metric.namespace())
                                .metricName(metric.name())
                                .dimensions(Dimensions.of(metric))
                                .build())
                        .toList())
                .nextToken(page.next())
                .build();
    }

    private Unit put(Call call, PutMetricDataInput input) {
        List<MetricValues> all = MetricValues.of(input, clock.instant());
        for (MetricValues values : all) {
            values.statistics().forEach(one -> metrics.record(values.metric(), values.timestamp(), one, values.unit()));
        }
        return Unit.UNIT;
    }
}
