/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.cloudwatch.PutMetricDataInput;
import dev.sluice.wire.secretsmanager.GetSecretValueResponse;
import dev.sluice.wire.secretsmanager.SecretsManagerErrors;
import dev.sluice.wire.secretsmanager.SecretsManagerOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class JsonProtocolTest {
    private static final String PUT_METRIC_DATA = "X-Amz-Target: GraniteServiceVersion20100801.PutMetricData";

    @Test
    void findsTheOperationInTheTarget() {
        Wire wire = Wire.of(
                "secretsmanager",
                SecretsManagerOperations.GET_SECRET_VALUE,
                (call, input) -> GetSecretValueResponse.builder()
                        .arn("arn:" + input.secretId())
                        .secretBinary(new byte[] {1, 2, 3})
                        .createdDate(Instant.ofEpochMilli(1_500))
                        .build());
        WireResponse response =
                wire.send("POST", "/", "{\"SecretId\": \"s\"}", "X-Amz-Target: secretsmanager.GetSecretValue");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Type")).hasValue("application/x-amz-json-1.1");
        assertThat(Wire.text(response))
                .isEqualTo("{\"ARN\":\"arn:s\",\"SecretBinary\":\"AQID\",\"CreatedDate\":1.500}");
    }

    @Test
    void namesErrorsInTheBody() {
        Wire wire = Wire.of("secretsmanager", SecretsManagerOperations.GET_SECRET_VALUE, (call, input) -> {
            throw SecretsManagerErrors.RESOURCE_NOT_FOUND.with("Secrets Manager can't find the specified secret.");
        });
        WireResponse response =
                wire.send("POST", "/", "{\"SecretId\": \"s\"}", "X-Amz-Target: secretsmanager.GetSecretValue");
        assertThat(response.status()).isEqualTo(400);
        assertThat(Wire.text(response))
                .isEqualTo("{\"__type\":\"ResourceNotFoundException\","
                        + "\"Message\":\"Secrets Manager can't find the specified secret.\"}");
        assertThat(response.header("x-amzn-query-error")).isEmpty();
    }

    @Test
    void refusesUnknownAndUnservedOperations() {
        Wire wire = Wire.of("secretsmanager", Handlers.builder().build());
        WireResponse unknown = wire.send("POST", "/", "{}", "X-Amz-Target: secretsmanager.Nothing");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(Wire.text(unknown)).contains("\"__type\":\"UnknownOperationException\"");
        assertThat(Wire.text(wire.send("POST", "/", "{}", "X-Amz-Target: other.CreateSecret")))
                .contains("UnknownOperationException");
        WireResponse unserved = wire.send("POST", "/", "{}", "X-Amz-Target: secretsmanager.RotateSecret");
        assertThat(unserved.status()).isEqualTo(501);
        assertThat(Wire.text(unserved)).contains("\"__type\":\"NotImplementedException\"", "RotateSecret");
    }

    private static Wire collecting(List<PutMetricDataInput> seen) {
        return Wire.of("monitoring", CloudWatchOperations.PUT_METRIC_DATA, (call, input) -> {
            seen.add(input);
            return Unit.UNIT;
        });
    }

    @Test
    void readsTimesAsEpochSecondsOrText() {
        List<PutMetricDataInput> seen = new ArrayList<>();
        WireResponse response = collecting(seen).send("POST", "/", """
                {"Namespace": "N", "MetricData": [
                  {"MetricName": "a", "Timestamp": 1.5E9, "Value": 1},
                  {"MetricName": "b", "Timestamp": 1500000000.25, "Value": "NaN"},
                  {"MetricName": "c", "Timestamp": "2017-07-14T02:40:00Z", "Value": 0.5}]}""", PUT_METRIC_DATA);
        assertThat(response.status()).isEqualTo(200);
        assertThat(Wire.text(response)).isEqualTo("{}");
        assertThat(seen.getFirst().metricData())
                .extracting(datum -> datum.timestamp())
                .containsExactly(
                        Instant.ofEpochSecond(1_500_000_000),
                        Instant.ofEpochMilli(1_500_000_000_250L),
                        Instant.ofEpochSecond(1_500_000_000));
        assertThat(seen.getFirst().metricData())
                .extracting(datum -> datum.value())
                .containsExactly(1.0, Double.NaN, 0.5);
    }

    @Test
    void refusesTimesOutOfReach() {
        for (String time : List.of("1e99", "1e-999", "99999999999999999999", "\"yesterday\"")) {
            WireResponse response =
                    collecting(new ArrayList<>()).send("POST", "/", """
                            {"Namespace": "N", "MetricData": [{"MetricName": "a", "Timestamp": %s}]}""".formatted(time), PUT_METRIC_DATA);
            assertThat(Wire.text(response)).as(time).contains("SerializationException");
        }
    }

    @Test
    void inflatesWhatClientsCompress() throws IOException {
        List<PutMetricDataInput> seen = new ArrayList<>();
        collecting(seen)
                .send("POST", "/", gzip("{\"Namespace\": \"zipped\"}"), PUT_METRIC_DATA, "Content-Encoding: gzip");
        assertThat(seen.getFirst().namespace()).isEqualTo("zipped");
        WireResponse bomb = collecting(seen)
                .send("POST", "/", gzip(" ".repeat(17 << 20)), PUT_METRIC_DATA, "Content-Encoding: gzip");
        assertThat(Wire.text(bomb)).contains("SerializationException", "16777216 bytes");
        WireResponse other = collecting(seen).send("POST", "/", "{}", PUT_METRIC_DATA, "Content-Encoding: br");
        assertThat(Wire.text(other)).contains("expected: gzip or none");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @Test
    void carriesTheQueryCodeOfAServiceThatOnceSpokeQuery() {
        Wire wire = Wire.of("monitoring", CloudWatchOperations.GET_DASHBOARD, (call, input) -> {
            throw CloudWatchErrors.DASHBOARD_NOT_FOUND_ERROR.with("no such dashboard");
        });
        WireResponse response = wire.send(
                "POST", "/", "{\"DashboardName\": \"d\"}", "X-Amz-Target: GraniteServiceVersion20100801.GetDashboard");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("Content-Type")).hasValue("application/x-amz-json-1.0");
        assertThat(response.header("x-amzn-query-error")).hasValue("ResourceNotFound;Sender");
        assertThat(Wire.text(response)).contains("\"__type\":\"DashboardNotFoundError\"");
    }
}
