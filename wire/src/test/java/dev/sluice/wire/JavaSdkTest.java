/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.NotFoundException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/** The AWS SDK for Java, which speaks CBOR to CloudWatch and compresses large metric data. */
class JavaSdkTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:00:00.250Z");

    private final SampleHandlers samples = new SampleHandlers();
    private WireServer server;

    @BeforeEach
    void start() throws IOException {
        server = WireServer.start(samples.all());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private <C, B extends AwsClientBuilder<B, C>> C client(B builder) {
        return builder.endpointOverride(server.uri())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", WireServer.SECRET)))
                .build();
    }

    private CloudWatchClient cloudWatch() {
        return client(CloudWatchClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()));
    }

    @Test
    void putsMetricsSmallAndLarge() {
        try (CloudWatchClient cloudWatch = cloudWatch()) {
            List<MetricDatum> many = IntStream.range(0, 500)
                    .mapToObj(i -> MetricDatum.builder()
                            .metricName("metric" + i)
                            .value(i / 2.0)
                            .timestamp(TIME)
                            .unit("Count")
                            .build())
                    .toList();
            cloudWatch.putMetricData(request -> request.namespace("N").metricData(many.getFirst()));
            cloudWatch.putMetricData(request -> request.namespace("N").metricData(many));
        }
        assertThat(samples.metrics()).hasSize(501);
        assertThat(samples.metrics().getLast().timestamp()).isEqualTo(TIME);
        assertThat(samples.metrics().getLast().value()).isEqualTo(249.5);
    }

    @Test
    void readsMetrics() {
        try (CloudWatchClient cloudWatch = cloudWatch()) {
            GetMetricStatisticsResponse response = cloudWatch.getMetricStatistics(request -> request.namespace("N")
                    .metricName("m")
                    .startTime(TIME)
                    .endTime(TIME.plusSeconds(60))
                    .period(60)
                    .statistics(Statistic.SUM));
            assertThat(response.label()).isEqualTo("m");
            assertThat(response.datapoints().getFirst().timestamp()).isEqualTo(TIME);
            assertThat(response.responseMetadata().requestId()).hasSize(36);
        }
    }

    @Test
    void understandsErrors() {
        try (CloudWatchClient cloudWatch = cloudWatch()) {
            assertThatThrownBy(() -> cloudWatch.getDashboard(request -> request.dashboardName("d")))
                    .isInstanceOfSatisfying(CloudWatchException.class, e -> {
                        assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Dashboard d not found");
                        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ResourceNotFound");
                        assertThat(e.statusCode()).isEqualTo(404);
                    });
        }
        try (ApiGatewayClient gateway =
                client(ApiGatewayClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()))) {
            assertThatThrownBy(() -> gateway.getApiKey(request -> request.apiKey("k")))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("Invalid API Key identifier specified");
        }
    }

    @Test
    void managesUsagePlans() {
        try (ApiGatewayClient gateway =
                client(ApiGatewayClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()))) {
            gateway.createUsagePlan(request -> request.name("P")
                    .throttle(throttle -> throttle.rateLimit(500.0).burstLimit(1_000)));
            assertThat(gateway.getUsagePlans().items())
                    .singleElement()
                    .satisfies(plan -> assertThat(plan.throttle().rateLimit()).isEqualTo(500.0));
            String arn = "arn:aws:apigateway:us-east-1::/restapis/a1/stages/p";
            assertThat(gateway.getTags(request -> request.resourceArn(arn)).tags())
                    .containsEntry("arn", arn);
        }
    }
}
