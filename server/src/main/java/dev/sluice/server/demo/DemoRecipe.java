/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.demo;

import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.IntegrationType;
import software.amazon.awssdk.services.apigateway.model.Op;
import software.amazon.awssdk.services.apigateway.model.PatchOperation;
import software.amazon.awssdk.services.apigateway.model.QuotaPeriodType;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.lambda.model.Runtime;

/**
 * The recipe, step by step: a function behind {@code GET /data}, three usage plans with a key each, two alarms. Beside it stands
 * {@code GET /mock}, which answers at once and so lets load show the limits rather than the function.
 */
final class DemoRecipe {
    static final String STAGE = "prod";
    static final String API_NAME = "throttling-demo";

    private static final String FUNCTION = "api-backend";
    private static final String FILE = "lambda_function.py";
    private static final String ROLE = "lambda-execution-role";
    private static final String TRUST = """
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
             "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}""";
    private static final String BASIC_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

    private final DemoClients clients;
    private final ApiGatewayClient api;
    private final String region;

    DemoRecipe(DemoClients clients, String region) {
        this.clients = clients;
        this.api = clients.apiGateway();
        this.region = region;
    }

    /**
     * What was built.
     *
     * @param keys API key value by tier
     */
    record Built(String apiId, Map<Tier, String> keys) {}

    Built build() throws IOException {
        var functionArn = function();
        var apiId = api.createRestApi(r -> r.name(API_NAME).description("Demo API for throttling and rate limiting"))
                .id();
        var root = api.getResources(r -> r.restApiId(apiId)).items().getFirst().id();
        methodWithFunction(apiId, resource(apiId, root, "data"), functionArn);
        methodWithMock(apiId, resource(apiId, root, "mock"));
        api.createDeployment(r -> r.restApiId(apiId).stageName(STAGE).description("Initial deployment"));
        limitStage(apiId, 1_000, 2_000);
        Map<Tier, String> keys = new LinkedHashMap<>();
        for (var tier : Tier.ALL) {
            keys.put(tier, plan(tier, apiId));
        }
        alarm("API-High-Throttling", "ThrottleCount", 100);
        alarm("API-High-4xx-Errors", "4XXError", 50);
        return new Built(apiId, keys);
    }

    /** The stage level: one bucket that all requests to the stage share. */
    void limitStage(String apiId, int ratePerSecond, int burst) {
        api.updateStage(r -> r.restApiId(apiId)
                .stageName(STAGE)
                .patchOperations(
                        replace("/throttle/rateLimit", ratePerSecond), replace("/throttle/burstLimit", burst)));
    }

    private static PatchOperation replace(String path, int value) {
        return PatchOperation.builder()
                .op(Op.REPLACE)
                .path(path)
                .value(Integer.toString(value))
                .build();
    }

    Limit accountLimit() {
        var throttle = api.getAccount(r -> {}).throttleSettings();
        return new Limit(Rate.perSecond(BigDecimal.valueOf(throttle.rateLimit())), throttle.burstLimit());
    }

    private String function() throws IOException {
        var role = clients.iam()
                .createRole(r -> r.roleName(ROLE).assumeRolePolicyDocument(TRUST))
                .role();
        clients.iam().attachRolePolicy(r -> r.roleName(ROLE).policyArn(BASIC_POLICY));
        var code = SdkBytes.fromByteArray(zip());
        return clients.lambda()
                .createFunction(r -> r.functionName(FUNCTION)
                        .runtime(Runtime.PYTHON3_13)
                        .role(role.arn())
                        .handler("lambda_function.lambda_handler")
                        .code(c -> c.zipFile(code))
                        .timeout(30)
                        .memorySize(128))
                .functionArn();
    }

    private static byte[] zip() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var source = DemoRecipe.class.getResourceAsStream(FILE);
                var zip = new ZipOutputStream(bytes)) {
            if (source == null) {
                throw new IllegalStateException(FILE + " is not in the jar");
            }
            zip.putNextEntry(new ZipEntry(FILE));
            source.transferTo(zip);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    private String resource(String apiId, String parent, String part) {
        return api.createResource(r -> r.restApiId(apiId).parentId(parent).pathPart(part))
                .id();
    }

    private void method(String apiId, String resource) {
        api.putMethod(r -> r.restApiId(apiId)
                .resourceId(resource)
                .httpMethod("GET")
                .authorizationType("NONE")
                .apiKeyRequired(true));
    }

    private void methodWithFunction(String apiId, String resource, String functionArn) {
        method(apiId, resource);
        api.putIntegration(r -> r.restApiId(apiId)
                .resourceId(resource)
                .httpMethod("GET")
                .type(IntegrationType.AWS_PROXY)
                .integrationHttpMethod("POST")
                .uri("arn:aws:apigateway:" + region + ":lambda:path/2015-03-31/functions/" + functionArn
                        + "/invocations"));
        clients.lambda()
                .addPermission(r -> r.functionName(FUNCTION)
                        .statementId("api-gateway-invoke")
                        .action("lambda:InvokeFunction")
                        .principal("apigateway.amazonaws.com")
                        .sourceArn("arn:aws:apigateway:" + region + "::/restapis/" + apiId + "/*/*"));
    }

    private void methodWithMock(String apiId, String resource) {
        method(apiId, resource);
        api.putMethodResponse(
                r -> r.restApiId(apiId).resourceId(resource).httpMethod("GET").statusCode("200"));
        api.putIntegration(r -> r.restApiId(apiId)
                .resourceId(resource)
                .httpMethod("GET")
                .type(IntegrationType.MOCK)
                .requestTemplates(Map.of("application/json", "{\"statusCode\": 200}")));
        api.putIntegrationResponse(r -> r.restApiId(apiId)
                .resourceId(resource)
                .httpMethod("GET")
                .statusCode("200")
                .responseTemplates(Map.of("application/json", "{\"message\": \"ok\"}")));
    }

    /**
     * A usage plan on the stage with one key.
     *
     * @return the key's value
     */
    private String plan(Tier tier, String apiId) {
        var plan = api.createUsagePlan(r -> r.name(tier.name() + "-Plan")
                        .throttle(
                                t -> t.rateLimit((double) tier.ratePerSecond()).burstLimit(tier.burst()))
                        .quota(q -> q.limit(tier.monthlyQuota()).offset(0).period(QuotaPeriodType.MONTH)))
                .id();
        api.createUsagePlanKey(r -> r.usagePlanId(plan).keyType("API_STAGE").keyId(apiId + ":" + STAGE));
        var key = api.createApiKey(r -> r.name(tier.name() + "-customer").enabled(true))
                .id();
        api.createUsagePlanKey(r -> r.usagePlanId(plan).keyType("API_KEY").keyId(key));
        return api.getApiKey(r -> r.apiKey(key).includeValue(true)).value();
    }

    private void alarm(String name, String metric, double threshold) {
        clients.cloudWatch()
                .putMetricAlarm(r -> r.alarmName(name)
                        .namespace("AWS/ApiGateway")
                        .metricName(metric)
                        .statistic(Statistic.SUM)
                        .period(300)
                        .threshold(threshold)
                        .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                        .evaluationPeriods(2)
                        .dimensions(dimension("ApiName", API_NAME), dimension("Stage", STAGE)));
    }

    private static Dimension dimension(String name, String value) {
        return Dimension.builder().name(name).value(value).build();
    }
}
