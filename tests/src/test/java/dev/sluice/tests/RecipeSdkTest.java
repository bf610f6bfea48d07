/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static dev.sluice.tests.MockApi.monthly;
import static dev.sluice.tests.MockApi.throttle;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/** The recipe's flow through the unmodified AWS SDK for Java, and its clean-up. */
class RecipeSdkTest {
    private static final String POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

    @Test
    void theRecipeRunsFromRoleToCleanUp(@TempDir Path folder) {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            Aws aws = server.aws();
            String suffix = aws.secretsmanager()
                    .getRandomPassword(r -> r.excludePunctuation(true)
                            .excludeUppercase(true)
                            .passwordLength(6L)
                            .requireEachIncludedType(true))
                    .randomPassword();
            assertThat(suffix).matches("[a-z0-9]{6}");
            String name = "api-" + suffix;
            LambdaApi backend = LambdaApi.create(server, name, LambdaApi.RECIPE);
            aws.iam().attachRolePolicy(r -> r.roleName(name + "-role").policyArn(POLICY));
            MockApi api = backend.api();
            api.stageThrottle(1_000, 2_000);
            List<MockApi.Tier> tiers = List.of(
                    api.tier("premium", throttle(2_000, 5_000), monthly(1_000_000)),
                    api.tier("standard", throttle(500, 1_000), monthly(100_000)),
                    api.tier("basic", throttle(100, 200), monthly(10_000)));
            alarm(aws, "throttling-" + suffix, name, "ThrottleCount");

            assertThat(Http.get(backend.url()).body()).isEqualTo("{\"message\":\"Forbidden\"}");
            for (MockApi.Tier tier : tiers) {
                HttpResponse<String> answer = Http.get(backend.url(), "X-API-Key", tier.keyValue());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                        .hasValue("*");
                assertThat(answer.body()).contains("Hello from throttled API!", "\"region\": \"us-east-1\"");
            }
            // The last request is counted when its answer has been written, which its client may see a moment earlier.
            Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
            while (count(aws, name, "Count") < 4 && Instant.now().isBefore(deadline)) {
                Thread.onSpinWait();
            }
            assertThat(count(aws, name, "Count")).isEqualTo(4);
            assertThat(count(aws, name, "4XXError")).isEqualTo(1);

            aws.cloudwatch().deleteAlarms(r -> r.alarmNames("throttling-" + suffix));
            for (MockApi.Tier tier : tiers) {
                aws.apigateway().deleteUsagePlan(r -> r.usagePlanId(tier.planId()));
                aws.apigateway().deleteApiKey(r -> r.apiKey(tier.keyId()));
            }
            aws.apigateway().deleteRestApi(r -> r.restApiId(api.id()));
            aws.lambda().deleteFunction(r -> r.functionName(name));
            aws.iam().detachRolePolicy(r -> r.roleName(name + "-role").policyArn(POLICY));
            aws.iam().deleteRole(r -> r.roleName(name + "-role"));

            assertThat(aws.apigateway().getRestApis().items()).isEmpty();
            assertThat(aws.apigateway().getUsagePlans().items()).isEmpty();
            assertThat(aws.apigateway().getApiKeys().items()).isEmpty();
            assertThat(aws.lambda().listFunctions().functions()).isEmpty();
            assertThat(aws.iam().listRoles().roles()).isEmpty();
            assertThat(aws.cloudwatch().describeAlarms().metricAlarms()).isEmpty();
            assertThat(Http.get(backend.url()).statusCode()).isEqualTo(403);
        }
    }

    private static void alarm(Aws aws, String alarmName, String apiName, String metric) {
        aws.cloudwatch()
                .putMetricAlarm(r -> r.alarmName(alarmName)
                        .metricName(metric)
                        .namespace("AWS/ApiGateway")
                        .statistic(Statistic.SUM)
                        .period(300)
                        .threshold(100.0)
                        .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                        .evaluationPeriods(2)
                        .dimensions(dimensions(apiName)));
        assertThat(aws.cloudwatch().describeAlarms(r -> r.alarmNames(alarmName)).metricAlarms())
                .hasSize(1);
    }

    private static double count(Aws aws, String apiName, String metric) {
        return aws
                .cloudwatch()
                .getMetricStatistics(r -> r.namespace("AWS/ApiGateway")
                        .metricName(metric)
                        .dimensions(dimensions(apiName))
                        .statistics(Statistic.SUM)
                        .startTime(Instant.now().minus(Duration.ofHours(1)))
                        .endTime(Instant.now().plus(Duration.ofMinutes(5)))
                        .period(300))
                .datapoints()
                .stream()
                .mapToDouble(point -> point.sum())
                .sum();
    }

    private static List<Dimension> dimensions(String apiName) {
        return List.of(
                Dimension.builder().name("ApiName").value(apiName).build(),
                Dimension.builder().name("Stage").value(MockApi.STAGE).build());
    }
}
