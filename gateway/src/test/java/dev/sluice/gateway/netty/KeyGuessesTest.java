/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.GatewaySettings.Guessing;
import dev.sluice.gateway.Route;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client gets that tries one API key after the other. */
class KeyGuessesTest {
    private static final String VALUE = "a-key-of-twenty-characters";
    private static final Limit THREE = new Limit(Rate.perSecond(new BigDecimal("0.01")), 3);

    @Test
    void isTold429WhenItsAddressHasGuessedTooOften() throws Exception {
        try (TestGateway gateway = guarded(false)) {
            for (int i = 0; i < 3; i++) {
                assertThat(call(gateway, "X-Api-Key: guess-" + i).head()).startsWith("HTTP/1.1 403 Forbidden\r\n");
                assertThat(gateway.end().refusedBy()).isEqualTo("api-key");
            }
            RawClient.Answer answer = call(gateway, "X-Api-Key: guess-4");
            assertThat(answer.head()).startsWith("HTTP/1.1 429 Too Many Requests\r\n");
            assertThat(answer.text()).isEqualTo("{\"message\":\"Too Many Requests\"}");
            assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("TooManyRequestsException");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(95, 100);
            assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"source\";q=3;w=300");
            assertThat(answer.header("RateLimit")).startsWith("\"source\";r=0;t=");
            assertThat(gateway.end().refusedBy()).isEqualTo("source");
        }
    }

    @Test
    void aDisabledKeyIsAGuessToo() throws Exception {
        try (TestGateway gateway = guarded(false)) {
            gateway.published.publishKey("id-d", "disabled-key-of-someone", false, List.of());
            for (int i = 0; i < 3; i++) {
                assertThat(call(gateway, "X-Api-Key: disabled-key-of-someone").status())
                        .isEqualTo(403);
            }
            assertThat(call(gateway, "X-Api-Key: disabled-key-of-someone").status())
                    .isEqualTo(429);
        }
    }

    @Test
    void aValidKeyIsNeverAffectedAndNoKeyIsNoGuess() throws Exception {
        try (TestGateway gateway = guarded(false)) {
            for (int i = 0; i < 5; i++) {
                assertThat(call(gateway, "X-Other: none").status()).isEqualTo(403);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(call(gateway, "X-Api-Key: guess").status()).isEqualTo(i < 3 ? 403 : 429);
                assertThat(call(gateway, "X-Api-Key: " + VALUE).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void saysNothingMoreThanAwsWhenToldSo() throws Exception {
        try (TestGateway gateway = guarded(true)) {
            for (int i = 0; i < 3; i++) {
                call(gateway, "X-Api-Key: guess");
            }
            RawClient.Answer answer = call(gateway, "X-Api-Key: guess");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.head()).doesNotContainIgnoringCase("retry-after").doesNotContainIgnoringCase("ratelimit");
        }
    }

    private static TestGateway guarded(boolean strictAws) {
        TestGateway gateway = TestGateway.start(
                settings -> settings.withGuessing(new Guessing(THREE, 1024)).withStrictAws(strictAws));
        gateway.route(new Route(
                "r1", "/k", "GET", true, false, TestGateway.bucket("method", Limit.UNLIMITED), TestGateway.mock("ok")));
        gateway.key(VALUE, new Limit(Rate.perSecond(100), 100), Map.of(), null);
        return gateway;
    }

    private static RawClient.Answer call(TestGateway gateway, String field) throws IOException {
        return gateway.exchange(TestGateway.request("GET", "/k", field + "\r\n"));
    }
}
