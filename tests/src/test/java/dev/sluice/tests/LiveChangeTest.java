/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static dev.sluice.tests.MockApi.replace;
import static dev.sluice.tests.MockApi.throttle;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.Op;
import software.amazon.awssdk.services.apigateway.model.PatchOperation;

/** Every change holds from the moment its call returns. */
class LiveChangeTest {
    private static RunningServer server;
    private static ApiGatewayClient client;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = RunningServer.start(folder.resolve("data"));
        client = server.aws().apigateway();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aKeyIsLiveWhenCreatedEnabledDisabledAndDeleted() {
        MockApi api = MockApi.create(client, "keys", true);
        MockApi.Tier tier = api.tier("plan", throttle(1_000, 1_000), null);
        assertThat(status(api, tier)).isEqualTo(200);
        client.updateApiKey(r -> r.apiKey(tier.keyId()).patchOperations(replace("/enabled", false)));
        assertThat(status(api, tier)).isEqualTo(403);
        client.updateApiKey(r -> r.apiKey(tier.keyId()).patchOperations(replace("/enabled", true)));
        assertThat(status(api, tier)).isEqualTo(200);
        client.deleteApiKey(r -> r.apiKey(tier.keyId()));
        HttpResponse<String> gone = Http.get(api.url(server), "x-api-key", tier.keyValue());
        assertThat(gone.statusCode()).isEqualTo(403);
        assertThat(gone.body()).isEqualTo("{\"message\":\"Forbidden\"}");
    }

    @Test
    void aPlansLimitIsLiveAndKeepsTheDebt() {
        MockApi api = MockApi.create(client, "plan", true);
        MockApi.Tier tier = api.tier("plan", throttle(0.001, 2), null);
        assertThat(List.of(status(api, tier), status(api, tier), status(api, tier)))
                .containsExactly(200, 200, 429);
        client.updateUsagePlan(r -> r.usagePlanId(tier.planId()).patchOperations(replace("/throttle/burstLimit", 5)));
        assertThat(List.of(status(api, tier), status(api, tier), status(api, tier), status(api, tier)))
                .containsExactly(200, 200, 200, 429);
        client.updateUsagePlan(r -> r.usagePlanId(tier.planId())
                .patchOperations(
                        PatchOperation.builder().op(Op.REMOVE).path("/throttle").build()));
        assertThat(status(api, tier)).isEqualTo(200);
    }

    @Test
    void eachLevelRefusesByItsOwnLimitAndSaysSo() {
        MockApi api = MockApi.create(client, "levels", true);
        MockApi.Tier tier = api.tier("plan", throttle(1_000, 1_000), null);
        api.stageThrottle(0.001, 1);
        assertThat(status(api, tier)).isEqualTo(200);
        assertRefusedBy("stage", api, tier);
        client.updateStage(r -> r.restApiId(api.id())
                .stageName(MockApi.STAGE)
                .patchOperations(
                        PatchOperation.builder().op(Op.REMOVE).path("/throttle").build()));
        assertThat(status(api, tier)).isEqualTo(200);

        client.updateRestApi(r -> r.restApiId(api.id())
                .patchOperations(replace("/throttle/rateLimit", 0.001), replace("/throttle/burstLimit", 1)));
        assertThat(status(api, tier)).isEqualTo(200);
        assertRefusedBy("api", api, tier);
        client.updateRestApi(r -> r.restApiId(api.id())
                .patchOperations(
                        PatchOperation.builder().op(Op.REMOVE).path("/throttle").build()));

        client.updateStage(r -> r.restApiId(api.id())
                .stageName(MockApi.STAGE)
                .patchOperations(
                        replace("/~1data/GET/throttling/rateLimit", 0.001),
                        replace("/~1data/GET/throttling/burstLimit", 1)));
        assertRefusedEventuallyBy("method", api, tier);
        client.updateStage(r -> r.restApiId(api.id())
                .stageName(MockApi.STAGE)
                .patchOperations(PatchOperation.builder()
                        .op(Op.REMOVE)
                        .path("/~1data/GET")
                        .build()));
        assertThat(status(api, tier)).isEqualTo(200);

        String override = "/apiStages/" + api.id() + ":" + MockApi.STAGE + "/throttle/~1data/GET";
        client.updateUsagePlan(r -> r.usagePlanId(tier.planId())
                .patchOperations(replace(override + "/rateLimit", 0.001), replace(override + "/burstLimit", 1)));
        assertRefusedEventuallyBy("key-method", api, tier);
    }

    @Test
    void aQuotaIsChangedByHandAndInThePlan() {
        MockApi api = MockApi.create(client, "quota", true);
        MockApi.Tier tier = api.tier("plan", null, MockApi.monthly(1));
        assertThat(List.of(status(api, tier), status(api, tier))).containsExactly(200, 429);
        client.updateUsage(
                r -> r.usagePlanId(tier.planId()).keyId(tier.keyId()).patchOperations(replace("/remaining", 2)));
        assertThat(List.of(status(api, tier), status(api, tier), status(api, tier)))
                .containsExactly(200, 200, 429);
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        assertThat(client.getUsage(r ->
                                r.usagePlanId(tier.planId()).startDate(today).endDate(today))
                        .items())
                .containsEntry(tier.keyId(), List.of(List.of(3L, 0L)));
        client.updateUsagePlan(r -> r.usagePlanId(tier.planId())
                .patchOperations(
                        PatchOperation.builder().op(Op.REMOVE).path("/quota").build()));
        assertThat(status(api, tier)).isEqualTo(200);
    }

    @Test
    void aRefusalTellsWhenToComeBack() {
        MockApi api = MockApi.create(client, "headers", true);
        MockApi.Tier tier = api.tier("plan", throttle(0.1, 1), null);
        assertThat(status(api, tier)).isEqualTo(200);
        HttpResponse<String> refused = Http.get(api.url(server), "x-api-key", tier.keyValue());
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).isEqualTo("{\"message\":\"Too Many Requests\"}");
        assertThat(refused.headers().firstValue("x-amzn-ErrorType")).hasValue("TooManyRequestsException");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("10");
        assertThat(refused.headers().firstValue("RateLimit-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("\"key\";q=1;w=10"));
    }

    private static void assertRefusedBy(String policy, MockApi api, MockApi.Tier tier) {
        HttpResponse<String> refused = Http.get(api.url(server), "x-api-key", tier.keyValue());
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("RateLimit"))
                .hasValueSatisfying(limit -> assertThat(limit).startsWith("\"" + policy + "\""));
    }

    /** The bucket is as full as what it owed left it: one more may pass. */
    private static void assertRefusedEventuallyBy(String policy, MockApi api, MockApi.Tier tier) {
        status(api, tier);
        assertRefusedBy(policy, api, tier);
    }

    private static int status(MockApi api, MockApi.Tier tier) {
        return Http.get(api.url(server), "x-api-key", tier.keyValue()).statusCode();
    }
}
