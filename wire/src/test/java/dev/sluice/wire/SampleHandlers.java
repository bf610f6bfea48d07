/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.ApiKeyIds;
import dev.sluice.wire.apigateway.Tags;
import dev.sluice.wire.apigateway.UsagePlan;
import dev.sluice.wire.apigateway.UsagePlans;
import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.cloudwatch.Datapoint;
import dev.sluice.wire.cloudwatch.GetMetricStatisticsOutput;
import dev.sluice.wire.cloudwatch.MetricDatum;
import dev.sluice.wire.iam.CreateRoleResponse;
import dev.sluice.wire.iam.IamErrors;
import dev.sluice.wire.iam.IamOperations;
import dev.sluice.wire.iam.Role;
import dev.sluice.wire.lambda.FunctionConfiguration;
import dev.sluice.wire.lambda.InvocationResponse;
import dev.sluice.wire.lambda.LambdaOperations;
import dev.sluice.wire.secretsmanager.CreateSecretResponse;
import dev.sluice.wire.secretsmanager.SecretsManagerOperations;
import dev.sluice.wire.sts.GetCallerIdentityResponse;
import dev.sluice.wire.sts.StsOperations;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Handlers that answer what they were asked, so that a client's answer shows what arrived. */
final class SampleHandlers {
    private final Queue<UsagePlan> plans = new ConcurrentLinkedQueue<>();
    private final Queue<MetricDatum> metrics = new ConcurrentLinkedQueue<>();

    List<MetricDatum> metrics() {
        return List.copyOf(metrics);
    }

    Handlers all() {
        Handlers.Builder handlers = Handlers.builder();
        apiGateway(handlers);
        lambda(handlers);
        cloudWatch(handlers);
        identity(handlers);
        return handlers.build();
    }

    private void apiGateway(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_USAGE_PLAN, (call, input) -> {
            UsagePlan plan = UsagePlan.builder()
                    .id("plan" + plans.size())
                    .name(input.name())
                    .throttle(input.throttle())
                    .quota(input.quota())
                    .apiStages(input.apiStages() == null ? List.of() : input.apiStages())
                    .build();
            plans.add(plan);
            return plan;
        });
        handlers.on(
                ApiGatewayOperations.GET_USAGE_PLANS,
                (call, input) -> UsagePlans.builder().items(List.copyOf(plans)).build());
        handlers.on(
                ApiGatewayOperations.GET_TAGS,
                (call, input) ->
                        Tags.builder().tags(Map.of("arn", input.resourceArn())).build());
        handlers.on(ApiGatewayOperations.TAG_RESOURCE, (call, input) -> Unit.UNIT);
        handlers.on(
                ApiGatewayOperations.IMPORT_API_KEYS,
                (call, input) -> ApiKeyIds.builder()
                        .ids(List.of(new String(input.body(), StandardCharsets.UTF_8)))
                        .build());
        handlers.on(ApiGatewayOperations.GET_API_KEY, (call, input) -> {
            throw ApiGatewayErrors.NOT_FOUND.with("Invalid API Key identifier specified");
        });
    }

    private static void lambda(Handlers.Builder handlers) {
        handlers.on(
                LambdaOperations.CREATE_FUNCTION,
                (call, input) -> FunctionConfiguration.builder()
                        .functionName(input.functionName())
                        .runtime(input.runtime())
                        .environment(null)
                        .codeSize(
                                input.code().zipFile() == null
                                        ? -1L
                                        : input.code().zipFile().length)
                        .build());
        handlers.on(
                LambdaOperations.INVOKE,
                (call, input) -> InvocationResponse.builder()
                        .statusCode(200)
                        .functionError("Unhandled")
                        .executedVersion("$LATEST")
                        .payload(input.payload())
                        .build());
    }

    private void cloudWatch(Handlers.Builder handlers) {
        handlers.on(CloudWatchOperations.PUT_METRIC_DATA, (call, input) -> {
            metrics.addAll(input.metricData() == null ? List.of() : input.metricData());
            return Unit.UNIT;
        });
        handlers.on(
                CloudWatchOperations.GET_METRIC_STATISTICS,
                (call, input) -> GetMetricStatisticsOutput.builder()
                        .label(input.metricName())
                        .datapoints(List.of(Datapoint.builder()
                                .timestamp(input.startTime())
                                .sum((double) metrics.size())
                                .unit("Count")
                                .build()))
                        .build());
        handlers.on(CloudWatchOperations.GET_DASHBOARD, (call, input) -> {
            throw CloudWatchErrors.DASHBOARD_NOT_FOUND_ERROR.with("Dashboard " + input.dashboardName() + " not found");
        });
    }

    private static void identity(Handlers.Builder handlers) {
        handlers.on(
                StsOperations.GET_CALLER_IDENTITY,
                (call, input) -> GetCallerIdentityResponse.builder()
                        .account(call.accountId())
                        .arn(call.principalArn())
                        .userId(call.caller().principalId())
                        .build());
        handlers.on(
                IamOperations.CREATE_ROLE,
                (call, input) -> CreateRoleResponse.builder()
                        .role(Role.builder()
                                .path("/")
                                .roleName(input.roleName())
                                .roleId("AROA")
                                .arn("arn:aws:iam::" + call.accountId() + ":role/" + input.roleName())
                                .createDate(Instant.parse("2026-11-22T10:00:00Z"))
                                .assumeRolePolicyDocument(PercentCoding.encode(input.assumeRolePolicyDocument()))
                                .tags(input.tags())
                                .build())
                        .build());
        handlers.on(IamOperations.GET_ROLE, (call, input) -> {
            throw IamErrors.NO_SUCH_ENTITY.with("The role with name " + input.roleName() + " cannot be found.");
        });
        handlers.on(
                SecretsManagerOperations.CREATE_SECRET,
                (call, input) -> CreateSecretResponse.builder()
                        .arn("arn:" + input.name())
                        .name(input.secretString())
                        .versionId(input.clientRequestToken())
                        .build());
    }
}
