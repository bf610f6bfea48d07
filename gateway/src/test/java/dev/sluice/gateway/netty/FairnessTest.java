/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.FairLevels;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.FairShare;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stage with a burst of 20 whose keys share it fairly, on a clock moved by hand. */
class FairnessTest {
    private static final Limit PLENTY = new Limit(Rate.perSecond(1000), 1000);

    private final AtomicLong nanos = new AtomicLong();
    private final NanoClock clock = nanos::get;
    private final Bucket stageBucket = bucket("stage", new Limit(Rate.perSecond(10), 20));
    private TestGateway gateway;

    @BeforeEach
    void open() {
        gateway = TestGateway.start(settings -> settings, Limiter.inMemory(clock));
        gateway.key("noisy", PLENTY, Map.of(), null);
        gateway.key("modest", PLENTY, Map.of(), null);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private Bucket bucket(String name, Limit limit) {
        return Bucket.full(new LiveLimit(name, limit), clock);
    }

    private void serve(boolean fair) {
        Bucket api = bucket("api", Limit.UNLIMITED);
        Bucket account = bucket("account", Limit.UNLIMITED);
        FairLevels levels = new FairLevels(
                FairShare.of(stageBucket, clock), FairShare.of(api, clock), FairShare.of(account, clock));
        Route route =
                new Route("r1", "/k", "GET", true, false, bucket("method", Limit.UNLIMITED), TestGateway.mock("ok"));
        gateway.published.publish(new Stage(
                TestGateway.STAGE,
                "test",
                "dep1",
                Map.of(),
                List.of(),
                Routes.of(List.of(route)),
                stageBucket,
                api,
                account,
                fair ? levels : null,
                null,
                false));
    }

    private RawClient.Answer call(String key) throws IOException {
        return gateway.exchange(TestGateway.request("GET", "/k", "X-Api-Key: " + key + "\r\n"));
    }

    /** One key asks 15 times as often as the other, until the stage is short. */
    private void crowd() throws Exception {
        for (int i = 0; i < 60; i++) {
            call("noisy");
            gateway.end();
            if (i % 15 == 14) {
                call("modest");
                gateway.end();
            }
            nanos.addAndGet(70_000_000);
        }
    }

    @Test
    void refusesWhatGoesBeyondAKeysShareOfAShortLevel() throws Exception {
        serve(true);
        crowd();
        RawClient.Answer refused = call("noisy");
        for (int i = 0; i < 20 && refused.status() == 200; i++) {
            refused = call("noisy");
        }
        assertThat(refused.head()).startsWith("HTTP/1.1 429 Too Many Requests\r\n");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"fair-share\";q=20;w=2");
        assertThat(refused.header("RateLimit")).isEqualTo("\"fair-share\";r=0;t=1");
        UUID id = UUID.fromString(String.valueOf(refused.header("x-amzn-RequestId")));
        RefusalCase.Answer logged =
                gateway.refusals.find(id).orElseThrow().what().answer();
        assertThat(logged).isEqualTo(new RefusalCase.Answer(429, refused.header("x-amzn-ErrorType")));
        gateway.ends.clear();
        assertThat(call("noisy").status()).isEqualTo(429);
        assertThat(gateway.end().refusedBy()).isEqualTo("fair-share");
        assertThat(stageBucket.level(nanos.get()).remaining()).isPositive();
        assertThat(call("modest").status()).isEqualTo(200);
    }

    @Test
    void leavesAStageWithoutItToWhoComesFirst() throws Exception {
        serve(false);
        crowd();
        while (call("noisy").status() == 200) {
            gateway.end();
        }
        gateway.ends.clear();
        call("modest");
        assertThat(gateway.end().refusedBy()).isEqualTo("stage");
    }

    @Test
    void whatAKeysOwnLimitRefusesIsRefusedByThat() throws Exception {
        ApiKey bounded = gateway.key("noisy", new Limit(Rate.perSecond(0), 40), Map.of(), null);
        serve(true);
        crowd();
        assertThat(bounded.plans()).hasSize(1);
        gateway.ends.clear();
        call("noisy");
        assertThat(gateway.end().refusedBy()).isEqualTo("key");
    }
}
