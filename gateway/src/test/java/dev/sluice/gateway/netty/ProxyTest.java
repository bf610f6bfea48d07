/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.Integration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an upstream gets, and what the client gets of its answer. */
class ProxyTest {
    private final TestGateway gateway = TestGateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void forwardsRequestAndAnswer() throws Exception {
        try (Origin origin = Origin.serving(Origin.echo())) {
            gateway.route("POST", "/a/{proxy+}", TestGateway.proxy(origin.url() + "/base/{proxy}"));
            RawClient.Answer answer = gateway.exchange(TestGateway.request(
                            "POST",
                            "/a//x/%7Ey%2fz/?q=1&q=a%20b",
                            "Content-Length: 5\r\n",
                            "User-Agent: me\r\n",
                            "X-Mine: 1\r\n",
                            "x-mine: 2\r\n")
                    + "hello");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
            String head = origin.requests().getFirst();
            assertThat(head)
                    .startsWith(
                            "POST /base/x/~y%2Fz?q=1&q=a%20b HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\n");
            assertThat(head)
                    .contains("User-Agent: me\r\nX-Mine: 1\r\nx-mine: 2\r\nAccept: application/json\r\n")
                    .contains("X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Port: " + gateway.port()
                            + "\r\nX-Forwarded-Proto: http\r\n")
                    .contains("X-Amzn-Trace-Id: " + answer.header("X-Amzn-Trace-Id") + "\r\n")
                    .contains("X-Amzn-Apigateway-Api-Id: api1\r\n")
                    .contains("Content-Length: 5\r\n");
            assertThat(answer.header("X-Amzn-Trace-Id")).matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24}");
            ExchangeEnd end = gateway.end();
            assertThat(end.integrationLatencyNanos()).isPositive().isLessThan(end.latencyNanos());
        }
    }

    @Test
    void keepsWhatIsTheGatewaysOutOfClientsHands() throws IOException {
        try (Origin origin = Origin.serving(Origin.echo())) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url() + "/a"));
            gateway.exchange(
                    TestGateway.request(
                            "POST",
                            "/a",
                            "Connection: close, X-Hop, Content-Length, Host, Authorization, X-Forwarded-For, X-Amzn-Trace-Id\r\n",
                            "X-Hop: 1\r\nAuthorization: token\r\nContent-Length: 0\r\n",
                            "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 10.0.0.2\r\nX-Forwarded-Proto: https\r\n",
                            "X_Forwarded_For: 6.6.6.6\r\nX-Amzn_Apigateway-Api-Id: evil\r\n",
                            "X-Amzn-Apigateway-Api-Id: evil\r\nX-Amzn-Trace-Id: Root=1-mine\r\n",
                            "Keep-Alive: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nVia: 1.1 x\r\nContent-MD5: x\r\nMax-Forwards: 1\r\nServer: x\r\n",
                            "Proxy-Authorization: x\r\nProxy-Connection: x\r\nTrailer: x\r\nWWW-Authenticate: x\r\nAccept: text/html\r\n"));
            assertThat(origin.requests().getFirst().substring("POST /a HTTP/1.1\r\n".length()))
                    .isEqualTo(
                            "Host: 127.0.0.1:" + origin.port() + "\r\nAuthorization: token\r\nAccept: text/html\r\n"
                                    + "User-Agent: AmazonAPIGateway_api1\r\nX-Forwarded-For: 10.0.0.1, 10.0.0.2, 127.0.0.1\r\n"
                                    + "X-Forwarded-Port: " + gateway.port() + "\r\nX-Forwarded-Proto: http\r\n"
                                    + "X-Amzn-Trace-Id: Root=1-mine\r\nX-Amzn-Apigateway-Api-Id: api1\r\nContent-Length: 0\r\n");
        }
    }

    @Test
    void renamesAndDropsFieldsOfTheAnswer() throws IOException {
        String answerOfOrigin = String.join(
                "\r\n",
                "HTTP/1.1 201 Made",
                "Content-Length: 2",
                "Date: then",
                "Server: me",
                "Connection: keep-alive, X-Hop",
                "Keep-Alive: timeout=9",
                "X-Hop: 1",
                "Via: 1.1 x",
                "WWW-Authenticate: Basic",
                "x-amzn-RequestId: theirs",
                "X-Amzn-Trace-Id: theirs",
                "Set-Cookie: a",
                "Set-Cookie: b",
                "Content-Encoding: gzip",
                "",
                "ok");
        try (Origin origin = Origin.serving(Origin.always(answerOfOrigin))) {
            gateway.route("GET", "/a", TestGateway.proxy(origin.url()));
            RawClient.Answer answer = gateway.get("/a");
            assertThat(answer.head().split("\r\n"))
                    .startsWith(
                            "HTTP/1.1 201 Created",
                            "x-amzn-Remapped-Content-Length: 2",
                            "x-amzn-Remapped-Date: then",
                            "x-amzn-Remapped-Server: me",
                            "x-amzn-Remapped-Connection: keep-alive, X-Hop",
                            "x-amzn-Remapped-WWW-Authenticate: Basic",
                            "x-amzn-Remapped-x-amzn-requestid: theirs",
                            "Set-Cookie: a",
                            "Set-Cookie: b",
                            "Content-Encoding: gzip")
                    .contains("Content-Length: 2", "Connection: keep-alive");
            assertThat(answer.head()).doesNotContain("X-Hop: ", "Keep-Alive:", "Via:", "Trace-Id: theirs");
            assertThat(answer.text()).isEqualTo("ok");
        }
    }

    @Test
    void reusesTheConnectionToTheUpstream() throws IOException {
        try (Origin origin = Origin.serving(Origin.echo());
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            for (int i = 0; i < 20; i++) {
                String body = "n" + i;
                client.send(TestGateway.request("POST", "/a", "Content-Length: " + body.length() + "\r\n") + body);
                assertThat(client.answer().text()).isEqualTo(body);
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void streamsChunksBothWays() throws IOException {
        Origin.Script chunked = (request, out) -> {
            byte[] body = request.body();
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            for (byte b : body) {
                out.write(new byte[] {'1', '\r', '\n', b, '\r', '\n'});
            }
            out.write("0\r\nX-Trailer: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        };
        try (Origin origin = Origin.serving(chunked);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            for (int i = 0; i < 3; i++) {
                client.send(TestGateway.request("POST", "/a", "Transfer-Encoding: chunked\r\n")
                        + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
                RawClient.Answer answer = client.answer();
                assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
                assertThat(answer.text()).isEqualTo("abcde");
            }
            assertThat(origin.requests().getFirst())
                    .contains("Transfer-Encoding: chunked\r\n")
                    .doesNotContain("Content-Length");
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void passesAMegabyteBothWays() throws IOException {
        byte[] body = new byte[1 << 20];
        new Random(1).nextBytes(body);
        try (Origin origin = Origin.serving(Origin.echo());
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            for (int i = 0; i < 3; i++) {
                client.send(TestGateway.request("POST", "/a", "Content-Length: " + body.length + "\r\n"))
                        .send(body);
                assertThat(client.answer().body()).isEqualTo(body);
            }
        }
    }

    @Test
    void holdsAFastUpstreamBackForASlowClient() throws Exception {
        int megabytes = 64;
        java.util.concurrent.atomic.AtomicInteger written = new java.util.concurrent.atomic.AtomicInteger();
        Origin.Script flood = (request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + (megabytes << 20) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < megabytes; i++) {
                out.write(new byte[1 << 20]);
                written.incrementAndGet();
            }
            return true;
        };
        try (Origin origin = Origin.serving(flood);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            client.send(TestGateway.request("GET", "/a"));
            RawClient.head(client.in());
            int before = -1;
            for (int now = written.get(); now != before; now = written.get()) {
                before = now;
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            }
            assertThat(before).isLessThan(megabytes / 2);
            assertThat(client.in().skip((long) megabytes << 20)).isPositive();
        }
    }

    @Test
    void answersAnHttp10ClientWithoutChunks() throws IOException {
        try (Origin origin = Origin.serving(
                        Origin.always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"));
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            client.send("GET /dev/a HTTP/1.0\r\nHost: api1.execute-api.localhost\r\nConnection: keep-alive\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(answer.header("Transfer-Encoding")).isNull();
            assertThat(answer.text()).isEqualTo("hi");
        }
    }

    @Test
    void readsAnAnswerThatEndsWithItsConnection() throws IOException {
        Origin.Script closing = (request, out) -> {
            out.write("HTTP/1.0 200 OK\r\n\r\nuntil the end".getBytes(StandardCharsets.US_ASCII));
            return false;
        };
        try (Origin origin = Origin.serving(closing);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().text())
                    .isEqualTo("until the end");
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().text())
                    .isEqualTo("until the end");
        }
    }

    @Test
    void passesHeadAndBodylessAnswers() throws IOException {
        Origin.Script script = (request, out) -> {
            String answer = request.head().startsWith("HEAD")
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"
                    : request.head().startsWith("DELETE")
                            ? "HTTP/1.1 204 No Content\r\n\r\n"
                            : "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n";
            out.write(answer.getBytes(StandardCharsets.US_ASCII));
            return true;
        };
        try (Origin origin = Origin.serving(script);
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(TestGateway.request("HEAD", "/a"))
                                .answerToHead()
                                .header("Content-Length"))
                        .isEqualTo("7");
                assertThat(client.send(TestGateway.request("DELETE", "/a"))
                                .answer()
                                .status())
                        .isEqualTo(204);
                assertThat(client.send(TestGateway.request("GET", "/a"))
                                .answer()
                                .status())
                        .isEqualTo(304);
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void skipsInterimAnswers() throws IOException {
        try (Origin origin = Origin.serving(
                        Origin.always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
                RawClient client = gateway.connect()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url()));
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().text())
                    .isEqualTo("ok");
            assertThat(client.send(TestGateway.request("GET", "/a")).answer().text())
                    .isEqualTo("ok");
        }
    }

    @Test
    void mapsParameters() throws IOException {
        try (Origin origin = Origin.serving(Origin.echo())) {
            gateway.route(
                    "GET",
                    "/a/{id}",
                    Integration.HttpProxy.of(
                            origin.url() + "/{key}/{q}?fixed=1",
                            "POST",
                            Duration.ofSeconds(5),
                            Map.of(
                                    "integration.request.path.key", "method.request.path.id",
                                    "integration.request.path.q", "method.request.querystring.q",
                                    "integration.request.querystring.v", "'a b'",
                                    "integration.request.header.X-Id", "method.request.header.X-From",
                                    "integration.request.header.X-None", "method.request.header.X-Absent")));
            assertThat(gateway.exchange(TestGateway.request(
                                    "GET", "/a/7%2B?q=x/y&v=client&w=2", "X-From: f\r\nX-Id: client\r\n"))
                            .status())
                    .isEqualTo(200);
            assertThat(origin.requests().getFirst())
                    .startsWith("POST /7%2B/x%2Fy?fixed=1&q=x/y&w=2&v=a%20b HTTP/1.1\r\n")
                    .contains("X-Id: f\r\n")
                    .doesNotContain("X-None", "X-Id: client");
            assertThat(gateway.get("/a/7?q=..").status()).isEqualTo(400);
            assertThat(gateway.exchange(TestGateway.request("GET", "/a/7?q=%0d%0aX:1"))
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void neverLetsAMappedValueEndALine() throws IOException {
        try (Origin origin = Origin.serving(Origin.echo())) {
            gateway.route(
                    "GET",
                    "/a",
                    Integration.HttpProxy.of(
                            origin.url(),
                            "GET",
                            Duration.ofSeconds(5),
                            Map.of("integration.request.header.X-Q", "method.request.querystring.q")));
            assertThat(gateway.get("/a?q=%0d%0aX-Evil:1").status()).isEqualTo(400);
            assertThat(origin.requests()).isEmpty();
            gateway.route(
                    "GET",
                    "/b",
                    Integration.HttpProxy.of(
                            origin.url(),
                            "GET",
                            Duration.ofSeconds(5),
                            Map.of("integration.request.header.Content-Length", "'1'")));
            assertThat(gateway.get("/b").text()).isEqualTo("{\"message\": \"Internal server error\"}");
        }
    }
}
