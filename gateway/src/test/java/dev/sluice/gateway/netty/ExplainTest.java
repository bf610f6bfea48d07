/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.gateway.explain.LoggedRefusal;
import dev.sluice.gateway.explain.Reason;
import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.gateway.explain.RefusalLog;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Decision;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every refusal by a key, a limit or a quota can be found by the id that its answer carries. */
class ExplainTest {
    private final TestGateway gateway = TestGateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    private static Limit limit(long rate, long burst) {
        return new Limit(Rate.perSecond(rate), burst);
    }

    private void serve(boolean keyed, Limit method) {
        gateway.route(new Route(
                "r", "/k/{id}", "ANY", keyed, false, TestGateway.bucket("method", method), TestGateway.mock("ok")));
    }

    private LoggedRefusal refuse(String... fields) throws IOException {
        return refuse(gateway, fields);
    }

    private static LoggedRefusal refuse(TestGateway gateway, String... fields) throws IOException {
        RawClient.Answer answer = gateway.exchange(TestGateway.request("GET", "/k/7", fields));
        assertThat(answer.status()).isIn(403, 429);
        UUID id = UUID.fromString(String.valueOf(answer.header("x-amzn-RequestId")));
        return gateway.refusals.find(id).orElseThrow();
    }

    @Test
    void aThrottledRequestShowsEveryLevelOfItsDecision() throws IOException {
        serve(true, limit(5, 50));
        gateway.publish(
                TestGateway.bucket("stage", limit(0, 1)),
                TestGateway.bucket("api", Limit.UNLIMITED),
                TestGateway.bucket("account", limit(0, 9)));
        gateway.key("k", limit(0, 3), Map.of(), quota(1_000));
        assertThat(gateway.exchange(TestGateway.request("GET", "/k/7", "x-api-key: k\r\n"))
                        .status())
                .isEqualTo(200);
        LoggedRefusal refused = refuse("x-api-key: k\r\n");
        assertThat(refused.at()).isEqualTo(TestGateway.NOW);
        assertThat(refused.keyId()).isEqualTo("id-k");
        assertThat(refused.waitNanos()).isEqualTo(LoggedRefusal.NEVER);
        assertThat(refused.what())
                .isEqualTo(new RefusalCase(
                        Reason.RATE,
                        "stage",
                        false,
                        new RefusalCase.Answer(429, "TooManyRequestsException"),
                        new RefusalCase.Method(TestGateway.STAGE, "/k/{id}", "ANY"),
                        "plan-k",
                        List.of(
                                new RefusalCase.Level("key", limit(0, 3)),
                                new RefusalCase.Level("method", limit(5, 50)),
                                new RefusalCase.Level("stage", limit(0, 1)),
                                new RefusalCase.Level("account", limit(0, 9))),
                        new QuotaLimit(1_000, QuotaLimit.Period.MONTH, 0)));
        assertThat(refused.remaining()).hasSize(5).startsWith(2).endsWith(0, 8, 999);
    }

    private static QuotaLimit quota(long units) {
        return new QuotaLimit(units, QuotaLimit.Period.MONTH, 0);
    }

    @Test
    void aQuotaShowsWhenItsPeriodEnds() throws IOException {
        serve(true, Limit.UNLIMITED);
        gateway.key("k", Limit.UNLIMITED, Map.of(), quota(0));
        LoggedRefusal refused = refuse("x-api-key: k\r\n");
        assertThat(refused.what().reason()).isEqualTo(Reason.QUOTA);
        assertThat(refused.what().levels()).isEmpty();
        assertThat(refused.remaining()).containsExactly(0);
        assertThat(refused.at().plusNanos(refused.waitNanos())).isEqualTo("2026-12-01T00:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                    | KEY_MISSING      |
            x-api-key: who                        | KEY_UNKNOWN      |
            x-api-key: off                        | KEY_DISABLED     | key1
            x-api-key: loose                      | KEY_WITHOUT_PLAN | key2
            x-api-key: off~x-api-key: loose       | KEY_REPEATED     |
            """)
    void aKeyThatIsRefusedIsExplainedWithoutItsValue(String fields, Reason reason, @Nullable String keyId)
            throws IOException {
        serve(true, Limit.UNLIMITED);
        gateway.published.publishKey("key1", "off", false, List.of());
        gateway.published.publishKey("key2", "loose", true, List.of());
        LoggedRefusal refused = refuse(fields.isEmpty() ? "" : fields.replace("~", "\r\n") + "\r\n");
        assertThat(refused.what().reason()).isEqualTo(reason);
        assertThat(refused.what().answer().status()).isEqualTo(403);
        assertThat(refused.keyId()).isEqualTo(keyId);
        assertThat(refused.toString()).doesNotContain("who", "off", "loose");
    }

    @Test
    void aChangedLimitIsShownAsItIs() throws IOException {
        Bucket bucket = TestGateway.bucket("method", limit(0, 0));
        gateway.route(new Route("r", "/k/{id}", "GET", false, false, bucket, TestGateway.mock("ok")));
        assertThat(refuse().what().levels())
                .extracting(RefusalCase.Level::limit)
                .containsExactly(limit(0, 0));
        bucket.limit().set(limit(1, 0), TestGateway.CLOCK);
        assertThat(refuse().what().levels())
                .extracting(RefusalCase.Level::limit)
                .containsExactly(limit(1, 0));
    }

    @Test
    void countsWhoElseWasRefusedByTheSameBucket() throws IOException {
        serve(true, Limit.UNLIMITED);
        gateway.publish(TestGateway.bucket("stage", limit(0, 0)));
        for (String key : List.of("a", "b")) {
            gateway.key(key, Limit.UNLIMITED, Map.of(), null);
        }
        refuse("x-api-key: b\r\n");
        refuse("x-api-key: who\r\n");
        refuse("x-api-key: a\r\n");
        LoggedRefusal last = refuse("x-api-key: b\r\n");
        RefusalLog.Crowd crowd = gateway.refusals.crowd(last);
        assertThat(crowd)
                .isEqualTo(new RefusalLog.Crowd(
                        Duration.ofSeconds(60),
                        3,
                        List.of(new RefusalLog.KeyCount("id-b", 2), new RefusalLog.KeyCount("id-a", 1))));
    }

    @Test
    void aReservationThatIsNotMadeIsExplained() throws IOException {
        Limiter failing = new ScriptedLimiter(
                () -> new Decision.AwaitQuota(CompletableFuture.failedFuture(new IOException("disk full"))));
        try (TestGateway without = TestGateway.start(settings -> settings, failing)) {
            without.route(new Route(
                    "r",
                    "/k/{id}",
                    "GET",
                    false,
                    false,
                    TestGateway.bucket("method", limit(1, 1)),
                    TestGateway.mock("")));
            LoggedRefusal refused = refuse(without);
            assertThat(refused.what().reason()).isEqualTo(Reason.QUOTA_NOT_RESERVED);
            assertThat(refused.remaining()).containsExactly(1);
        }
    }

    @Test
    void nothingIsKeptOfWhatWasAdmitted() throws IOException {
        serve(false, Limit.UNLIMITED);
        RawClient.Answer answer = gateway.get("/k/7");
        assertThat(gateway.refusals.find(UUID.fromString(String.valueOf(answer.header("x-amzn-RequestId")))))
                .isEmpty();
    }

    @Test
    void limitsAndQuotasInADryRunAdmitAndAreExplained() throws Exception {
        serve(true, Limit.UNLIMITED);
        ApiKey key = gateway.key("k", limit(0, 1), Map.of(), quota(2));
        UsagePlan plan = key.plans().getFirst();
        plan.throttle().setDryRun(true);
        plan.runQuotaDry(true);
        String[] policies = new String[4];
        for (int i = 0; i < policies.length; i++) {
            RawClient.Answer answer = gateway.exchange(TestGateway.request("GET", "/k/1", "x-api-key: k\r\n"));
            assertThat(answer.status()).isEqualTo(200);
            String wouldRefuse = gateway.end().wouldRefuseBy();
            policies[i] = wouldRefuse == null ? "none" : wouldRefuse;
        }
        assertThat(policies).containsExactly("none", "key", "key", "key");
        plan.throttle().setDryRun(false);
        plan.throttle().set(Limit.UNLIMITED);
        RawClient.Answer answer = gateway.exchange(TestGateway.request("GET", "/k/1", "x-api-key: k\r\n"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(gateway.end().wouldRefuseBy()).isEqualTo("quota");
        LoggedRefusal told = gateway.refusals
                .find(UUID.fromString(String.valueOf(answer.header("x-amzn-RequestId"))))
                .orElseThrow();
        assertThat(told.what().dryRun()).isTrue();
        assertThat(told.what().reason()).isEqualTo(Reason.QUOTA);
    }
}
