/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.cloudwatch.Datapoint;
import dev.sluice.wire.cloudwatch.GetMetricStatisticsInput;
import dev.sluice.wire.cloudwatch.GetMetricStatisticsOutput;
import dev.sluice.wire.cloudwatch.ListMetricsOutput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies are written in hexadecimal, made by hand from RFC 8949. */
class CborProtocolTest {
    private static final String PATH = "/service/GraniteServiceVersion20100801/operation/";
    private static final String[] HEADERS = {"smithy-protocol: rpc-v2-cbor", "Content-Type: application/cbor"};

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String text(String text) {
        byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        String head = utf8.length < 24 ? "%02x".formatted(0x60 + utf8.length) : "78%02x".formatted(utf8.length);
        return head + HexFormat.of().formatHex(utf8);
    }

    @Test
    void readsAndWritesTaggedTimes() {
        List<GetMetricStatisticsInput> seen = new ArrayList<>();
        Wire wire = Wire.of("monitoring", CloudWatchOperations.GET_METRIC_STATISTICS, (call, input) -> {
            seen.add(input);
            return GetMetricStatisticsOutput.builder()
                    .datapoints(List.of(Datapoint.builder()
                            .timestamp(Instant.ofEpochSecond(1_500_000_000))
                            .sum(1.5)
                            .build()))
                    .build();
        });
        // An open map; times as tagged integer, tagged double; lists closed and open.
        String body = "bf" + text("Namespace") + text("N") + text("MetricName") + text("m") + text("StartTime")
                + "c11a59682f00" + text("EndTime") + "c1fb41d65a0bc0200000" + text("Period") + "183c"
                + text("Statistics") + "9f" + text("Sum") + "ff" + text("Unknown") + "82a0f6" + "ff";
        WireResponse response = wire.send("POST", PATH + "GetMetricStatistics", hex(body), HEADERS);
        assertThat(seen)
                .containsExactly(GetMetricStatisticsInput.builder()
                        .namespace("N")
                        .metricName("m")
                        .startTime(Instant.ofEpochSecond(1_500_000_000))
                        .endTime(Instant.ofEpochMilli(1_500_000_000_500L))
                        .period(60)
                        .statistics(List.of("Sum"))
                        .build());
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("smithy-protocol")).hasValue("rpc-v2-cbor");
        assertThat(response.header("Content-Type")).hasValue("application/cbor");
        assertThat(HexFormat.of().formatHex(response.body()))
                .isEqualTo("bf" + text("Datapoints") + "9f" + "bf" + text("Timestamp") + "c11a59682f00" + text("Sum")
                        + "fb3ff8000000000000" + "ff" + "ff" + "ff");
    }

    @Test
    void answersWithoutABodyWhereThereIsNoOutput() {
        Wire wire = Wire.of("monitoring", CloudWatchOperations.PUT_METRIC_DATA, (call, input) -> Unit.UNIT);
        WireResponse response =
                wire.send("POST", PATH + "PutMetricData", hex("a1" + text("Namespace") + text("N")), HEADERS);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.header("smithy-protocol")).hasValue("rpc-v2-cbor");
    }

    @Test
    void readsAnAbsentBodyAsNoMembers() {
        Wire wire = Wire.of(
                "monitoring",
                CloudWatchOperations.LIST_METRICS,
                (call, input) -> ListMetricsOutput.builder().metrics(List.of()).build());
        assertThat(wire.send("POST", PATH + "ListMetrics", new byte[0], HEADERS).body())
                .isEqualTo(hex("bf" + text("Metrics") + "9fff" + "ff"));
    }

    @Test
    void namesErrorsInTheBody() {
        Wire wire = Wire.of("monitoring", CloudWatchOperations.GET_DASHBOARD, (call, input) -> {
            throw CloudWatchErrors.DASHBOARD_NOT_FOUND_ERROR.with("gone");
        });
        WireResponse response =
                wire.send("POST", PATH + "GetDashboard", hex("a1" + text("DashboardName") + text("d")), HEADERS);
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("x-amzn-query-error")).hasValue("ResourceNotFound;Sender");
        assertThat(HexFormat.of().formatHex(response.body()))
                .isEqualTo(
                        "bf" + text("__type") + text("DashboardNotFoundError") + text("message") + text("gone") + "ff");
    }

    @Test
    void refusesMalformedBodies() {
        Wire wire = Wire.of(
                "monitoring",
                CloudWatchOperations.LIST_METRICS,
                (call, input) -> ListMetricsOutput.builder().build());
        String nested = "a1" + text("x") + "81".repeat(5_000) + "f6";
        String twice = "a2" + text("Namespace") + text("a") + text("Namespace") + text("b");
        for (String body : List.of(
                "ff", "a1", "80", "a1" + text("Namespace") + "01", nested, twice, "a0a0", "7b7fffffffffffffff")) {
            WireResponse response = wire.send("POST", PATH + "ListMetrics", hex(body), HEADERS);
            assertThat(response.status()).as(body).isEqualTo(400);
            assertThat(Wire.text(response)).as(body).contains("SerializationException");
        }
    }

    @Test
    void refusesUnknownOperations() {
        Wire wire = Wire.of("monitoring", Handlers.builder().build());
        assertThat(Wire.text(wire.send("POST", PATH + "Nothing", new byte[0], HEADERS)))
                .contains("UnknownOperationException");
        assertThat(Wire.text(wire.send("POST", "/service/Other/operation/ListMetrics", new byte[0], HEADERS)))
                .contains("UnknownOperationException");
        assertThat(wire.send("POST", PATH + "ListMetrics", new byte[0], HEADERS).status())
                .isEqualTo(501);
    }
}
