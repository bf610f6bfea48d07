/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.LevelLimit;
import dev.sluice.gateway.PlanLimits;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.StageId;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.BucketTable;
import dev.sluice.limits.Limit;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class GatewayMetricsTest {
    private static final UsagePlan PLAN = UsagePlan.created(
            "plan1",
            0,
            new BucketTable(NanoClock.SYSTEM),
            new PlanLimits(LevelLimit.enforced(Limit.UNLIMITED), Map.of()));
    private static final ApiKey KEY = new ApiKey(0, "key1", true, List.of(PLAN));
    private static final Map<String, String> STAGE = Map.of("ApiName", "demo", "Stage", "prod");

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
    void countsRequestsAndErrorsByApiAndByStage() {
        end(stage("demo"), 200, null);
        end(stage("demo"), 200, null);
        end(stage("demo"), 404, null);
        end(stage("demo"), 502, null);

        for (Map<String, String> dimensions : List.of(STAGE, Map.of("ApiName", "demo"))) {
            assertThat(point("Count", dimensions).path("SampleCount").asDouble())
                    .isEqualTo(4);
            assertThat(point("Count", dimensions).path("Sum").asDouble()).isEqualTo(4);
            assertThat(point("4XXError", dimensions).path("Sum").asDouble()).isEqualTo(1);
            assertThat(point("4XXError", dimensions).path("Average").asDouble()).isEqualTo(0.25);
            assertThat(point("5XXError", dimensions).path("Sum").asDouble()).isEqualTo(1);
            assertThat(point("ThrottleCount", dimensions).path("Sum").asDouble(-1))
                    .isZero();
        }
    }

    @Test
    void countsRefusalsByWhatRefused() {
        end(stage("demo"), 429, "key");
        end(stage("demo"), 429, "stage");
        end(stage("demo"), 429, "quota");
        end(stage("demo"), 429, null);
        end(stage("demo"), 403, "api-key");

        assertThat(point("ThrottleCount", STAGE).path("Sum").asDouble()).isEqualTo(3);
        assertThat(point("QuotaExceededCount", STAGE).path("Sum").asDouble()).isEqualTo(1);
        assertThat(point("KeyRejectedCount", STAGE).path("Sum").asDouble()).isEqualTo(1);
        assertThat(point("4XXError", STAGE).path("Sum").asDouble()).isEqualTo(5);
        assertThat(point("ThrottleCount", Map.of("UsagePlanId", "plan1"))
                        .path("Sum")
                        .asDouble())
                .isEqualTo(3);
        assertThat(point("QuotaExceededCount", Map.of("UsagePlanId", "plan1", "ApiKeyId", "key1"))
                        .path("Sum")
                        .asDouble())
                .isEqualTo(1);
    }

    @Test
    void countsWhatALimitOnTrialWouldHaveRefused() {
        end(stage("demo"), 200, null);
        assertThat(point("DryRunThrottleCount", STAGE).isMissingNode()).isTrue();
        ExchangeEnd tried =
                new ExchangeEnd(stage("demo"), route(false), 200, null, "stage", 1_000_000, -1, KEY, PLAN, "request");
        services.gatewayMetrics.ended(tried);

        assertThat(point("DryRunThrottleCount", STAGE).path("Sum").asDouble()).isEqualTo(1);
        assertThat(point("ThrottleCount", STAGE).path("Sum").asDouble(-1)).isZero();
    }

    @Test
    void timesRequestsAndIntegrationsInMilliseconds() {
        Stage stage = stage("demo");
        services.gatewayMetrics.ended(ended(stage, route(false), 200, null, 4_000_000, 3_000_000));
        services.gatewayMetrics.ended(ended(stage, route(false), 200, null, 6_000_000, -1));

        assertThat(point("Latency", STAGE).path("Average").asDouble()).isEqualTo(5);
        assertThat(point("Latency", STAGE).path("Maximum").asDouble()).isEqualTo(6);
        assertThat(point("Latency", STAGE).path("Unit").asString("")).isEqualTo("Milliseconds");
        assertThat(point("IntegrationLatency", STAGE).path("SampleCount").asDouble())
                .isEqualTo(1);
        assertThat(point("IntegrationLatency", STAGE).path("Sum").asDouble()).isEqualTo(3);
    }

    @Test
    void measuresAMethodByItselfOnlyWhenToldTo() {
        services.gatewayMetrics.ended(ended(stage("demo"), route(false), 200, null, 1, -1));
        services.gatewayMetrics.ended(ended(stage("demo"), route(true), 200, null, 1, -1));

        assertThat(point("Count", Map.of("ApiName", "demo", "Stage", "prod", "Resource", "/data", "Method", "GET"))
                        .path("Sum")
                        .asDouble())
                .isEqualTo(1);
        assertThat(point("Count", STAGE).path("Sum").asDouble()).isEqualTo(2);
    }

    @Test
    void leavesOutRequestsWithoutAStageAndAnswersThatWereNotSent() {
        services.gatewayMetrics.ended(ended(null, null, 403, null, 1, -1));
        end(stage("demo"), 499, null);

        assertThat(point("Count", STAGE).path("Sum").asDouble()).isEqualTo(1);
        assertThat(point("4XXError", STAGE).path("Sum").asDouble(-1)).isZero();
        assertThat(point("Latency", STAGE).isMissingNode()).isTrue();
    }

    @Test
    void namesAnApiInAsciiOrByItsId() {
        end(stage("d\u00e9mo \u2603"), 200, null);
        end(stage("\u96ea"), 200, null);

        assertThat(point("Count", Map.of("ApiName", "dmo")).path("Sum").asDouble())
                .isEqualTo(1);
        assertThat(point("Count", Map.of("ApiName", "abc123")).path("Sum").asDouble())
                .isEqualTo(1);
    }

    @Test
    void losesNothingWhileLoopsCountAndReadersMerge() throws InterruptedException {
        int loops = 4;
        int each = 20_000;
        Stage stage = stage("demo");
        Route route = route(true);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < each; n++) {
                    services.gatewayMetrics.ended(ended(stage, route, n % 2 == 0 ? 200 : 429, "key", 1000L * n, 10));
                }
            }));
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            services.gatewayMetrics.merge();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(point("Count", STAGE).path("Sum").asDouble()).isEqualTo(loops * each);
        assertThat(point("Latency", STAGE).path("SampleCount").asDouble()).isEqualTo(loops * each);
        assertThat(point("ThrottleCount", STAGE).path("Sum").asDouble()).isEqualTo(loops * each / 2.0);
    }

    private void end(Stage stage, int status, @Nullable String refusedBy) {
        services.gatewayMetrics.ended(ended(stage, route(false), status, refusedBy, 1_000_000, -1));
    }

    private static ExchangeEnd ended(
            @Nullable Stage stage,
            @Nullable Route route,
            int status,
            @Nullable String refusedBy,
            long latencyNanos,
            long integrationNanos) {
        return new ExchangeEnd(
                stage, route, status, refusedBy, null, latencyNanos, integrationNanos, KEY, PLAN, "request");
    }

    private JsonNode point(String metric, Map<String, String> dimensions) {
        List<String> wanted = dimensions.entrySet().stream()
                .map(entry -> "{'Name':'" + entry.getKey() + "','Value':'" + entry.getValue() + "'}")
                .toList();
        Services.Answer answer = services.cloudwatch(
                "GetMetricStatistics",
                "{'Namespace':'AWS/ApiGateway','MetricName':'" + metric + "','Dimensions':["
                        + String.join(",", wanted)
                        + "],'StartTime':1795348740,'EndTime':1795348860,'Period':60,"
                        + "'Statistics':['Sum','SampleCount','Average','Maximum']}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("Datapoints").path(0);
    }

    private static Stage stage(String apiName) {
        return new Stage(
                new StageId("123456789012", "us-east-1", "abc123", "prod"),
                apiName,
                "dep",
                Map.of(),
                List.of(),
                Routes.of(List.of()),
                bucket(),
                bucket(),
                bucket());
    }

    private static Route route(boolean detailedMetrics) {
        Integration mock = new Integration.Mock(200, List.of(), new byte[0]);
        return new Route("res", "/data", "GET", true, detailedMetrics, bucket(), mock);
    }

    private static Bucket bucket() {
        return Bucket.full(new LiveLimit("test", Limit.UNLIMITED), NanoClock.SYSTEM);
    }
}
