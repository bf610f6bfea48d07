/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/** Metrics count what happened, outlive the server, and move alarms. */
class MetricsTest {
    @Test
    void countsOutliveAStopAndAKill(@TempDir Path folder) throws InterruptedException {
        Path data = folder.resolve("data");
        String url;
        try (RunningServer server = RunningServer.start(data)) {
            MockApi api = MockApi.create(server.aws().apigateway(), "metrics", false);
            api.stageThrottle(0.001, 3);
            url = server.url(api.id(), MockApi.STAGE, "/data")
                    .substring(server.http().toString().length());
            get(server, url, 5);
            // A request is counted when its answer has been written, which its client may see a moment earlier.
            awaitTrue("5 counted", Duration.ofSeconds(10), () -> sum(server, "Count") == 5);
            assertThat(sum(server, "ThrottleCount")).isEqualTo(2);
            assertThat(sum(server, "4XXError")).isEqualTo(2);
            assertThat(server.stop()).isZero();
        }
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(sum(server, "Count")).isEqualTo(5);
            get(server, url, 1);
            awaitTrue("6 counted", Duration.ofSeconds(10), () -> sum(server, "Count") == 6);
            server.stop();
        }
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(sum(server, "Count")).isEqualTo(6);
        }
    }

    @Test
    void anAlarmMovesBetweenItsStates(@TempDir Path folder) throws InterruptedException {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            CloudWatchClient client = server.aws().cloudwatch();
            client.putMetricAlarm(r -> r.alarmName("queue")
                    .namespace("Test")
                    .metricName("Depth")
                    .statistic(Statistic.MAXIMUM)
                    .period(60)
                    .evaluationPeriods(1)
                    .threshold(10.0)
                    .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD));
            assertThat(state(client)).isEqualTo(StateValue.INSUFFICIENT_DATA);
            put(client, 5);
            awaitTrue("OK", Duration.ofSeconds(40), () -> state(client) == StateValue.OK);
            put(client, 50);
            awaitTrue("ALARM", Duration.ofSeconds(40), () -> state(client) == StateValue.ALARM);
            assertThat(client.describeAlarms(r -> r.alarmNames("queue"))
                            .metricAlarms()
                            .getFirst()
                            .stateReason())
                    .startsWith("Threshold Crossed");
        }
    }

    private static void put(CloudWatchClient client, double value) {
        Instant lastMinute = Instant.now().minus(Duration.ofMinutes(1));
        client.putMetricData(r -> r.namespace("Test")
                .metricData(d -> d.metricName("Depth").timestamp(lastMinute).value(value)));
    }

    private static StateValue state(CloudWatchClient client) {
        return client.describeAlarms(r -> r.alarmNames("queue"))
                .metricAlarms()
                .getFirst()
                .stateValue();
    }

    private static void get(RunningServer server, String path, int times) {
        for (int i = 0; i < times; i++) {
            Http.get(server.http() + path);
        }
    }

    private static double sum(RunningServer server, String metric) {
        return server
                .aws()
                .cloudwatch()
                .getMetricStatistics(r -> r.namespace("AWS/ApiGateway")
                        .metricName(metric)
                        .dimensions(List.of(
                                Dimension.builder()
                                        .name("ApiName")
                                        .value("metrics")
                                        .build(),
                                Dimension.builder()
                                        .name("Stage")
                                        .value(MockApi.STAGE)
                                        .build()))
                        .statistics(Statistic.SUM)
                        .startTime(Instant.now().minus(Duration.ofHours(1)))
                        .endTime(Instant.now().plus(Duration.ofMinutes(5)))
                        .period(60))
                .datapoints()
                .stream()
                .mapToDouble(point -> point.sum())
                .sum();
    }

    private static void awaitTrue(String what, Duration atMost, BooleanSupplier condition) throws InterruptedException {
        Instant deadline = Instant.now().plus(atMost);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("waiting for %s", what).isBefore(deadline);
            Thread.sleep(50);
        }
    }
}
