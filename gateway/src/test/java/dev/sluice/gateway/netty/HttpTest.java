/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP/1.0 and 1.1 towards clients, without an upstream. */
class HttpTest {
    private final TestGateway gateway = TestGateway.start()
            .route("GET", "/", TestGateway.mock("root"))
            .route("ANY", "/a", TestGateway.mock("body-a"))
            .route("ANY", "/empty", new Integration.Mock(204, List.of(new Header("X-A", "1")), new byte[0]));

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void answersAMockWithItsLiteralsAndTheGatewaysIds() throws Exception {
        RawClient.Answer answer = gateway.get("/a");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("body-a");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.header("Date")).isEqualTo("Sun, 22 Nov 2026 10:00:00 GMT");
        assertThat(answer.header("x-amzn-RequestId")).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(answer.header("x-amz-apigw-id")).matches("[A-Za-z0-9+/]{15}=");
        assertThat(answer.header("X-Amzn-Trace-Id")).isNull();
        ExchangeEnd end = gateway.end();
        assertThat(end.status()).isEqualTo(200);
        assertThat(end.requestId()).isEqualTo(answer.header("x-amzn-RequestId"));
        assertThat(end.refusedBy()).isNull();
        assertThat(end.integrationLatencyNanos()).isEqualTo(-1);
        assertThat(end.latencyNanos()).isPositive();
    }

    @Test
    void keepsTheConnectionForTheNextRequest() throws IOException {
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 3; i++) {
                RawClient.Answer answer =
                        client.send(TestGateway.request("GET", "/a")).answer();
                assertThat(answer.header("Connection")).isEqualTo("keep-alive");
            }
        }
    }

    @Test
    void closesWhenTheClientAsks() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("GET", "/a", "Connection: close\r\n"));
            assertThat(client.answer().header("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (RawClient client = gateway.connect()) {
            String post = TestGateway.request("POST", "/a", "Content-Length: 3\r\n") + "xyz";
            client.send((TestGateway.request("GET", "/") + post).repeat(200));
            for (int i = 0; i < 200; i++) {
                assertThat(client.answer().text()).isEqualTo("root");
                assertThat(client.answer().text()).isEqualTo("body-a");
            }
        }
    }

    @Test
    void answersHeadWithTheLengthAndNoBody() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("HEAD", "/a") + TestGateway.request("GET", "/a"));
            assertThat(client.answerToHead().header("Content-Length")).isEqualTo("6");
            assertThat(client.answer().text()).isEqualTo("body-a");
            client.send(TestGateway.request("HEAD", "/"));
            RawClient.Answer refused = client.answerToHead();
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.header("Content-Length")).isEqualTo("42");
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().text())
                    .isEqualTo("body-a");
        }
    }

    @Test
    void sendsNoLengthWithStatus204() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("GET", "/empty") + TestGateway.request("GET", "/a"));
            RawClient.Answer empty = client.answer();
            assertThat(empty.head()).startsWith("HTTP/1.1 204 No Content\r\n").doesNotContain("Content-Length");
            assertThat(empty.header("X-A")).isEqualTo("1");
            assertThat(client.answer().text()).isEqualTo("body-a");
        }
    }

    @Test
    void honoursKeepAliveOfHttp10() throws IOException {
        String request = "GET /dev/a HTTP/1.0\r\nHost: api1.execute-api.localhost\r\n";
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 2; i++) {
                RawClient.Answer answer =
                        client.send(request + "Connection: Keep-Alive\r\n\r\n").answer();
                assertThat(answer.header("Connection")).isEqualTo("keep-alive");
                assertThat(answer.text()).isEqualTo("body-a");
            }
            assertThat(client.send(request + "\r\n").answer().header("Connection"))
                    .isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void readsARequestThatComesByteByByte() throws IOException {
        try (RawClient client = gateway.connect()) {
            String request =
                    TestGateway.request("POST", "/a", "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n";
            for (int i = 0; i < request.length(); i++) {
                client.send(request.substring(i, i + 1));
            }
            assertThat(client.answer().text()).isEqualTo("body-a");
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void asksForTheBodyThatAClientHoldsBack() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/a", "Content-Length: 2\r\n", "Expect: 100-continue\r\n"));
            assertThat(client.answer().head()).isEqualTo("HTTP/1.1 100 Continue\r\n");
            assertThat(client.send("hi").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void refusesAtOnceWithoutAskingForTheBody() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/none", "Content-Length: 2\r\n", "Expect: 100-continue\r\n"));
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void keepsTheConnectionAfterRefusingARequestWithAShortBody() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/none", "Content-Length: 5\r\n") + "he");
            assertThat(client.answer().status()).isEqualTo(403);
            client.send("llo" + TestGateway.request("GET", "/a"));
            assertThat(client.answer().text()).isEqualTo("body-a");
        }
    }

    @Test
    void givesASlowHeadNoMoreTimeForEachByte() throws IOException {
        try (TestGateway impatient = TestGateway.start(
                        settings -> settings.withTimes(TestGateway.times(100, 10_000, 5_000, 5_000)));
                RawClient client = impatient.connect()) {
            client.send("GET /dev/a HTTP/1.1\r\n");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void refusesABodyOverTheBoundBeforeAnythingElse() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/none", "Content-Length: 10485761\r\n"));
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).isEqualTo("HTTP content length exceeded 10485760 bytes.");
            assertThat(answer.header("Content-Type")).isEqualTo("text; charset=utf-8");
            assertThat(answer.header("x-amzn-RequestId"))
                    .isEqualTo(gateway.end().requestId());
        }
    }

    @Test
    void refusesABodyOverTheBoundWithNothingMoreThanAwsWhenStrict() throws Exception {
        try (TestGateway strict = TestGateway.start(settings -> settings.withStrictAws(true))) {
            RawClient.Answer answer =
                    strict.exchange(TestGateway.request("POST", "/none", "Content-Length: 10485761\r\n"));
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.head().toLowerCase(java.util.Locale.ROOT)).doesNotContain("x-amzn");
        }
    }

    @Test
    void refusesAChunkThatPassesTheBoundWithoutWaitingForItsData() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/a", "Transfer-Encoding: chunked\r\n") + "1\r\ny\r\nA00000\r\n");
            assertThat(client.answer().status()).isEqualTo(413);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void refusesAChunkedBodyWhenItPassesTheBound() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/a", "Transfer-Encoding: chunked\r\n"));
            String chunk = "100000\r\n" + "x".repeat(0x100000) + "\r\n";
            for (int i = 0; i < 10; i++) {
                client.send(chunk);
            }
            client.send("1\r\ny\r\n");
            assertThat(client.answer().status()).isEqualTo(413);
            assertThat(client.ended()).isTrue();
        }
    }
}
