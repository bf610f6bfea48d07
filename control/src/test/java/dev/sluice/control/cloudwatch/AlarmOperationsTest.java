/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class AlarmOperationsTest {
    private static final String ALARM = "{'AlarmName':'high','MetricName':'ThrottleCount','Namespace':'AWS/ApiGateway',"
            + "'Statistic':'Sum','Period':300,'Threshold':100,'ComparisonOperator':'GreaterThanThreshold',"
            + "'EvaluationPeriods':2,'Dimensions':[{'Name':'ApiName','Value':'demo'},{'Name':'Stage','Value':'prod'}]}";

    @TempDir
    private Path folder;

    private Services services;

    @BeforeEach
    void open() {
        services = new Services(folder.resolve("data"));
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void showsAnAlarmAsAwsDoesAndKeepsItOverARestart() {
        assertThat(services.cloudwatch("PutMetricAlarm", ALARM).status()).isEqualTo(200);
        services.close();
        services = new Services(folder.resolve("data"));

        JsonNode answer =
                services.cloudwatch("DescribeAlarms", "{'AlarmNames':['high']}").json();

        assertThat(answer.path("CompositeAlarms")).isEmpty();
        JsonNode alarm = answer.path("MetricAlarms").get(0);
        assertThat(alarm.path("AlarmArn").asString(""))
                .isEqualTo("arn:aws:cloudwatch:us-east-1:123456789012:alarm:high");
        assertThat(alarm.path("StateValue").asString("")).isEqualTo("INSUFFICIENT_DATA");
        assertThat(alarm.path("ActionsEnabled").asBoolean()).isTrue();
        assertThat(alarm.path("Threshold").asDouble()).isEqualTo(100);
        assertThat(alarm.path("Period").asInt()).isEqualTo(300);
        assertThat(alarm.path("EvaluationPeriods").asInt()).isEqualTo(2);
        assertThat(alarm.path("Statistic").asString("")).isEqualTo("Sum");
        assertThat(alarm.path("ComparisonOperator").asString("")).isEqualTo("GreaterThanThreshold");
        assertThat(alarm.path("Dimensions").toString())
                .isEqualTo("[{\"Name\":\"ApiName\",\"Value\":\"demo\"},{\"Name\":\"Stage\",\"Value\":\"prod\"}]");
        assertThat(alarm.propertyNames())
                .contains("OKActions", "AlarmActions", "InsufficientDataActions", "StateUpdatedTimestamp")
                .doesNotContain("TreatMissingData", "Unit", "DatapointsToAlarm", "ExtendedStatistic");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {'Period':90}               | InvalidParameterValue | Period must be a multiple of 60
                    {'Period':60,'EvaluationPeriods':1441} | ValidationE | Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).
                    {'DatapointsToAlarm':3}     | ValidationE | DatapointsToAlarm 3 must be less than or equal to EvaluationPeriods 2.
                    {'ExtendedStatistic':'p99'} | InvalidParameterCombination | The parameters Statistic and ExtendedStatistic are mutually exclusive and you have specified both.
                    {'TreatMissingData':'fine'} | InvalidParameterValue | The value fine for parameter TreatMissingData is not supported
                    {'ComparisonOperator':'LessThanLowerThreshold'} | InvalidParameterValue | anomaly detection is not supported
                    {'ComparisonOperator':'Near'} | ValidationE | Near
                    {'Metrics':[{'Id':'m1','Expression':'1'}]} | InvalidParameterValue | The parameter Metrics is not supported
                    {'Statistic':null}          | MissingRequiredParameter | The parameter Statistic is required.
                    {'Threshold':null}          | MissingRequiredParameter | The parameter Threshold is required.
                    {'MetricName':null}         | MissingRequiredParameter | The parameter MetricName is required.
                    """)
    void refusesABadAlarm(String members, String error, String message) {
        ObjectNode request = object(ALARM);
        request.setAll(object(members));

        Services.Answer refused = services.cloudwatch("PutMetricAlarm", request.toString());

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains(error);
        assertThat(refused.message()).contains(message);
        assertThat(services.alarms.list()).isEmpty();
    }

    @Test
    void setsStatesAndTellsTheHistory() {
        services.cloudwatch("PutMetricAlarm", ALARM);

        Services.Answer set = services.cloudwatch(
                "SetAlarmState", "{'AlarmName':'high','StateValue':'ALARM','StateReason':'testing'}");
        Services.Answer unknown =
                services.cloudwatch("SetAlarmState", "{'AlarmName':'none','StateValue':'OK','StateReason':'x'}");
        Services.Answer bad =
                services.cloudwatch("SetAlarmState", "{'AlarmName':'high','StateValue':'WILD','StateReason':'x'}");
        Services.Answer notJson = services.cloudwatch(
                "SetAlarmState", "{'AlarmName':'high','StateValue':'OK','StateReason':'x','StateReasonData':'nope'}");
        JsonNode history = services.cloudwatch(
                        "DescribeAlarmHistory", "{'AlarmName':'high','HistoryItemType':'StateUpdate'}")
                .json()
                .path("AlarmHistoryItems");

        assertThat(set.status()).isEqualTo(200);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(notJson.text()).contains("InvalidFormat");
        assertThat(bad.message()).contains("Value 'WILD' at 'stateValue' failed to satisfy constraint");
        assertThat(history.get(0).path("HistorySummary").asString(""))
                .isEqualTo("Alarm updated from INSUFFICIENT_DATA to ALARM");
        assertThat(services.cloudwatch("DescribeAlarmHistory", "{'HistoryItemType':'ConfigurationUpdate'}")
                        .json()
                        .path("AlarmHistoryItems"))
                .hasSize(1);
    }

    @Test
    void findsAlarmsByNamePrefixStateMetricAndPage() {
        for (String name : List.of("a1", "a2", "b1")) {
            services.cloudwatch("PutMetricAlarm", ALARM.replace("high", name));
        }
        services.cloudwatch("SetAlarmState", "{'AlarmName':'b1','StateValue':'OK','StateReason':'x'}");

        assertThat(names("{'AlarmNamePrefix':'a'}")).containsExactly("a1", "a2");
        assertThat(names("{'StateValue':'OK'}")).containsExactly("b1");
        assertThat(names("{'AlarmTypes':['CompositeAlarm']}")).isEmpty();
        JsonNode first =
                services.cloudwatch("DescribeAlarms", "{'MaxRecords':2}").json();
        assertThat(names("{'MaxRecords':2,'NextToken':'"
                        + first.path("NextToken").asString("") + "'}"))
                .containsExactly("b1");
        assertThat(services.cloudwatch("DescribeAlarms", "{'AlarmNames':['a1'],'AlarmNamePrefix':'a'}")
                        .text())
                .contains("InvalidParameterCombination");
        assertThat(services.cloudwatch(
                                "DescribeAlarmsForMetric",
                                "{'MetricName':'ThrottleCount','Namespace':'AWS/ApiGateway','Dimensions':["
                                        + "{'Name':'Stage','Value':'prod'},{'Name':'ApiName','Value':'demo'}]}")
                        .json()
                        .path("MetricAlarms"))
                .hasSize(3);
    }

    @Test
    void deletesAllOrNone() {
        services.cloudwatch("PutMetricAlarm", ALARM);

        Services.Answer refused = services.cloudwatch("DeleteAlarms", "{'AlarmNames':['high','none']}");

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.message()).isEqualTo("Alarms not found: none");
        assertThat(names("{}")).containsExactly("high");
        assertThat(services.cloudwatch("DeleteAlarms", "{'AlarmNames':['high']}")
                        .status())
                .isEqualTo(200);
        assertThat(names("{}")).isEmpty();
    }

    @Test
    void switchesActions() {
        services.cloudwatch("PutMetricAlarm", ALARM);

        services.cloudwatch("DisableAlarmActions", "{'AlarmNames':['high']}");
        assertThat(enabled()).isFalse();
        services.cloudwatch("EnableAlarmActions", "{'AlarmNames':['high']}");
        assertThat(enabled()).isTrue();
    }

    private boolean enabled() {
        return services.cloudwatch("DescribeAlarms", "{}")
                .json()
                .path("MetricAlarms")
                .get(0)
                .path("ActionsEnabled")
                .asBoolean();
    }

    private List<String> names(String request) {
        return services.cloudwatch("DescribeAlarms", request).json().path("MetricAlarms").values().stream()
                .map(alarm -> alarm.path("AlarmName").asString(""))
                .toList();
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }
}
