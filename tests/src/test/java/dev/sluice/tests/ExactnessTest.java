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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;

/**
 * Exact over real sockets: for all a &lt;= b, what was sent at or after a, answered by b and admitted is at most burst + rate (b - a) + 1, at each
 * level; and over the whole run at least 97 % of the bound.
 */
class ExactnessTest {
    private static final Duration LOAD = Duration.ofSeconds(10);
    private static RunningServer server;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = RunningServer.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"100, 200", "500, 1000", "2000, 5000"})
    void eachTierGetsItsBoundAndNoMore(int rate, int burst) throws IOException {
        MockApi api = MockApi.create(server.aws().apigateway(), "tier-" + rate, true);
        api.stageThrottle(10_000, 10_000);
        MockApi.Tier tier = api.tier("tier", throttle(rate, burst), MockApi.monthly(1_000_000));
        LoadResult result = offer(api, tier, 3 * rate);
        assertBound(result, rate, burst);
        assertThat(result.check(new Envelope(limit(10_000, 10_000))).holds()).isTrue();
    }

    @Test
    void everyLevelHoldsItsOwnBound() throws IOException {
        ApiGatewayClient client = server.aws().apigateway();
        MockApi api = MockApi.create(client, "levels", true);
        MockApi.Tier tier = api.tier("tier", throttle(10_000, 10_000), null);
        api.stageThrottle(300, 600);
        assertBound(offer(api, tier, 900), 300, 600);
        api.stageThrottle(10_000, 10_000);
        client.updateRestApi(r -> r.restApiId(api.id())
                .patchOperations(replace("/throttle/rateLimit", 250), replace("/throttle/burstLimit", 500)));
        assertBound(offer(api, tier, 750), 250, 500);
    }

    private static void assertBound(LoadResult result, int rate, int burst) {
        Envelope.Worst worst = result.check(new Envelope(limit(rate, burst)));
        assertThat(worst.holds()).as("%s", worst).isTrue();
        double bound = burst + rate * (result.spanNanos() / 1e9);
        assertThat(result.failed() + result.lost() + result.other()).isZero();
        assertThat(result.admitted() + result.throttled()).isEqualTo(result.offered());
        assertThat((double) result.admitted()).isBetween(0.97 * bound, bound + 1);
    }

    private static LoadResult offer(MockApi api, MockApi.Tier tier, int perSecond) throws IOException {
        String request = "GET /restapis/" + api.id() + "/" + MockApi.STAGE + "/_user_request_/data HTTP/1.1\r\n"
                + "Host: localhost\r\nx-api-key: " + tier.keyValue() + "\r\n\r\n";
        return LoadGenerator.run(
                new LoadPlan(
                        new InetSocketAddress("127.0.0.1", server.http().getPort()),
                        request.getBytes(StandardCharsets.US_ASCII),
                        perSecond,
                        LOAD,
                        16,
                        Duration.ofSeconds(10)),
                NanoClock.SYSTEM);
    }

    private static Limit limit(int rate, int burst) {
        return new Limit(Rate.perSecond(rate), burst);
    }
}
