/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.Route;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Decision;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys, every level of limits and quotas, and what refusals say. */
class LimitsTest {
    private static final String VALUE = "a-key-of-twenty-characters";
    private static final Limit NO_REFILL = limit(0, 3);

    private TestGateway gateway = TestGateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    private static Limit limit(long rate, long burst) {
        return new Limit(Rate.perSecond(rate), burst);
    }

    private static Route route(boolean keyed, Bucket methodBucket) {
        return new Route("r1", "/k", "GET", keyed, false, methodBucket, TestGateway.mock("ok"));
    }

    private void serveKeyed() {
        gateway.route(route(true, TestGateway.bucket("method", Limit.UNLIMITED)));
    }

    private RawClient.Answer call(String... fields) throws IOException {
        return gateway.exchange(TestGateway.request("GET", "/k", fields));
    }

    private RawClient.Answer callWithKey() throws IOException {
        return call("X-Api-Key: " + VALUE + "\r\n");
    }

    private static QuotaLimit quota(long units) {
        return new QuotaLimit(units, QuotaLimit.Period.MONTH, 0);
    }

    @Test
    void letsAKnownKeyOfAPlanIn() throws Exception {
        serveKeyed();
        gateway.key(VALUE, limit(10, 10), Map.of(), null);
        assertThat(callWithKey().text()).isEqualTo("ok");
        ExchangeEnd end = gateway.end();
        assertThat(end.apiKeyId()).isEqualTo("id-" + VALUE);
        assertThat(end.usagePlanId()).isEqualTo("plan-" + VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "X-Api-Key:\r\n",
                "X-Api-Key: unknown\r\n",
                "X-Api-Key: A-KEY-OF-TWENTY-CHARACTERS\r\n",
                "X-Api-Key: a-key-of-twenty-characters2\r\n",
                "X-Api-Key: disabled-key-of-someone\r\n",
                "X-Api-Key: a-key-of-no-plan-at-all\r\n",
                "X-Api-Key: a-key-of-twenty-characters\r\nX-Api-Key: a-key-of-twenty-characters\r\n",
                "X_Api_Key: a-key-of-twenty-characters\r\n",
            })
    void forbidsAllOthersBeforeAnyLimitIsLookedAt(String field) throws Exception {
        Bucket one = TestGateway.bucket("method", limit(0, 1));
        gateway.route(route(true, one));
        gateway.key(VALUE, limit(10, 10), Map.of(), null);
        gateway.published.publishKey("id-d", "disabled-key-of-someone", false, List.of());
        gateway.published.publishKey("id-n", "a-key-of-no-plan-at-all", true, List.of());
        for (int i = 0; i < 3; i++) {
            RawClient.Answer answer = call(field);
            assertThat(answer.head()).startsWith("HTTP/1.1 403 Forbidden\r\n");
            assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("ForbiddenException");
            assertThat(answer.text()).isEqualTo("{\"message\":\"Forbidden\"}");
            assertThat(gateway.end().refusedBy()).isEqualTo("api-key");
        }
        assertThat(callWithKey().status()).isEqualTo(200);
    }

    @Test
    void aKeyIsGoneWhenItsWithdrawalReturns() throws IOException {
        serveKeyed();
        ApiKey key = gateway.key(VALUE, limit(10, 10), Map.of(), null);
        assertThat(callWithKey().status()).isEqualTo(200);
        gateway.published.publishKey(key.id(), VALUE, false, key.plans());
        assertThat(callWithKey().status()).isEqualTo(403);
        gateway.published.publishKey(key.id(), VALUE, true, key.plans());
        assertThat(callWithKey().status()).isEqualTo(200);
        gateway.published.withdrawKey(key.id());
        assertThat(callWithKey().status()).isEqualTo(403);
    }

    @Test
    void answers429ByteForByteAndSaysWhenToComeAgain() throws Exception {
        gateway.route(route(false, TestGateway.bucket("method", new Limit(new Rate(1, 90_000_000_000L), 2))));
        assertThat(call().status()).isEqualTo(200);
        assertThat(call().status()).isEqualTo(200);
        RawClient.Answer answer = call();
        assertThat(answer.head().replaceAll("(?m)^(x-amzn-RequestId|x-amz-apigw-id): .*$", "$1: *"))
                .isEqualTo("""
                        HTTP/1.1 429 Too Many Requests\r
                        Content-Type: application/json\r
                        Content-Length: 31\r
                        x-amzn-ErrorType: TooManyRequestsException\r
                        Date: Sun, 22 Nov 2026 10:00:00 GMT\r
                        Connection: keep-alive\r
                        x-amzn-RequestId: *\r
                        x-amz-apigw-id: *\r
                        Retry-After: 90\r
                        RateLimit-Policy: "method";q=2;w=180\r
                        RateLimit: "method";r=0;t=90\r
                        """);
        assertThat(answer.text()).isEqualTo("{\"message\":\"Too Many Requests\"}");
        gateway.end();
        gateway.end();
        assertThat(gateway.end().refusedBy()).isEqualTo("method");
    }

    @Test
    void saysNothingOfWhenWhereWaitingDoesNotHelp() throws IOException {
        gateway.route(route(false, TestGateway.bucket("method", limit(0, 0))));
        RawClient.Answer answer = call();
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isNull();
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"method\";q=0");
        assertThat(answer.header("RateLimit")).isEqualTo("\"method\";r=0");
    }

    @Test
    void addsNothingToAwsAnswersWhenStrict() throws IOException {
        try (TestGateway strict = TestGateway.start(settings -> settings.withStrictAws(true))) {
            strict.route(route(false, TestGateway.bucket("method", limit(1, 0))));
            assertThat(strict.get("/k").head()).contains("429").doesNotContain("Retry-After", "RateLimit");
        }
    }

    @Test
    void chargesKeysByThemselvesAndNamesTheKey() throws IOException {
        serveKeyed();
        gateway.key(VALUE, NO_REFILL, Map.of(), null);
        gateway.key("another-key-of-somebody", NO_REFILL, Map.of(), null);
        for (int i = 0; i < 3; i++) {
            assertThat(callWithKey().status()).isEqualTo(200);
        }
        assertThat(callWithKey().header("RateLimit")).isEqualTo("\"key\";r=0");
        assertThat(call("x-api-key: another-key-of-somebody\r\n").status()).isEqualTo(200);
    }

    @Test
    void aMethodOverrideReplacesTheKeysLimit() throws IOException {
        serveKeyed();
        gateway.key(VALUE, limit(0, 1), Map.of("/k/GET", NO_REFILL), null);
        for (int i = 0; i < 3; i++) {
            assertThat(callWithKey().status()).isEqualTo(200);
        }
        assertThat(callWithKey().header("RateLimit")).isEqualTo("\"key-method\";r=0");
    }

    @Test
    void aMethodWithoutKeyHasNoPlanLevels() throws Exception {
        gateway.route(route(false, TestGateway.bucket("method", Limit.UNLIMITED)));
        gateway.key(VALUE, limit(0, 0), Map.of(), quota(0));
        assertThat(callWithKey().status()).isEqualTo(200);
        assertThat(gateway.end().apiKeyId()).isNull();
    }

    @Test
    void namesTheStageLevel() throws Exception {
        gateway.route(route(false, TestGateway.bucket("method", Limit.UNLIMITED)));
        gateway.publish(TestGateway.bucket("stage", limit(0, 0)));
        assertThat(call().status()).isEqualTo(429);
        assertThat(gateway.end().refusedBy()).isEqualTo("stage");
    }

    @Test
    void spendsAQuotaToTheUnitAndSaysWhenItsPeriodEnds() throws Exception {
        serveKeyed();
        gateway.key(VALUE, Limit.UNLIMITED, Map.of(), quota(5));
        for (int i = 0; i < 5; i++) {
            assertThat(callWithKey().status()).isEqualTo(200);
        }
        RawClient.Answer answer = callWithKey();
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("LimitExceededException");
        assertThat(answer.text()).isEqualTo("{\"message\":\"Limit Exceeded\"}");
        long toDecember = 8 * 86_400 + 14 * 3_600;
        assertThat(answer.header("Retry-After")).isEqualTo(Long.toString(toDecember));
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"quota\";q=5;w=2592000");
        assertThat(answer.header("RateLimit")).isEqualTo("\"quota\";r=0;t=" + toDecember);
    }

    @Test
    void admitsExactlyWhatTheTightestLevelHoldsUnderConcurrency() throws Exception {
        gateway.route(route(true, TestGateway.bucket("method", limit(0, 200))));
        gateway.publish(TestGateway.bucket("stage", limit(0, 150)));
        gateway.key(VALUE, limit(0, 170), Map.of(), quota(160));
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int c = 0; c < 8; c++) {
                running.add(clients.submit(() -> {
                    try (RawClient client = gateway.connect()) {
                        for (int i = 0; i < 50; i++) {
                            client.send(TestGateway.request("GET", "/k", "X-Api-Key: " + VALUE + "\r\n"));
                            (client.answer().status() == 200 ? admitted : refused).incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
        assertThat(admitted.get()).isEqualTo(150);
        assertThat(refused.get()).isEqualTo(250);
    }

    /** A limiter that waits for a reservation each request, completed by the test. */
    private static Limiter suspending(CompletableFuture<Void> ready, AtomicInteger asked) {
        return new ScriptedLimiter(() -> {
            asked.incrementAndGet();
            return ready.isDone() ? Decision.Admitted.INSTANCE : new Decision.AwaitQuota(ready);
        });
    }

    @Test
    void decidesAnewWhenTheReservationIsThere() throws Exception {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        try (TestGateway waiting = TestGateway.start(settings -> settings, suspending(ready, asked));
                RawClient client = waiting.connect()) {
            Integration echo = new Integration.Called(
                    (_, body) -> CompletableFuture.completedFuture(
                            new dev.sluice.gateway.BackendResponse.Answer(200, List.of(), body)),
                    java.time.Duration.ofSeconds(1));
            waiting.route("POST", "/k", echo);
            client.send(TestGateway.request("POST", "/k", "Content-Length: 5\r\n") + "hello"
                    + TestGateway.request("POST", "/k", "Content-Length: 2\r\n") + "hi");
            while (asked.get() == 0) {
                Thread.onSpinWait();
            }
            ready.complete(null);
            assertThat(client.answer().text()).isEqualTo("hello");
            assertThat(client.answer().text()).isEqualTo("hi");
            assertThat(asked.get()).isEqualTo(3);
        }
    }

    @Test
    void refusesWhenTheReservationFailsOrTakesTooLong() throws Exception {
        for (boolean fails : new boolean[] {true, false}) {
            CompletableFuture<Void> ready = new CompletableFuture<>();
            if (fails) {
                ready = CompletableFuture.failedFuture(new IOException("disk full"));
            }
            CompletableFuture<Void> pending = ready;
            try (TestGateway waiting = TestGateway.start(
                            settings -> settings.withTimes(TestGateway.times(10_000, 10_000, 50, 5_000)),
                            new ScriptedLimiter(() -> new Decision.AwaitQuota(pending)));
                    RawClient client = waiting.connect()) {
                waiting.route("GET", "/k", TestGateway.mock("ok"));
                client.send(TestGateway.request("GET", "/k").repeat(2));
                for (int i = 0; i < 2; i++) {
                    RawClient.Answer answer = client.answer();
                    assertThat(answer.text()).isEqualTo("{\"message\":\"Limit Exceeded\"}");
                    assertThat(answer.header("Retry-After")).isNull();
                    assertThat(waiting.end().refusedBy()).isEqualTo("quota");
                }
            }
        }
    }

    @Test
    void forgetsASuspendedRequestWhoseClientLeft() throws Exception {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        try (TestGateway waiting = TestGateway.start(settings -> settings, suspending(ready, asked))) {
            waiting.route("GET", "/k", TestGateway.mock("ok"));
            try (RawClient client = waiting.connect()) {
                client.send(TestGateway.request("GET", "/k"));
                while (asked.get() == 0) {
                    Thread.onSpinWait();
                }
            }
            assertThat(waiting.end().status()).isEqualTo(499);
            ready.complete(null);
            assertThat(waiting.get("/k").status()).isEqualTo(200);
            assertThat(asked.get()).isEqualTo(2);
        }
    }
}
