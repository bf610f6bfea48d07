/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.metrics.Alarm;
import dev.sluice.metrics.AlarmHistory;
import dev.sluice.metrics.AlarmState;
import dev.sluice.metrics.Alarms;
import dev.sluice.metrics.MetricId;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.cloudwatch.AlarmHistoryItem;
import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.cloudwatch.DeleteAlarmsInput;
import dev.sluice.wire.cloudwatch.DescribeAlarmHistoryInput;
import dev.sluice.wire.cloudwatch.DescribeAlarmHistoryOutput;
import dev.sluice.wire.cloudwatch.DescribeAlarmsForMetricInput;
import dev.sluice.wire.cloudwatch.DescribeAlarmsForMetricOutput;
import dev.sluice.wire.cloudwatch.DescribeAlarmsInput;
import dev.sluice.wire.cloudwatch.DescribeAlarmsOutput;
import dev.sluice.wire.cloudwatch.PutMetricAlarmInput;
import dev.sluice.wire.cloudwatch.SetAlarmStateInput;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The CloudWatch operations on alarms of one metric. Thread-safe. */
public final class AlarmOperations {
    private static final int ALARM_PAGE = 50;
    private static final int HISTORY_PAGE = 100;
    private static final String METRIC_ALARM = "MetricAlarm";

    private final Alarms alarms;

    public AlarmOperations(Alarms alarms) {
        this.alarms = alarms;
    }

    public void register(Handlers.Builder handlers) {
        handlers.on(CloudWatchOperations.PUT_METRIC_ALARM, this::put)
                .on(CloudWatchOperations.DESCRIBE_ALARMS, this::describe)
                .on(CloudWatchOperations.DESCRIBE_ALARMS_FOR_METRIC, this::describeForMetric)
                .on(CloudWatchOperations.DESCRIBE_ALARM_HISTORY, this::history)
                .on(CloudWatchOperations.SET_ALARM_STATE, this::setState)
                .on(CloudWatchOperations.DELETE_ALARMS, this::delete)
                .on(CloudWatchOperations.ENABLE_ALARM_ACTIONS, (_, input) -> switchActions(input.alarmNames(), true))
                .on(CloudWatchOperations.DISABLE_ALARM_ACTIONS, (_, input) -> switchActions(input.alarmNames(), false));
    }

    private Unit put(Call call, PutMetricAlarmInput input) {
        if (!alarms.put(AlarmRules.definition(input))) {
            throw CloudWatchErrors.LIMIT_EXCEEDED_FAULT.with(
                    "There are " + Alarms.MAX_ALARMS + " alarms already, which is the most that is allowed.");
        }
        return Unit.UNIT;
    }

    private DescribeAlarmsOutput describe(Call call, DescribeAlarmsInput input) {
        if (input.childrenOfAlarmName() != null || input.parentsOfAlarmName() != null) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                    "ChildrenOfAlarmName and ParentsOfAlarmName are not supported: there are no composite alarms.");
        }
        List<String> names = input.alarmNames();
        String prefix = input.alarmNamePrefix();
        if (names != null && !names.isEmpty() && prefix != null) {
            throw CloudWatchErrors.INVALID_PARAMETER_COMBINATION.with(
                    "The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.");
        }
        boolean metricAlarms = input.alarmTypes() == null
                || input.alarmTypes().isEmpty()
                || input.alarmTypes().contains(METRIC_ALARM);
        List<Alarm> found = alarms.list().stream()
                .filter(alarm -> metricAlarms)
                .filter(alarm -> names == null || names.isEmpty() || names.contains(alarm.name()))
                .filter(alarm -> prefix == null || alarm.name().startsWith(prefix))
                .filter(alarm -> input.stateValue() == null
                        || alarm.state().value().name().equals(input.stateValue()))
                .filter(alarm -> hasAction(alarm, input.actionPrefix()))
                .toList();
        OffsetPage<Alarm> page =
                OffsetPage.of(found, input.nextToken(), input.maxRecords() == null ? ALARM_PAGE : input.maxRecords());
        return DescribeAlarmsOutput.builder()
                .metricAlarms(page.items().stream()
                        .map(alarm -> AlarmAnswer.of(call, alarm))
                        .toList())
                .compositeAlarms(List.of())
                .nextToken(page.next())
                .build();
    }

    private static boolean hasAction(Alarm alarm, @Nullable String prefix) {
        var actions = alarm.definition().actions();
        return prefix == null
                || List.of(actions.ok(), actions.alarm(), actions.insufficientData()).stream()
                        .flatMap(List::stream)
                        .anyMatch(action -> action.startsWith(prefix));
    }

    private DescribeAlarmsForMetricOutput describeForMetric(Call call, DescribeAlarmsForMetricInput input) {
        MetricId metric = Dimensions.metric(input.namespace(), input.metricName(), input.dimensions());
        String statistic = input.statistic() == null ? input.extendedStatistic() : input.statistic();
        return DescribeAlarmsForMetricOutput.builder()
                .metricAlarms(alarms.list().stream()
                        .filter(alarm -> {
                            var watched = alarm.definition().watched();
                            return watched.metric().equals(metric)
                                    && (statistic == null
                                            || watched.statistic().name().equals(statistic))
                                    && (input.period() == null
                                            || watched.period().toSeconds() == input.period())
                                    && (input.unit() == null || input.unit().equals(watched.unit()));
                        })
                        .map(alarm -> AlarmAnswer.of(call, alarm))
                        .toList())
                .build();
    }

    private DescribeAlarmHistoryOutput history(Call call, DescribeAlarmHistoryInput input) {
        List<AlarmHistory> found = alarms.history(input.alarmName()).stream()
                .filter(item -> input.historyItemType() == null
                        || item.type().wireName().equals(input.historyItemType()))
                .filter(item -> input.startDate() == null || !item.timestamp().isBefore(input.startDate()))
                .filter(item -> input.endDate() == null || !item.timestamp().isAfter(input.endDate()))
                .toList();
        List<AlarmHistory> ordered = "TimestampAscending".equals(input.scanBy()) ? found.reversed() : found;
        OffsetPage<AlarmHistory> page = OffsetPage.of(
                ordered, input.nextToken(), input.maxRecords() == null ? HISTORY_PAGE : input.maxRecords());
        return DescribeAlarmHistoryOutput.builder()
                .alarmHistoryItems(page.items().stream()
                        .map(item -> AlarmHistoryItem.builder()
                                .alarmName(item.alarmName())
                                .alarmType(METRIC_ALARM)
                                .timestamp(item.timestamp())
                                .historyItemType(item.type().wireName())
                                .historySummary(item.summary())
                                .historyData(item.data())
                                .build())
                        .toList())
                .nextToken(page.next())
                .build();
    }

    private Unit setState(Call call, SetAlarmStateInput input) {
        AlarmState state = AlarmState.valueOf(input.stateValue());
        checkJson(input.stateReasonData());
        if (!alarms.setState(input.alarmName(), state, input.stateReason(), input.stateReasonData())) {
            throw CloudWatchErrors.RESOURCE_NOT_FOUND.with("");
        }
        return Unit.UNIT;
    }

    private static void checkJson(@Nullable String reasonData) {
        try {
            if (reasonData != null) {
                JsonMapper.shared().readTree(reasonData);
            }
        } catch (JacksonException e) {
            throw CloudWatchErrors.INVALID_FORMAT_FAULT.with("StateReasonData must be JSON: " + e.getOriginalMessage());
        }
    }

    private Unit delete(Call call, DeleteAlarmsInput input) {
        Set<String> unknown = alarms.delete(input.alarmNames());
        if (!unknown.isEmpty()) {
            throw CloudWatchErrors.RESOURCE_NOT_FOUND.with("Alarms not found: " + String.join(", ", unknown));
        }
        return Unit.UNIT;
    }

    private Unit switchActions(List<String> names, boolean enabled) {
        alarms.enableActions(names, enabled);
        return Unit.UNIT;
    }
}
