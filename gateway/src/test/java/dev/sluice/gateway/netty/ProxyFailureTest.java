/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.GatewaySettings.Egress;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that refuse, break, stall or lie, and clients that leave. */
class ProxyFailureTest {
    private static final String TIMED_OUT = "{\"message\": \"Endpoint request timed out\"}";
    private static final String NETWORK = "{\"message\": \"Network error communicating with endpoint\"}";
    private static final String INTERNAL = "{\"message\": \"Internal server error\"}";

    private final TestGateway gateway = TestGateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ends when the gateway does. */
    private static Origin.Script silent() {
        return (request, _) -> {
            request.body();
            return request.in().read() >= 0;
        };
    }

    @Test
    void answers504WhenTheUpstreamIsSlow() throws Exception {
        try (Origin origin = Origin.serving(silent());
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url(), Duration.ofMillis(100)));
            RawClient.Answer answer =
                    client.send(TestGateway.request("GET", "/a")).answer();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).isEqualTo(TIMED_OUT);
            assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("InternalServerErrorException");
            assertThat(answer.header("Connection")).isEqualTo("keep-alive");
            assertThat(origin.sawEnd()).isTrue();
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().status())
                    .isEqualTo(504);
            ExchangeEnd end = gateway.end();
            assertThat(end.status()).isEqualTo(504);
            assertThat(end.integrationLatencyNanos()).isGreaterThan(90_000_000);
        }
    }

    @Test
    void answers504WhenTheUpstreamRefuses() throws IOException {
        gateway.route("ANY", "/a", TestGateway.proxy("http://127.0.0.1:" + freePort()));
        RawClient.Answer answer = gateway.get("/a");
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.text()).isEqualTo(NETWORK);
    }

    @Test
    void answers504WhenTheNameIsUnknown() throws IOException {
        gateway.route("ANY", "/a", TestGateway.proxy("http://no-such-host.invalid/"));
        assertThat(gateway.get("/a").text()).isEqualTo(NETWORK);
    }

    @Test
    void answers504WhenTheUpstreamLeavesWithoutAnAnswer() throws IOException {
        try (Origin origin = Origin.serving((_, _) -> false)) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            assertThat(gateway.get("/a").text()).isEqualTo(NETWORK);
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOT HTTP\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX-A: a\u0000b\r\n\r\n",
                "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
            })
    void answers502ToWhatIsNoAnswer(String bytes) throws IOException {
        Origin.Script script = (_, out) -> {
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return false;
        };
        try (Origin origin = Origin.serving(script)) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            RawClient.Answer answer = gateway.get("/a");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).isEqualTo(INTERNAL);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
            })
    void cutsTheAnswerWhenTheUpstreamDoes(String bytes) throws IOException {
        Origin.Script script = (_, out) -> {
            out.write(ascii(bytes));
            return false;
        };
        try (Origin origin = Origin.serving(script);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            client.send(TestGateway.request("GET", "/a"));
            Assertions.assertThatExceptionOfType(EOFException.class).isThrownBy(client::answer);
        }
    }

    @Test
    void cutsTheAnswerWhenTheUpstreamStalls() throws Exception {
        Origin.Script script = (request, out) -> {
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
            out.flush();
            return request.in().read() >= 0;
        };
        try (Origin origin = Origin.serving(script);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url(), Duration.ofMillis(500)));
            client.send(TestGateway.request("GET", "/a"));
            Assertions.assertThatExceptionOfType(EOFException.class).isThrownBy(client::answer);
            assertThat(origin.sawEnd()).isTrue();
        }
    }

    @Test
    void repeatsAnIdempotentRequestWhenAPooledConnectionHasGone() throws Exception {
        Origin.Script once = (request, out) -> {
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
            out.flush();
            // The next request on this connection is read and not answered.
            RawClient.head(request.in());
            return false;
        };
        try (Origin origin = Origin.serving(once);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().text())
                    .isEqualTo("ok");
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().text())
                    .isEqualTo("ok");
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void neverRepeatsAPost() throws Exception {
        Origin.Script once = (request, out) -> {
            request.body();
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
            out.flush();
            RawClient.head(request.in());
            return false;
        };
        try (Origin origin = Origin.serving(once);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            String post = TestGateway.request("POST", "/a", "Content-Length: 1\r\n") + "x";
            assertThat(client.send(post).answer().text()).isEqualTo("ok");
            assertThat(client.send(post).answer().text()).isEqualTo(NETWORK);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void neverUsesAConnectionAgainThatSentMoreThanItsAnswer() throws Exception {
        String twice = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        Origin.Script splitting = (_, out) -> {
            out.write(ascii(twice + twice.replace("ok", "no")));
            return true;
        };
        try (Origin origin = Origin.serving(splitting);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            for (int i = 1; i <= 3; i++) {
                assertThat(client.send(TestGateway.request("GET", "/a"))
                                .answer()
                                .text())
                        .isEqualTo("ok");
                assertThat(origin.connections()).isEqualTo(i);
            }
            client.send(TestGateway.request("GET", "/a").repeat(3));
            for (int i = 0; i < 3; i++) {
                assertThat(client.answer().text()).isEqualTo("ok");
            }
        }
    }

    @Test
    void passesAnEarlyAnswerOnAndEndsTheConnection() throws Exception {
        Origin.Script early = (_, out) -> {
            out.write(ascii("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"));
            return true;
        };
        try (Origin origin = Origin.serving(early);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            client.send(TestGateway.request("POST", "/a", "Content-Length: 1000000\r\n") + "x".repeat(1000));
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
            assertThat(origin.sawEnd()).isTrue();
        }
    }

    @Test
    void stopsTheCallWhenTheClientLeaves() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        Origin.Script script = (request, _) -> {
            called.countDown();
            return request.in().read() >= 0;
        };
        try (Origin origin = Origin.serving(script)) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            try (RawClient client = gateway.connect()) {
                client.send(TestGateway.request("GET", "/a"));
                assertThat(called.await(5, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(origin.sawEnd()).isTrue();
            assertThat(gateway.end().status()).isEqualTo(499);
        }
    }

    @Test
    void stopsTheUploadWhenTheClientLeaves() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        Origin.Script script = (request, _) -> {
            called.countDown();
            request.body();
            return false;
        };
        try (Origin origin = Origin.serving(script)) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            try (RawClient client = gateway.connect()) {
                client.send(TestGateway.request("POST", "/a", "Content-Length: 10\r\n") + "abc");
                assertThat(called.await(5, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(origin.sawEnd()).isTrue();
            assertThat(gateway.end().status()).isEqualTo(499);
        }
    }

    @Test
    void neverCallsMetadataAddressesOrTheAdminPort() throws IOException {
        try (Origin admin = Origin.serving(Origin.echo());
                TestGateway guarded = TestGateway.start(
                        settings -> settings.withEgress(Egress.refusingLocalPorts(Set.of(admin.port()))))) {
            guarded.route("GET", "/metadata", TestGateway.proxy("http://169.254.169.254/latest"))
                    .route("GET", "/decimal", TestGateway.proxy("http://[::ffff:169.254.169.254]/latest"))
                    .route("GET", "/admin", TestGateway.proxy(admin.url()))
                    .route("GET", "/name", TestGateway.proxy("http://localhost:" + admin.port()));
            for (String path : new String[] {"/metadata", "/decimal", "/admin", "/name"}) {
                RawClient.Answer answer = guarded.get(path);
                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.text()).isEqualTo(INTERNAL);
            }
            assertThat(admin.connections()).isZero();
        }
    }
}
