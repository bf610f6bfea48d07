/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static dev.sluice.tests.MockApi.replace;
import static dev.sluice.tests.MockApi.throttle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import dev.sluice.server.load.Envelope;
import dev.sluice.server.load.LoadGenerator;
import dev.sluice.server.load.LoadPlan;
import dev.sluice.server.load.LoadResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.PatchOperation;

/**
 * Exact over real sockets: for all a &lt;= b, what was sent at or after a, answered by b and admitted is at most burst + rate (b - a) + 1, at each
 * level; and over the whole run at least 97 % of the bound, over half a minute 99 %.
 */
class ExactnessTest {
    private static final Envelope ACCOUNT_DEFAULT = new Envelope(limit(10_000, 5_000));
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

    @ParameterizedTest
    @CsvSource({"100, 200", "500, 1000", "2000, 5000"})
    void eachTierGetsItsBoundAndNoMore(int rate, int burst) throws IOException {
        offerTier(rate, burst, Duration.ofSeconds(10), 0.97);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"100, 200", "500, 1000", "2000, 5000"})
    void eachTierGetsItsBoundForHalfAMinute(int rate, int burst) throws IOException {
        offerTier(rate, burst, Duration.ofSeconds(30), 0.99);
    }

    private static void offerTier(int rate, int burst, Duration load, double atLeast) throws IOException {
        MockApi api = MockApi.create(client, "tier-" + rate, true);
        api.stageThrottle(10_000, 10_000);
        MockApi.Tier tier = api.tier("tier", throttle(rate, burst), MockApi.monthly(1_000_000));
        LoadResult result = offer(api, tier, 3 * rate, load);
        assertBound(result, rate, burst, atLeast);
        assertThat(result.check(new Envelope(limit(10_000, 10_000))).holds()).isTrue();
        assertThat(result.check(ACCOUNT_DEFAULT).holds()).isTrue();
    }

    @Test
    void theStageHoldsItsOwnBound() throws IOException {
        MockApi api = MockApi.create(client, "stage", true);
        MockApi.Tier tier = ampleTier(api);
        api.stageThrottle(300, 600);
        offerLevel(api, tier, 300, 600);
    }

    @Test
    void theApiHoldsItsOwnBound() throws IOException {
        MockApi api = MockApi.create(client, "api", true);
        MockApi.Tier tier = ampleTier(api);
        client.updateRestApi(r -> r.restApiId(api.id()).patchOperations(limitAt("/throttle", 250, 500)));
        offerLevel(api, tier, 250, 500);
    }

    @Test
    void theMethodHoldsItsOwnBound() throws IOException {
        MockApi api = MockApi.create(client, "method", true);
        MockApi.Tier tier = ampleTier(api);
        client.updateStage(r -> r.restApiId(api.id())
                .stageName(MockApi.STAGE)
                .patchOperations(limitAt("/~1data/GET/throttling", 200, 400)));
        offerLevel(api, tier, 200, 400);
    }

    @Test
    void theKeyHoldsItsOwnBoundAtTheMethod() throws IOException {
        MockApi api = MockApi.create(client, "key-method", true);
        MockApi.Tier tier = ampleTier(api);
        String override = "/apiStages/" + api.id() + ":" + MockApi.STAGE + "/throttle/~1data/GET";
        client.updateUsagePlan(r -> r.usagePlanId(tier.planId()).patchOperations(limitAt(override, 150, 300)));
        offerLevel(api, tier, 150, 300);
    }

    @Test
    void theAccountHoldsItsOwnBound() throws IOException {
        MockApi api = MockApi.create(client, "account", true);
        MockApi.Tier tier = ampleTier(api);
        try {
            client.updateAccount(r -> r.patchOperations(limitAt("/throttleSettings", 350, 700)));
            offerLevel(api, tier, 350, 700);
        } finally {
            client.updateAccount(r -> r.patchOperations(limitAt("/throttleSettings", 10_000, 5_000)));
        }
    }

    private static MockApi.Tier ampleTier(MockApi api) {
        return api.tier("tier", throttle(10_000, 10_000), null);
    }

    private static List<PatchOperation> limitAt(String path, int rate, int burst) {
        return List.of(replace(path + "/rateLimit", rate), replace(path + "/burstLimit", burst));
    }

    private static void offerLevel(MockApi api, MockApi.Tier tier, int rate, int burst) throws IOException {
        assertBound(offer(api, tier, 3 * rate, Duration.ofSeconds(10)), rate, burst, 0.97);
    }

    private static void assertBound(LoadResult result, int rate, int burst, double atLeast) {
        Envelope.Worst worst = result.check(new Envelope(limit(rate, burst)));
        assertThat(worst.holds()).as("%s", worst).isTrue();
        double bound = burst + rate * (result.spanNanos() / 1e9);
        assertThat(result.failed() + result.lost() + result.other()).isZero();
        assertThat(result.admitted() + result.throttled()).isEqualTo(result.offered());
        assertThat((double) result.admitted()).isBetween(atLeast * bound, bound + 1);
    }

    private static LoadResult offer(MockApi api, MockApi.Tier tier, int perSecond, Duration load) throws IOException {
        String request = "GET /restapis/" + api.id() + "/" + MockApi.STAGE + "/_user_request_/data HTTP/1.1\r\n"
                + "Host: localhost\r\nx-api-key: " + tier.keyValue() + "\r\n\r\n";
        return LoadGenerator.run(
                new LoadPlan(
                        new InetSocketAddress("127.0.0.1", server.http().getPort()),
                        request.getBytes(StandardCharsets.US_ASCII),
                        perSecond,
                        load,
                        16,
                        Duration.ofSeconds(10)),
                NanoClock.SYSTEM);
    }

    private static Limit limit(int rate, int burst) {
        return new Limit(Rate.perSecond(rate), burst);
    }
}
