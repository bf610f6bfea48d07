/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.ApiStage;
import software.amazon.awssdk.services.apigateway.model.IntegrationType;
import software.amazon.awssdk.services.apigateway.model.Op;
import software.amazon.awssdk.services.apigateway.model.PatchOperation;
import software.amazon.awssdk.services.apigateway.model.QuotaSettings;
import software.amazon.awssdk.services.apigateway.model.ThrottleSettings;

/** An API with one MOCK method {@code GET /data} on stage {@code prod}, and plans and keys for it. */
record MockApi(ApiGatewayClient client, String id, String resourceId) {
    static final String STAGE = "prod";

    static MockApi create(ApiGatewayClient client, String name, boolean keyRequired) {
        String api = client.createRestApi(r -> r.name(name)).id();
        String root =
                client.getResources(r -> r.restApiId(api)).items().getFirst().id();
        String resource = client.createResource(
                        r -> r.restApiId(api).parentId(root).pathPart("data"))
                .id();
        mockMethod(client, api, resource, keyRequired);
        client.createDeployment(r -> r.restApiId(api).stageName(STAGE));
        return new MockApi(client, api, resource);
    }

    /** The same API, spoken to through the client of a server that was started later. */
    static MockApi of(ApiGatewayClient client, MockApi api) {
        return new MockApi(client, api.id, api.resourceId);
    }

    static void mockMethod(ApiGatewayClient client, String api, String resource, boolean keyRequired) {
        client.putMethod(r -> r.restApiId(api)
                .resourceId(resource)
                .httpMethod("GET")
                .authorizationType("NONE")
                .apiKeyRequired(keyRequired));
        client.putIntegration(r -> r.restApiId(api)
                .resourceId(resource)
                .httpMethod("GET")
                .type(IntegrationType.MOCK)
                .requestTemplates(Map.of("application/json", "{\"statusCode\": 200}")));
        client.putMethodResponse(
                r -> r.restApiId(api).resourceId(resource).httpMethod("GET").statusCode("200"));
        client.putIntegrationResponse(r -> r.restApiId(api)
                .resourceId(resource)
                .httpMethod("GET")
                .statusCode("200")
                .responseTemplates(Map.of("application/json", "{\"message\": \"mock\"}")));
    }

    /** A plan on the stage with one key. */
    record Tier(String planId, String keyId, String keyValue) {}

    Tier tier(String name, @Nullable ThrottleSettings throttle, @Nullable QuotaSettings quota) {
        String plan = client.createUsagePlan(r -> r.name(name)
                        .throttle(throttle)
                        .quota(quota)
                        .apiStages(ApiStage.builder().apiId(id).stage(STAGE).build()))
                .id();
        String key = client.createApiKey(r -> r.name(name).enabled(true)).id();
        client.createUsagePlanKey(r -> r.usagePlanId(plan).keyType("API_KEY").keyId(key));
        String value = client.getApiKey(r -> r.apiKey(key).includeValue(true)).value();
        return new Tier(plan, key, value);
    }

    static ThrottleSettings throttle(double rate, int burst) {
        return ThrottleSettings.builder().rateLimit(rate).burstLimit(burst).build();
    }

    static QuotaSettings monthly(int limit) {
        return QuotaSettings.builder().limit(limit).period("MONTH").build();
    }

    static PatchOperation replace(String path, Object value) {
        return PatchOperation.builder()
                .op(Op.REPLACE)
                .path(path)
                .value(value.toString())
                .build();
    }

    /** The recipe's form: one bucket for the whole stage. */
    void stageThrottle(double rate, int burst) {
        client.updateStage(r -> r.restApiId(id)
                .stageName(STAGE)
                .patchOperations(replace("/throttle/rateLimit", rate), replace("/throttle/burstLimit", burst)));
    }

    String url(RunningServer server) {
        return server.url(id, STAGE, "/data");
    }
}
