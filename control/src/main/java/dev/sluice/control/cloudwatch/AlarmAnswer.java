/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.metrics.Alarm;
import dev.sluice.metrics.AlarmDefinition;
import dev.sluice.metrics.Statistic;
import dev.sluice.wire.Call;
import dev.sluice.wire.cloudwatch.MetricAlarm;

/** Shows alarms as the CloudWatch API does. */
final class AlarmAnswer {
    private AlarmAnswer() {}

    static MetricAlarm of(Call call, Alarm alarm) {
        AlarmDefinition definition = alarm.definition();
        AlarmDefinition.Watched watched = definition.watched();
        AlarmDefinition.Rule rule = definition.rule();
        Alarm.State state = alarm.state();
        String statistic = watched.statistic().name();
        boolean percentile = Statistic.isPercentile(statistic);
        boolean missing = rule.missingData() == AlarmDefinition.MissingData.MISSING;
        return MetricAlarm.builder()
                .alarmName(alarm.name())
                .alarmArn("arn:aws:cloudwatch:" + call.region() + ":" + call.accountId() + ":alarm:" + alarm.name())
                .alarmDescription(definition.description())
                .alarmConfigurationUpdatedTimestamp(alarm.configuredAt())
                .actionsEnabled(definition.actions().enabled())
                .okActions(definition.actions().ok())
                .alarmActions(definition.actions().alarm())
                .insufficientDataActions(definition.actions().insufficientData())
                .stateValue(state.value().name())
                .stateReason(state.reason())
                .stateReasonData(state.reasonData())
                .stateUpdatedTimestamp(state.updatedAt())
                .stateTransitionedTimestamp(state.transitionedAt())
                .metricName(watched.metric().name())
                .namespace(watched.metric().namespace())
                .dimensions(Dimensions.of(watched.metric()))
                .statistic(percentile ? null : statistic)
                .extendedStatistic(percentile ? statistic : null)
                .period((int) watched.period().toSeconds())
                .unit(watched.unit())
                .evaluationPeriods(rule.evaluationPeriods())
                .datapointsToAlarm(rule.datapointsToAlarm())
                .threshold(rule.threshold())
                .comparisonOperator(rule.comparison().wireName())
                .treatMissingData(missing ? null : rule.missingData().wireName())
                .evaluateLowSampleCountPercentile(rule.ignoreLowSampleCounts() ? "ignore" : null)
                .build();
    }
}
