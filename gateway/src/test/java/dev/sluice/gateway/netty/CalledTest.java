/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Backend;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.BackendResponse.Kind;
import dev.sluice.gateway.Exchange;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Back ends that take whole requests. */
class CalledTest {
    private final TestGateway gateway = TestGateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    private void serve(Backend backend) {
        serve(backend, Duration.ofSeconds(10));
    }

    private void serve(Backend backend, Duration timeout) {
        gateway.route("ANY", "/a", new Integration.Called(backend, timeout));
    }

    private static BackendResponse answer(String... headers) {
        List<Header> list = new java.util.ArrayList<>();
        for (int i = 0; i < headers.length; i += 2) {
            list.add(new Header(headers[i], headers[i + 1]));
        }
        return new BackendResponse.Answer(201, list, "body".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void seesTheWholeRequestAndAnswersOnAnyThread() throws Exception {
        AtomicReference<Exchange> seen = new AtomicReference<>();
        AtomicReference<String> seenBody = new AtomicReference<>();
        serve((exchange, body) -> {
            seen.set(exchange);
            seenBody.set(new String(body, StandardCharsets.UTF_8));
            return CompletableFuture.supplyAsync(
                    () -> answer("X-A", "1", "X-A", "2", "Server", "f", "X-Text", "\u00fc"));
        });
        RawClient.Answer answer = gateway.exchange(
                TestGateway.request("POST", "/a?b=1&b=2", "Transfer-Encoding: chunked\r\n", "X-Case: V\r\n")
                        + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
        assertThat(answer.head())
                .startsWith("HTTP/1.1 201 Created\r\nX-A: 1\r\nX-A: 2\r\nx-amzn-Remapped-Server: f\r\n")
                .contains("X-Text: \u00c3\u00bc\r\n");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("X-Amzn-Trace-Id")).isEqualTo(seen.get().traceId());
        assertThat(answer.header("x-amzn-RequestId")).isEqualTo(seen.get().requestId());
        assertThat(answer.text()).isEqualTo("body");
        assertThat(seenBody.get()).isEqualTo("abcdef");
        assertThat(seen.get().queryParameters()).isEqualTo(Map.of("b", List.of("1", "2")));
        assertThat(seen.get().headers()).contains(new Header("X-Case", "V"));
        assertThat(seen.get().header("x-case")).isEqualTo("V");
        assertThat(seen.get().sourceIp()).isEqualTo("127.0.0.1");
        assertThat(seen.get().host()).isEqualTo("api1.execute-api.localhost");
        assertThat(seen.get().receivedAt()).isEqualTo(TestGateway.NOW);
        assertThat(gateway.end().integrationLatencyNanos()).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MALFORMED | 502 | InternalServerErrorException | {\"message\": \"Internal server error\"}",
                "ERROR | 502 | InternalServerErrorException | {\"message\": \"Internal server error\"}",
                "CONFIGURATION | 500 | InternalServerErrorException | {\"message\": \"Internal server error\"}",
                "TOO_LARGE | 413 | BadRequestException | {\"message\": \"Request Too Long\"}",
            })
    void answersForABackEndThatFailed(Kind kind, int status, String type, String body) throws IOException {
        serve((_, _) -> CompletableFuture.completedFuture(new BackendResponse.Failed(kind)));
        RawClient.Answer answer = gateway.get("/a");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo(type);
        assertThat(answer.text()).isEqualTo(body);
    }

    @Test
    void answers502WhenTheBackEndThrowsOrCompletesExceptionally() throws IOException {
        serve((_, _) -> {
            throw new IllegalStateException("bug of the back end");
        });
        assertThat(gateway.get("/a").status()).isEqualTo(502);
        gateway.route(
                "GET",
                "/b",
                new Integration.Called(
                        (_, _) -> CompletableFuture.failedFuture(new IllegalStateException("failed")),
                        Duration.ofSeconds(1)));
        assertThat(gateway.get("/b").status()).isEqualTo(502);
    }

    @Test
    void answers502ToHeadersThatCannotBeSent() throws IOException {
        serve((_, _) -> CompletableFuture.completedFuture(answer("X-A", "a\r\nX-B: b")));
        assertThat(gateway.get("/a").status()).isEqualTo(502);
    }

    @Test
    void answers504AfterTheTimeoutAndDropsWhatComesLater() throws Exception {
        CompletableFuture<BackendResponse> late = new CompletableFuture<>();
        serve((_, _) -> late, Duration.ofMillis(100));
        try (RawClient client = gateway.connect()) {
            RawClient.Answer answer =
                    client.send(TestGateway.request("GET", "/a")).answer();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).isEqualTo("{\"message\": \"Endpoint request timed out\"}");
            late.complete(answer());
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().status())
                    .isEqualTo(201);
        }
    }

    @Test
    void dropsTheAnswerWhenTheClientHasLeft() throws Exception {
        CompletableFuture<BackendResponse> late = new CompletableFuture<>();
        serve((_, _) -> late);
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/a", "Content-Length: 1\r\n") + "x");
        }
        assertThat(gateway.end().status()).isEqualTo(499);
        late.complete(answer());
        assertThat(gateway.get("/a").status()).isEqualTo(201);
    }

    @Test
    void takesABodyOfTheFullLength() throws IOException {
        AtomicReference<Integer> length = new AtomicReference<>();
        gateway.route(
                "POST",
                "/big",
                new Integration.Called(
                        (_, body) -> {
                            length.set(body.length);
                            return CompletableFuture.completedFuture(answer());
                        },
                        Duration.ofSeconds(5)));
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/big", "Content-Length: 10485760\r\n"))
                    .send(new byte[10_485_760]);
            assertThat(client.answer().status()).isEqualTo(201);
            assertThat(length.get()).isEqualTo(10_485_760);
        }
    }
}
