/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class AdminServerTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z"));
    private static final AdminLimits SMALL =
            new AdminLimits(1_000, 1_500, 1, 8, Duration.ofSeconds(20), Duration.ofSeconds(20));
    private static final AdminLimits HASTY =
            new AdminLimits(1_000, 1_500, 1, 8, Duration.ofMillis(400), Duration.ofMillis(300));

    private final LinkedBlockingQueue<AdminRequest> seen = new LinkedBlockingQueue<>();
    private AdminServer server = start(AdminLimits.DEFAULT, this::echo);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void handsOverTheWholeRequestAsSent() throws Exception {
        try (var client = connect()) {
            var answer = client.send(
                            "POST /a%20b/..;x?q=1&q=%2f HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\nabc")
                    .answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("abc");
            assertThat(answer.head())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("date: Sun, 22 Nov 2026 10:00:00 GMT")
                    .containsIgnoringCase("connection: keep-alive");
        }
        var request = seen.take();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.rawPath()).isEqualTo("/a%20b/..;x");
        assertThat(request.rawQuery()).isEqualTo("q=1&q=%2f");
        assertThat(request.remoteAddress()).isEqualTo("127.0.0.1");
        assertThat(request.headers()).contains(new AdminHeader("X-A", "1"), new AdminHeader("x-a", "2"));
        assertThat(request.header("X-a")).contains("1");
    }

    @Test
    void answersPipelinedRequestsInOrderOnOneConnection() throws Exception {
        try (var client = connect()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\naPOST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "1\r\nb\r\n1\r\nc\r\n0\r\n\r\nGET /end HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("a");
            assertThat(client.answer().text()).isEqualTo("bc");
            var last = client.answer();
            assertThat(last.head()).containsIgnoringCase("connection: close");
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void takesARequestByteByByte() throws Exception {
        try (var client = connect()) {
            for (var b :
                    "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi".getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {b});
            }
            assertThat(client.answer().text()).isEqualTo("hi");
        }
    }

    @Test
    void saysContinueBeforeTheBody() throws Exception {
        try (var client = connect()) {
            client.send("PUT /z HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.answer(false).status()).isEqualTo(100);
            assertThat(client.send("ok").answer().text()).isEqualTo("ok");
        }
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        try (var client = connect()) {
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
            assertThat(client.answer(false).head()).containsIgnoringCase("content-length: 4\r\n");
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void takesABodyOf72MebibytesAndNotOneByteMore() throws Exception {
        var size = 72 << 20;
        try (var client = connect()) {
            client.send("POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n")
                    .send(new byte[size]);
            assertThat(client.answer().body()).hasSize(size);
            client.send("POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: " + (size + 1) + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(413);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | no host                | GET / HTTP/1.1~~
            400 | two hosts              | GET / HTTP/1.1~Host: a~Host: b~~
            400 | both lengths           | POST / HTTP/1.1~Host: a~Content-Length: 1~Transfer-Encoding: chunked~~0~~
            400 | two lengths            | POST / HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 2~~a
            400 | a list of lengths      | POST / HTTP/1.1~Host: a~Content-Length: 1, 1~~a
            400 | a signed length        | POST / HTTP/1.1~Host: a~Content-Length: +1~~a
            400 | space before the colon | GET / HTTP/1.1~Host : a~~
            400 | a broken chunk         | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~zz~a~0~~
            501 | an unknown coding      | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~0~~
            400 | coding in 1.0          | POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~0~~
            400 | absolute target        | GET http://a/ HTTP/1.1~Host: a~~
            400 | a fragment             | GET /a#b HTTP/1.1~Host: a~~
            400 | connect                | CONNECT a:1 HTTP/1.1~Host: a~~
            505 | version 3.0            | GET / HTTP/3.0~Host: a~~
            400 | no version             | GET /~~
            400 | garbage                | \u0016\u0003\u0001\u0002abc~~
            417 | unknown expectation    | POST / HTTP/1.1~Host: a~Expect: pie~Content-Length: 1~~a
            """)
    void refusesWhatIsNotStrictHttpAndEndsTheConnection(int status, String name, String request) throws Exception {
        try (var client = connect()) {
            assertThat(client.send(request.replace("~", "\r\n")).answer().status())
                    .as(name)
                    .isEqualTo(status);
            assertThat(client.isClosed()).isTrue();
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void refusesBareLineFeedsAndHeadersThatAreTooLong() throws Exception {
        try (var client = connect()) {
            assertThat(client.send("GET / HTTP/1.1\nHost: a\n\n").answer().status())
                    .isEqualTo(400);
        }
        try (var client = connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(431);
        }
        try (var client = connect()) {
            client.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(414);
        }
    }

    @Test
    void endsConnectionsThatAreIdleOrSlow() throws Exception {
        restart(HASTY, this::echo);
        try (var idle = connect();
                var slowHead = connect();
                var slowBody = connect()) {
            slowHead.send("GET / HT");
            slowBody.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
            assertThat(slowBody.answer().status()).isEqualTo(408);
            assertThat(idle.isClosed()).isTrue();
            assertThat(slowHead.isClosed()).isTrue();
        }
    }

    @Test
    void refusesWhatExceedsItsBoundsButStaysUp() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        restart(SMALL, request -> {
            entered.countDown();
            await(go);
            return echo(request);
        });
        try (var first = connect();
                var second = connect();
                var third = connect()) {
            first.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n")
                    .send(new byte[900]);
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            var busy = second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(busy.status()).isEqualTo(503);
            assertThat(busy.head()).containsIgnoringCase("retry-after: 1");
            third.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n")
                    .send(new byte[900]);
            assertThat(third.answer().status()).isEqualTo(503);
            go.countDown();
            assertThat(first.answer().status()).isEqualTo(200);
            assertThat(second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aFailingHandlerCostsOneAnswer() throws Exception {
        restart(AdminLimits.DEFAULT, request -> {
            if (request.rawPath().equals("/bug")) {
                throw new IllegalStateException("secret detail");
            }
            return echo(request);
        });
        try (var client = connect()) {
            var answer = client.send("GET /bug HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).doesNotContain("secret");
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void closingWaitsForTheRequestUnderWay() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        restart(AdminLimits.DEFAULT, request -> {
            entered.countDown();
            await(go);
            return echo(request);
        });
        try (var busy = connect();
                var idle = connect()) {
            busy.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na");
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            var closing = Thread.ofVirtual().start(server::close);
            assertThat(idle.isClosed()).isTrue();
            // The kernel may take one more into the backlog until the loop's next select closes the listener for good.
            assertThatThrownBy(() -> {
                        try (var late = connect()) {
                            late.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer();
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            go.countDown();
            var answer = busy.answer();
            assertThat(answer.text()).isEqualTo("a");
            assertThat(answer.head()).containsIgnoringCase("connection: close");
            closing.join();
        }
    }

    @Test
    void namesTheAddressThatIsInUse() {
        var address = server.address();
        assertThatThrownBy(() -> AdminServer.start(address, this::echo, CLOCK, Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(":" + address.getPort() + ": ")
                .hasMessageContaining("in use");
    }

    @Test
    void routesHealthAndMetricsAndPassesOnTheRest() throws Exception {
        restart(
                AdminLimits.DEFAULT,
                new AdminRoutes(() -> "{\"status\":\"ok\"}", () -> "up 1\n", this::echo, this::echo));
        try (var client = connect()) {
            var health = client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(health.text()).isEqualTo("{\"status\":\"ok\"}");
            assertThat(health.head()).containsIgnoringCase("content-type: application/json");
            var metrics =
                    client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(metrics.text()).isEqualTo("up 1\n");
            assertThat(client.send("POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                            .answer()
                            .status())
                    .isEqualTo(405);
            assertThat(client.send("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                            .answer()
                            .text())
                    .isEqualTo("x");
        }
    }

    private AdminResponse echo(AdminRequest request) {
        seen.add(request);
        return new AdminResponse(200, List.of(), request.body());
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let go");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void restart(AdminLimits limits, AdminHandler handler) {
        server.close();
        server = start(limits, handler);
    }

    private static AdminServer start(AdminLimits limits, AdminHandler handler) {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            return AdminServer.start(address, handler, limits, CLOCK, Duration.ofSeconds(10));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private RawClient connect() throws IOException {
        return new RawClient(server.address());
    }
}
