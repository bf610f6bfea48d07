/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The clock stands at 2026-11-22T12:00:00Z, which is 1795348800. */
class MetricOperationsTest {
    private static final String RANGE = "'StartTime':1795345200,'EndTime':1795348860";

    private Services services;

    @BeforeEach
    void open(@TempDir Path folder) {
        services = new Services(folder);
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void showsAtOnceWhatWasPut() {
        assertThat(put("{'MetricName':'m','Value':3,'Unit':'Seconds'},{'MetricName':'m','Value':5,'Unit':'Seconds'}")
                        .status())
                .isEqualTo(200);

        JsonNode json = statistics("'MetricName':'m'," + RANGE
                        + ",'Period':300,'Statistics':['Sum','Average','Minimum','Maximum','SampleCount']")
                .json();

        assertThat(json.path("Label").asString("")).isEqualTo("m");
        assertThat(json.path("Datapoints")).hasSize(1);
        JsonNode point = json.path("Datapoints").get(0);
        assertThat(point.path("Timestamp").asLong()).isEqualTo(1795348800);
        assertThat(point.path("Unit").asString("")).isEqualTo("Seconds");
        assertThat(point.path("Sum").asDouble()).isEqualTo(8);
        assertThat(point.path("Average").asDouble()).isEqualTo(4);
        assertThat(point.path("Minimum").asDouble()).isEqualTo(3);
        assertThat(point.path("Maximum").asDouble()).isEqualTo(5);
        assertThat(point.path("SampleCount").asDouble()).isEqualTo(2);
    }

    @Test
    void givesOnlyTheStatisticsAskedFor() {
        put("{'MetricName':'m','Values':[1,2,3,4],'Counts':[1,1,1,97]}");

        JsonNode sum = statistics("'MetricName':'m'," + RANGE + ",'Period':60,'Statistics':['Sum']")
                .json()
                .path("Datapoints")
                .get(0);
        JsonNode percentile = statistics("'MetricName':'m'," + RANGE + ",'Period':60,'ExtendedStatistics':['p50']")
                .json()
                .path("Datapoints")
                .get(0);

        assertThat(sum.propertyNames()).containsExactlyInAnyOrder("Timestamp", "Unit", "Sum");
        assertThat(sum.path("Sum").asDouble()).isEqualTo(394);
        assertThat(percentile.path("ExtendedStatistics").path("p50").asDouble()).isEqualTo(4);
    }

    @Test
    void takesSummariesAndTellsMetricsApartByDimensions() {
        put("{'MetricName':'m','StatisticValues':{'SampleCount':10,'Sum':45,'Minimum':0,'Maximum':9},"
                + "'Dimensions':[{'Name':'Host','Value':'a'}]},"
                + "{'MetricName':'m','Value':1,'Dimensions':[{'Name':'Host','Value':'b'}]}");

        assertThat(statistics("'MetricName':'m'," + RANGE
                                + ",'Period':60,'Statistics':['Average'],'Dimensions':[{'Name':'Host','Value':'a'}]")
                        .json()
                        .path("Datapoints")
                        .get(0)
                        .path("Average")
                        .asDouble())
                .isEqualTo(4.5);
        assertThat(statistics("'MetricName':'m'," + RANGE + ",'Period':60,'Statistics':['Average']")
                        .json()
                        .path("Datapoints"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'StartTime':1795348800,'EndTime':1795348800,'Period':60,'Statistics':['Sum'] | InvalidParameterValue | The parameter StartTime must be less than the parameter EndTime.
                    'StartTime':1795262400,'EndTime':1795348860,'Period':60,'Statistics':['Sum'] | InvalidParameterCombination | You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.
                    'StartTime':1795345200,'EndTime':1795348800,'Period':90,'Statistics':['Sum'] | InvalidParameterValue | The parameter Period must be a multiple of 60 (it is 90)
                    'StartTime':1795345200,'EndTime':1795348800,'Period':60 | InvalidParameterCombination | Must specify either Statistics or ExtendedStatistics
                    'StartTime':1795345200,'EndTime':1795348800,'Period':60,'ExtendedStatistics':['tm99'] | InvalidParameterValue | The value tm99 for parameter ExtendedStatistics
                    'StartTime':1795345200,'EndTime':1795348800,'Period':60,'Statistics':['Median'] | ValidationE | Median
                    """)
    void refusesABadRequest(String members, String error, String message) {
        Services.Answer refused = statistics("'MetricName':'m'," + members);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains(error);
        assertThat(refused.message()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'Value':1,'Values':[1] | InvalidParameterCombination | The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.
                    'Value':1,'StatisticValues':{'SampleCount':1,'Sum':1,'Minimum':1,'Maximum':1} | InvalidParameterCombination | The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.
                    'Values':[1,2],'Counts':[1] | InvalidParameterValue | The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.
                    'Values':[1],'Counts':[-1] | InvalidParameterValue | The values of MetricData.member.1 are invalid
                    'Unit':'Seconds' | MissingRequiredParameter | The parameter MetricData.member.1 must have one of Value, Values and StatisticValues.
                    'Value':1,'Timestamp':1794052800 | InvalidParameterValue | must specify a time within the past two weeks.
                    'Value':1,'Timestamp':1795362000 | InvalidParameterValue | no more than two hours in the future.
                    'Value':1,'Unit':'Parsec' | ValidationE | Parsec
                    """)
    void refusesBadValuesAndTakesNoneOfTheCall(String members, String error, String message) {
        Services.Answer refused = put("{'MetricName':'good','Value':1},{'MetricName':'bad'," + members + "}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains(error);
        assertThat(refused.message()).contains(message.replace("member.1", "member.2"));
        assertThat(services.cloudwatch("ListMetrics", "{}").json().path("Metrics"))
                .isEmpty();
    }

    @Test
    void keepsItsOwnNamespacesToItself() {
        Services.Answer refused = services.cloudwatch(
                "PutMetricData", "{'Namespace':'AWS/ApiGateway','MetricData':[{'MetricName':'Count','Value':1}]}");

        assertThat(refused.message()).isEqualTo("The value AWS/ for parameter Namespace is invalid.");
    }

    @Test
    void listsMetricsByWhatTheyHave() {
        put("{'MetricName':'a','Value':1,'Dimensions':[{'Name':'Host','Value':'x'}]},{'MetricName':'b','Value':1}");

        assertThat(services.cloudwatch("ListMetrics", "{'Namespace':'Mine'}")
                        .json()
                        .path("Metrics"))
                .hasSize(2);
        JsonNode found = services.cloudwatch("ListMetrics", "{'Dimensions':[{'Name':'Host'}]}")
                .json()
                .path("Metrics");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("MetricName").asString("")).isEqualTo("a");
        assertThat(services.cloudwatch("ListMetrics", "{'NextToken':'x'}").text())
                .contains("InvalidNextToken");
    }

    @Test
    void speaksTheQueryProtocolToo() {
        put("{'MetricName':'m','Value':3}");

        Services.Answer answer = services.query(
                "monitoring",
                "2010-08-01",
                "GetMetricStatistics",
                "Namespace",
                "Mine",
                "MetricName",
                "m",
                "StartTime",
                "2026-11-22T11:00:00",
                "EndTime",
                "2026-11-22T12:01:00",
                "Period",
                "300",
                "Statistics.member.1",
                "Sum");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).contains("<Sum>3.0</Sum>", "<Timestamp>2026-11-22T12:00:00Z</Timestamp>");
    }

    private Services.Answer put(String data) {
        return services.cloudwatch("PutMetricData", "{'Namespace':'Mine','MetricData':[" + data + "]}");
    }

    private Services.Answer statistics(String members) {
        return services.cloudwatch("GetMetricStatistics", "{'Namespace':'Mine'," + members + "}");
    }
}
