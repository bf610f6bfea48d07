/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Route;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code Retry-After} is right to the second: one second less is too early, what it says never is. */
class RetryAfterTest {
    private static final String KEY = "x-api-key: k\r\n";
    private static final int REFUSALS = 12;

    private final SteppingClock clock = new SteppingClock(Instant.parse("2026-11-22T23:59:40.300Z"));

    private Bucket bucket(String name, String firing, Limit limit) {
        return Bucket.full(new LiveLimit(name, name.equals(firing) ? limit : Limit.UNLIMITED), clock);
    }

    private TestGateway serve(String firing, Limit limit, @Nullable QuotaLimit quota) {
        TestGateway gateway = TestGateway.start(settings -> settings, Limiter.inMemory(clock), clock);
        gateway.route(
                new Route("r", "/k", "GET", true, false, bucket("method", firing, limit), TestGateway.mock("ok")));
        gateway.publish(bucket("stage", firing, limit), bucket("api", firing, limit), bucket("account", firing, limit));
        Map<String, Limit> methods = firing.equals("key-method") ? Map.of("/k/GET", limit) : Map.of();
        gateway.key("k", firing.equals("key") ? limit : Limit.UNLIMITED, methods, quota);
        return gateway;
    }

    private static RawClient.Answer call(RawClient client) throws IOException {
        return client.send(TestGateway.request("GET", "/k", KEY)).answer();
    }

    /** Seconds to wait, which both fields tell. */
    private static long retrySeconds(RawClient.Answer refused, String policy) {
        String seconds = refused.header("Retry-After");
        assertThat(refused.header("RateLimit")).isEqualTo("\"" + policy + "\";r=0;t=" + seconds);
        return Long.parseLong(String.valueOf(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "key, 0.5, 1",
        "key, 0.7, 3",
        "key-method, 0.001, 2",
        "key-method, 3, 1",
        "method, 0.3, 2",
        "stage, 0.9, 4",
        "api, 1, 1",
        "account, 0.05, 5",
        "account, 7, 2",
    })
    void isRightAtEveryLevel(String firing, BigDecimal rate, long burst) throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (TestGateway gateway = serve(firing, new Limit(Rate.perSecond(rate), burst), null);
                RawClient client = gateway.connect()) {
            for (int refusals = 0; refusals < REFUSALS; ) {
                clock.advanceNanos(random.nextLong(300_000_000));
                RawClient.Answer answer = call(client);
                if (answer.status() == 200) {
                    continue;
                }
                long seconds = retrySeconds(answer, firing);
                clock.advanceSeconds(seconds - 1);
                assertThat(call(client).status()).as("too early, seed %d", seed).isEqualTo(429);
                clock.advanceSeconds(1);
                assertThat(call(client).status()).as("obeyed, seed %d", seed).isEqualTo(200);
                refusals++;
            }
        }
    }

    @Test
    void isRightForAQuotaOverTheEndOfItsPeriod() throws IOException {
        QuotaLimit quota = new QuotaLimit(3, QuotaLimit.Period.DAY, 0);
        try (TestGateway gateway = serve("quota", Limit.UNLIMITED, quota);
                RawClient client = gateway.connect()) {
            for (int day = 0; day < 3; day++) {
                for (int i = 0; i < 3; i++) {
                    assertThat(call(client).status()).isEqualTo(200);
                }
                long seconds = retrySeconds(call(client), "quota");
                if (day == 0) {
                    assertThat(seconds).isEqualTo(20);
                }
                clock.advanceSeconds(seconds - 1);
                assertThat(call(client).status()).isEqualTo(429);
                clock.advanceSeconds(1);
            }
        }
    }
}
