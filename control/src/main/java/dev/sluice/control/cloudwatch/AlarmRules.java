/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.metrics.AlarmDefinition;
import dev.sluice.metrics.AlarmDefinition.Comparison;
import dev.sluice.metrics.AlarmDefinition.MissingData;
import dev.sluice.metrics.Statistic;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import dev.sluice.wire.cloudwatch.PutMetricAlarmInput;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What PutMetricAlarm accepts: a static threshold on one metric. Stateless. */
final class AlarmRules {
    private static final long DAY_SECONDS = 86_400;
    private static final long HOUR_SECONDS = 3_600;

    private AlarmRules() {}

    static AlarmDefinition definition(PutMetricAlarmInput input) {
        refuse("Metrics", input.metrics() != null && !input.metrics().isEmpty(), "MetricName, Namespace and Statistic");
        refuse("ThresholdMetricId", input.thresholdMetricId() != null, "Threshold");
        refuse("Tags", input.tags() != null && !input.tags().isEmpty(), "none");
        String namespace = required("Namespace", input.namespace());
        String metricName = required("MetricName", input.metricName());
        int period = required("Period", input.period());
        AlarmDefinition.Watched watched;
        AlarmDefinition.Rule rule;
        checkRange(period, input);
        try {
            watched = new AlarmDefinition.Watched(
                    Dimensions.metric(namespace, metricName, input.dimensions()),
                    statistic(input),
                    Duration.ofSeconds(period),
                    input.unit());
            rule = new AlarmDefinition.Rule(
                    input.evaluationPeriods(),
                    input.datapointsToAlarm(),
                    required("Threshold", input.threshold()),
                    comparison(input.comparisonOperator()),
                    missingData(input.treatMissingData()),
                    ignoresLowSampleCounts(input.evaluateLowSampleCountPercentile()));
            return new AlarmDefinition(input.alarmName(), input.alarmDescription(), watched, rule, actions(input));
        } catch (IllegalArgumentException e) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(String.valueOf(e.getMessage()));
        }
    }

    private static void checkRange(int period, PutMetricAlarmInput input) {
        if (period % 60 != 0) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with("The parameter Period must be a multiple of 60 (it is "
                    + period + "): metrics are kept by the minute.");
        }
        long seconds = (long) period * input.evaluationPeriods();
        if (period < HOUR_SECONDS && seconds > DAY_SECONDS) {
            throw CommonErrors.VALIDATION.with(
                    "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).");
        }
        Integer datapoints = input.datapointsToAlarm();
        if (datapoints != null && datapoints > input.evaluationPeriods()) {
            throw CommonErrors.VALIDATION.with("DatapointsToAlarm " + datapoints
                    + " must be less than or equal to EvaluationPeriods " + input.evaluationPeriods() + ".");
        }
    }

    private static Statistic statistic(PutMetricAlarmInput input) {
        String statistic = input.statistic();
        String extended = input.extendedStatistic();
        if (statistic != null && extended != null) {
            throw CloudWatchErrors.INVALID_PARAMETER_COMBINATION.with(
                    "The parameters Statistic and ExtendedStatistic are mutually exclusive and you have specified both.");
        }
        if (extended != null && !Statistic.isPercentile(extended)) {
            throw invalid("ExtendedStatistic", extended, "p0.0 to p100");
        }
        return new Statistic(extended == null ? required("Statistic", statistic) : extended);
    }

    private static Comparison comparison(String operator) {
        for (Comparison comparison : Comparison.values()) {
            if (comparison.wireName().equals(operator)) {
                return comparison;
            }
        }
        throw invalid("ComparisonOperator", operator, "one with a fixed threshold: anomaly detection is not supported");
    }

    private static MissingData missingData(@Nullable String treatment) {
        if (treatment == null) {
            return MissingData.MISSING;
        }
        for (MissingData missing : MissingData.values()) {
            if (missing.wireName().equals(treatment)) {
                return missing;
            }
        }
        throw invalid("TreatMissingData", treatment, "breaching, notBreaching, ignore or missing");
    }

    private static boolean ignoresLowSampleCounts(@Nullable String evaluate) {
        if (evaluate != null && !evaluate.equals("ignore") && !evaluate.equals("evaluate")) {
            throw invalid("EvaluateLowSampleCountPercentile", evaluate, "evaluate or ignore");
        }
        return "ignore".equals(evaluate);
    }

    private static AlarmDefinition.Actions actions(PutMetricAlarmInput input) {
        return new AlarmDefinition.Actions(
                input.actionsEnabled() == null || input.actionsEnabled(),
                orEmpty(input.okActions()),
                orEmpty(input.alarmActions()),
                orEmpty(input.insufficientDataActions()));
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw CloudWatchErrors.MISSING_REQUIRED_PARAMETER.with("The parameter " + name + " is required.");
        }
        return value;
    }

    private static void refuse(String name, boolean refused, String expected) {
        if (refused) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "The parameter " + name + " is not supported (expected: " + expected + ").");
        }
    }

    private static ServiceException invalid(String name, String value, String expected) {
        return CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                "The value " + value + " for parameter " + name + " is not supported (expected: " + expected + ").");
    }
}
