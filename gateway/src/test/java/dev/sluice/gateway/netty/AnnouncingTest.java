/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.GatewaySettings.Announcing;
import dev.sluice.gateway.GatewaySettings.RateLimitHeaders;
import dev.sluice.gateway.GatewaySettings.ThrottleBody;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.Route;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What answers say of limits, in each form that can be set. */
class AnnouncingTest {
    /** A full bucket of 10, 2 a second. */
    private static final Limit LIMIT = new Limit(Rate.perSecond(2), 10);

    private final SteppingClock clock = new SteppingClock(TestGateway.NOW);
    private TestGateway gateway = start(RateLimitHeaders.STANDARD, true);

    private TestGateway start(RateLimitHeaders headers, boolean onAdmitted) {
        return start(new Announcing(headers, onAdmitted, ThrottleBody.AWS));
    }

    private TestGateway start(Announcing announcing) {
        return TestGateway.start(settings -> settings.withAnnouncing(announcing), Limiter.inMemory(clock), clock);
    }

    private void restart(RateLimitHeaders headers, boolean onAdmitted) {
        gateway.close();
        gateway = start(headers, onAdmitted);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private void serve(Limit limit, Integration integration) {
        serve(limit, integration, false);
    }

    private void serve(Limit limit, Integration integration, boolean keyed) {
        Bucket bucket = Bucket.full(new LiveLimit("method", limit), clock);
        gateway.route(new Route("r", "/k", "GET", keyed, false, bucket, integration));
    }

    private RawClient.Answer call() throws IOException {
        return gateway.exchange(TestGateway.request("GET", "/k", "x-api-key: k\r\n"));
    }

    private static Integration answering(Header... headers) {
        return new Integration.Called(
                (_, _) -> CompletableFuture.completedFuture(
                        new BackendResponse.Answer(200, List.of(headers), new byte[0])),
                Duration.ofSeconds(5));
    }

    @Test
    void admittedAnswersShowTheTightestLevelAndTheQuota() throws IOException {
        serve(LIMIT, TestGateway.mock("ok"), true);
        QuotaLimit quota = new QuotaLimit(1_000, QuotaLimit.Period.DAY, 0);
        gateway.key("k", new Limit(Rate.perSecond(1), 1_000), Map.of(), quota);
        call();
        call();
        RawClient.Answer third = call();
        assertThat(third.status()).isEqualTo(200);
        assertThat(third.header("RateLimit-Policy")).isEqualTo("\"method\";q=10;w=5, \"quota\";q=1000;w=86400");
        assertThat(third.header("RateLimit")).isEqualTo("\"method\";r=7;t=2, \"quota\";r=997;t=50400");
        assertThat(third.header("Retry-After")).isNull();
    }

    @Test
    void anEmptyBucketShowsTheTimeToTheNextToken() throws IOException {
        serve(new Limit(new Rate(1, 2_500_000_000L), 1), TestGateway.mock("ok"));
        assertThat(call().header("RateLimit")).isEqualTo("\"method\";r=0;t=3");
        RawClient.Answer refused = call();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("RateLimit")).isEqualTo("\"method\";r=0;t=3");
        assertThat(refused.header("Retry-After")).isEqualTo("3");
        assertThat(refused.head().split("RateLimit:", -1)).hasSize(2);
    }

    @Test
    void whatHasNoLimitAnnouncesNothing() throws IOException {
        serve(Limit.UNLIMITED, TestGateway.mock("ok"));
        assertThat(call().head()).doesNotContain("RateLimit");
    }

    @Test
    void everyAnswerToAnAdmittedRequestHasTheFields() throws IOException {
        serve(LIMIT, new Integration.Called((_, _) -> new CompletableFuture<>(), Duration.ofMillis(50)));
        RawClient.Answer timedOut = call();
        assertThat(timedOut.status()).isEqualTo(504);
        assertThat(timedOut.header("RateLimit")).isEqualTo("\"method\";r=9;t=1");
        assertThat(gateway.get("/none").head()).contains(" 403 ").doesNotContain("RateLimit");
    }

    @Test
    void byDefaultOnlyRefusalsHaveThem() throws IOException {
        restart(RateLimitHeaders.STANDARD, false);
        serve(new Limit(Rate.perSecond(1), 1), TestGateway.mock("ok"));
        assertThat(call().head()).doesNotContain("RateLimit");
        assertThat(call().header("RateLimit-Policy")).isEqualTo("\"method\";q=1;w=1");
    }

    @Test
    void theLegacyFormNamesOnePolicy() throws IOException {
        restart(RateLimitHeaders.LEGACY, true);
        serve(new Limit(Rate.perSecond(2), 2), TestGateway.mock("ok"));
        RawClient.Answer admitted = call();
        assertThat(admitted.header("X-RateLimit-Limit")).isEqualTo("2");
        assertThat(admitted.header("X-RateLimit-Remaining")).isEqualTo("1");
        assertThat(admitted.header("X-RateLimit-Reset")).isEqualTo("1");
        assertThat(admitted.header("X-RateLimit-Policy")).isEqualTo("method");
        call();
        RawClient.Answer refused = call();
        assertThat(refused.header("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(refused.header("X-RateLimit-Reset")).isEqualTo(refused.header("Retry-After"));
        assertThat(refused.head()).doesNotContain("\r\nRateLimit");
    }

    @Test
    void noneStillSaysWhenToComeAgain() throws IOException {
        restart(RateLimitHeaders.NONE, true);
        serve(new Limit(Rate.perSecond(1), 1), TestGateway.mock("ok"));
        assertThat(call().head()).doesNotContain("RateLimit");
        assertThat(call().head()).contains("\r\nRetry-After: 1").doesNotContain("RateLimit");
    }

    @Test
    void anIntegrationCannotSetWhatTheGatewaySets() throws IOException {
        Header[] theirs = {
            new Header("ratelimit", "\"theirs\";r=1"),
            new Header("RATELIMIT-POLICY", "\"theirs\";q=1"),
            new Header("X-RateLimit-Limit", "1"),
            new Header("Retry-After", "7"),
        };
        serve(LIMIT, answering(theirs));
        RawClient.Answer ours = call();
        assertThat(ours.head()).doesNotContain("\"theirs\"").contains("X-RateLimit-Limit: 1", "Retry-After: 7");
        assertThat(ours.header("RateLimit")).isEqualTo("\"method\";r=9;t=1");

        restart(RateLimitHeaders.LEGACY, true);
        serve(LIMIT, answering(theirs));
        assertThat(call().head())
                .contains("ratelimit: \"theirs\"", "X-RateLimit-Limit: 10")
                .doesNotContain("Limit: 1\r");

        restart(RateLimitHeaders.STANDARD, false);
        serve(LIMIT, answering(theirs));
        assertThat(call().head()).contains("ratelimit: \"theirs\";r=1", "RATELIMIT-POLICY: \"theirs\";q=1");
    }

    @Test
    void anUpstreamCannotSetWhatTheGatewaySets() throws IOException {
        try (Origin origin = Origin.serving(Origin.always(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nRateLimit: \"theirs\";r=1\r\nX-RateLimit-Limit: 1\r\n\r\n"))) {
            serve(LIMIT, TestGateway.proxy(origin.url() + "/"));
            assertThat(call().head())
                    .doesNotContain("theirs")
                    .contains("RateLimit: \"method\";r=9;t=1", "X-RateLimit-Limit: 1");
        }
    }

    @ParameterizedTest
    @EnumSource(RateLimitHeaders.class)
    void strictAnswersHaveNoneOfIt(RateLimitHeaders headers) throws IOException {
        gateway.close();
        Announcing announcing = new Announcing(headers, true, ThrottleBody.PROBLEM);
        gateway = TestGateway.start(settings -> settings.withStrictAws(true).withAnnouncing(announcing));
        serve(new Limit(Rate.perSecond(0), 1), TestGateway.mock("ok"));
        assertThat(call().head()).doesNotContain("RateLimit", "Retry-After");
        RawClient.Answer refused = call();
        assertThat(refused.head()).contains(" 429 ").doesNotContain("RateLimit", "Retry-After");
        assertThat(refused.text()).isEqualTo("{\"message\":\"Too Many Requests\"}");
    }

    @Test
    void aProblemNamesThePolicyAndTheRequest() throws IOException {
        gateway.close();
        gateway = start(new Announcing(RateLimitHeaders.STANDARD, false, ThrottleBody.PROBLEM));
        serve(new Limit(Rate.perSecond(1), 0), TestGateway.mock("ok"));
        for (int i = 0; i < 2; i++) {
            RawClient.Answer refused = call();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(refused.header("x-amzn-ErrorType")).isEqualTo("TooManyRequestsException");
            assertThat(refused.text())
                    .isEqualTo("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
                            + "\"title\":\"Request cannot be satisfied as assigned quota has been exceeded\","
                            + "\"status\":429,\"violated-policies\":[\"method\"],"
                            + "\"instance\":\"urn:uuid:" + refused.header("x-amzn-RequestId") + "\"}");
        }
        assertThat(gateway.get("/none").text()).isEqualTo("{\"message\":\"Missing Authentication Token\"}");
    }
}
