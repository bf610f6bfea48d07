/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.StageId;
import dev.sluice.gateway.explain.LoggedRefusal;
import dev.sluice.gateway.explain.Reason;
import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.gateway.explain.RefusalLog;
import dev.sluice.gateway.explain.RefusalWriter;
import dev.sluice.limits.Limit;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Rate;
import dev.sluice.server.admin.AdminHeader;
import dev.sluice.server.admin.AdminRequest;
import dev.sluice.server.admin.AdminResponse;
import dev.sluice.wire.Caller;
import dev.sluice.wire.Header;
import dev.sluice.wire.WireRequest;
import dev.sluice.wire.sigv4.Credential;
import dev.sluice.wire.sigv4.RequestSigner;
import dev.sluice.wire.sigv4.SigV4Authenticator;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin call behind {@code sluice why}, and its words. */
class RefusalRoutesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final UUID ID = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");
    private static final ApiKey KEY = new ApiKey(0, "key1", true, List.of());
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RefusalLog refusals = RefusalLog.keeping(100);
    private final RefusalWriter writer = refusals.writer();

    private AdminResponse get(String path) {
        return call(new RequestSigner("AKID", "secret", "us-east-1", "sluice"), "GET", path);
    }

    private AdminResponse call(@Nullable RequestSigner signer, String method, String path) {
        Credential credential = new Credential(new Caller("1", "AKID", "arn", "id"), "secret", null);
        SigV4Authenticator authenticator =
                new SigV4Authenticator(_ -> Optional.of(credential), InstantSource.fixed(NOW), "us-east-1");
        WireRequest request =
                new WireRequest(method, path, null, List.of(new Header("Host", "localhost")), new byte[0], "::1");
        WireRequest signed = signer == null ? request : signer.sign(request, NOW);
        return new RefusalRoutes(refusals, authenticator)
                .handle(new AdminRequest(
                        method,
                        path,
                        null,
                        signed.headers().stream()
                                .map(header -> new AdminHeader(header.name(), header.value()))
                                .toList(),
                        new byte[0],
                        "::1"));
    }

    private static RefusalCase refusal(Reason reason, String policy, boolean dryRun) {
        return new RefusalCase(
                reason,
                policy,
                dryRun,
                new RefusalCase.Answer(429, "TooManyRequestsException"),
                new RefusalCase.Method(new StageId("1", "us-east-1", "api1", "prod"), "/data", "GET"),
                "plan1",
                List.of(
                        new RefusalCase.Level("key", new Limit(Rate.perSecond(new BigDecimal("0.5")), 2)),
                        new RefusalCase.Level("account", new Limit(Rate.perSecond(20), 50))),
                new QuotaLimit(100, QuotaLimit.Period.MONTH, 0));
    }

    private JsonNode explained(RefusalCase what, long waitNanos) {
        writer.add(ID, NOW.toEpochMilli(), what, waitNanos, KEY, new long[] {0, 49, 7});
        AdminResponse answer = get(RefusalRoutes.REFUSALS + ID);
        assertThat(answer.status()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    void tellsAllThereIsToTell() {
        JsonNode why = explained(refusal(Reason.RATE, "key", false), 20_500_000_000L);
        assertThat(why).isEqualTo(JSON.readTree("""
                        {"requestId": "01234567-89ab-4cde-8f01-23456789abcd", "at": "2026-11-22T10:00:00Z",
                         "outcome": "refused", "dryRun": false, "reason": "RATE", "policy": "key",
                         "status": 429, "errorType": "TooManyRequestsException",
                         "apiId": "api1", "stage": "prod", "resourcePath": "/data", "httpMethod": "GET",
                         "apiKeyId": "key1", "usagePlanId": "plan1",
                         "levels": [
                           {"policy": "key", "rate": 0.5, "burst": 2, "remaining": 0, "refused": true},
                           {"policy": "account", "rate": 20, "burst": 50, "remaining": 49, "refused": false},
                           {"policy": "quota", "limit": 100, "period": "MONTH", "offset": 0, "remaining": 7, "refused": false}],
                         "passesAt": "2026-11-22T10:00:20.500Z", "waitSeconds": 20.5,
                         "sharedBy": {"scope": "all requests of key key1 in usage plan plan1, over all stages of the plan",
                           "withinSeconds": 60, "refusals": 1, "topKeys": [{"apiKeyId": "key1", "refusals": 1}]},
                         "summary": "GET /data of stage prod of API api1 was refused with 429: the limit of key key1 in usage plan plan1 (0.5 requests a second, burst 2) was used up.",
                         "advice": "Send less, or raise the throttle of usage plan plan1 (aws apigateway update-usage-plan)."}
                        """));
        assertThat(new String(get(RefusalRoutes.REFUSALS + ID).body(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"rate\":20,");
    }

    @Test
    void aDryRunSaysThatTheRequestWasAdmitted() {
        JsonNode why = explained(refusal(Reason.RATE, "account", true), 1);
        assertThat(why.path("outcome").asString()).isEqualTo("admitted");
        assertThat(why.has("status")).isFalse();
        assertThat(why.path("summary").asString())
                .contains("was admitted; on trial, it would have been refused: the limit of the account (20 requests");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyReasonHasItsWords(Reason reason) {
        String policy = switch (reason) {
            case RATE -> "stage";
            case QUOTA, QUOTA_NOT_RESERVED -> "quota";
            case FAIR_SHARE -> "fair-share";
            case KEY_GUESSED -> "source";
            case KEY_MISSING, KEY_REPEATED, KEY_UNKNOWN, KEY_DISABLED, KEY_WITHOUT_PLAN -> "api-key";
        };
        JsonNode why = explained(refusal(reason, policy, false), LoggedRefusal.NEVER);
        assertThat(why.path("summary").asString())
                .startsWith("GET /data")
                .endsWith(".")
                .doesNotContain("null");
        assertThat(why.path("advice").asString()).endsWith(".").doesNotContain("null");
        assertThat(why.path("passesAt").isNull()).isTrue();
        assertThat(why.has("sharedBy")).isEqualTo(!reason.name().startsWith("KEY_"));
    }

    @ParameterizedTest
    @CsvSource({"account, all requests to all APIs", "api, all stages of API api1", "stage, to stage prod of API api1"})
    void saysWhoSharesTheBucket(String policy, String scope) {
        JsonNode why = explained(refusal(Reason.RATE, policy, false), 1);
        assertThat(why.path("sharedBy").path("scope").asString()).contains(scope);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET  | /_sluice/refusals/01234567-89ab-4cde-8f01-000000000000 | 404 | no such refusal; no limit
            GET  | /_sluice/refusals/12                                   | 400 | 12: not a request id (expected: the x-amzn-RequestId
            POST | /_sluice/refusals/01234567-89ab-4cde-8f01-23456789abcd | 405 | POST: not allowed here (expected: GET)
            GET  | /_sluice/other                                         | 404 | /_sluice/other: no such call
            """)
    void aMistakeIsOneClearError(String method, String path, int status, String message) {
        AdminResponse answer = call(new RequestSigner("AKID", "secret", "us-east-1", "sluice"), method, path);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("message").asString()).contains(message);
    }

    @Test
    void onlySignedCallsAreAnswered() {
        writer.add(ID, 0, refusal(Reason.RATE, "key", false), 1, KEY, new long[3]);
        for (RequestSigner signer : new @Nullable RequestSigner[] {
            null,
            new RequestSigner("AKID", "wrong", "us-east-1", "sluice"),
            new RequestSigner("AKID", "secret", "us-east-1", "apigateway"),
        }) {
            AdminResponse answer = call(signer, "GET", RefusalRoutes.REFUSALS + ID);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(JSON.readTree(answer.body()).path("message").asString()).isNotEmpty();
        }
    }
}
