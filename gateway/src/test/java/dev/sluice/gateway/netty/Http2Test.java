/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings.Tls;
import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.gateway.Integration;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients of HTTP/2 get. */
class Http2Test {
    private static final String PREFIX = "/restapis/api1/dev/_user_request_";

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void exchangeMany(HttpClient client, URI url, byte[] body) throws Exception {
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            HttpRequest request = HttpRequest.newBuilder(url)
                    .header("Cookie", "a=1")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Arrays.copyOf(body, i * 20_000)))
                    .build();
            answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
        }
        for (int i = 0; i < 40; i++) {
            HttpResponse<byte[]> answer = answers.get(i).get(20, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo(Arrays.copyOf(body, i * 20_000));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BORINGSSL", "JDK"})
    void servesTheJdksClientOverTlsManyAtOnce(TlsProvider provider) throws Exception {
        TestCertificate certificate = TestCertificate.make();
        Certificates certificates = Certificates.of(certificate.server());
        try (Origin origin = Origin.serving(Origin.echo());
                TestGateway gateway = TestGateway.start(settings ->
                        settings.withTls(new Tls("127.0.0.1", 0, certificates, provider, Tls.TICKET_KEY_PERIOD)));
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(certificate.context())
                        .build()) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url() + "/x"));
            URI url = URI.create("https://localhost:" + gateway.tlsPort() + PREFIX + "/a");
            exchangeMany(client, url, bytes(800_000));
            assertThat(origin.requests().getFirst())
                    .startsWith("POST /x HTTP/1.1\r\n")
                    .contains("X-Forwarded-Proto: https\r\n", "cookie: a=1\r\n");
        }
    }

    @Test
    void servesCurlByPriorKnowledge() throws Exception {
        try (TestGateway gateway = TestGateway.start()) {
            gateway.route("GET", "/a", TestGateway.mock("hello"));
            Process curl = new ProcessBuilder(
                            "curl",
                            "-sS",
                            "--http2-prior-knowledge",
                            "-w",
                            " %{http_version} %{http_code}",
                            "http://127.0.0.1:" + gateway.port() + PREFIX + "/a")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text).isEqualTo("hello 2 200");
        }
    }

    @Test
    void aPrefaceMayComeByteByByteAndHttp1StillWorksBesideIt() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.silent(gateway.port());
                RawClient old = gateway.connect()) {
            gateway.route("GET", "/a", TestGateway.mock("hello"));
            for (byte b : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                client.raw(new byte[] {b});
            }
            client.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]).headers(1, true, RawHttp2.get("/a"));
            assertThat(client.answer(1).text()).isEqualTo("hello");
            for (byte b : TestGateway.request("POST", "/a").getBytes(StandardCharsets.US_ASCII)) {
                old.send(new byte[] {b});
            }
            assertThat(old.answer().status()).isEqualTo(403);
            old.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            assertThat(old.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void answersHaveTheFieldsOfHttp1InLowerCase() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.mock("hello"));
            RawHttp2.Answer get =
                    client.headers(1, true, RawHttp2.get("/a?q=1")).answer(1);
            assertThat(get.fields)
                    .containsEntry(":status", "200")
                    .containsEntry("content-type", "text/plain")
                    .containsEntry("content-length", "5")
                    .containsEntry("date", "Sun, 22 Nov 2026 10:00:00 GMT")
                    .containsKeys("x-amzn-requestid", "x-amz-apigw-id")
                    .doesNotContainKeys("connection", "Connection");
            assertThat(get.text()).isEqualTo("hello");
            RawHttp2.Answer head =
                    client.headers(3, true, RawHttp2.request("HEAD", "/a")).answer(3);
            assertThat(head.fields).containsEntry("content-length", "5");
            assertThat(head.text()).isEmpty();
            RawHttp2.Answer unknown =
                    client.headers(5, true, RawHttp2.get("/b")).answer(5);
            assertThat(unknown.status()).isEqualTo(403);
            assertThat(unknown.fields).containsEntry("x-amzn-errortype", "MissingAuthenticationTokenException");
            assertThat(unknown.text()).isEqualTo("{\"message\":\"Missing Authentication Token\"}");
        }
    }

    @Test
    void aRefusalByALimitHasItsFields() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("GET", "/a", TestGateway.mock("hello"));
            gateway.publish(TestGateway.bucket("stage", new Limit(Rate.perSecond(1), 1)));
            client.headers(1, true, RawHttp2.get("/a")).headers(3, true, RawHttp2.get("/a"));
            assertThat(client.answer(1).status()).isEqualTo(200);
            RawHttp2.Answer refused = client.answer(3);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.fields).containsKeys("retry-after", "ratelimit");
            assertThat(refused.text()).isEqualTo("{\"message\":\"Too Many Requests\"}");
        }
    }

    @Test
    void anUpstreamGetsOneRequestOfHttp1() throws Exception {
        try (Origin origin = Origin.serving(Origin.echo());
                TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url() + "/x"));
            String[] post =
                    RawHttp2.request("POST", "/a?q=1", "cookie", "a=1", "x-b", "2", "cookie", "c=3", "te", "trailers");
            client.headers(1, false, post)
                    .data(1, false, "hel".getBytes(StandardCharsets.US_ASCII))
                    .data(1, false, "lo".getBytes(StandardCharsets.US_ASCII))
                    .headers(1, true, "x-checksum", "7");
            RawHttp2.Answer answer = client.answer(1);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(origin.requests().getFirst())
                    .startsWith("POST /x?q=1 HTTP/1.1\r\nHost: 127.0.0.1:")
                    .contains("cookie: a=1; c=3\r\n", "x-b: 2\r\n", "Transfer-Encoding: chunked\r\n")
                    .doesNotContain("te: ", "x-checksum", "api1.execute-api");
            client.headers(3, false, RawHttp2.request("POST", "/a", "content-length", "2"))
                    .data(3, true, new byte[] {'o', 'k'});
            assertThat(client.answer(3).text()).isEqualTo("ok");
            assertThat(origin.requests().get(1)).contains("Content-Length: 2\r\n");
        }
    }

    @Test
    void anAnswerIsNoFasterThanTheClientsWindow() throws Exception {
        byte[] body = bytes(3_000_000);
        try (Origin origin = Origin.serving((_, out) -> {
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    out.write(body);
                    return true;
                });
                TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port(), RawHttp2.setting(4, 1000))) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url() + "/x"));
            client.headers(1, true, RawHttp2.get("/a"));
            RawHttp2.Answer answer = client.soFar(1);
            while (answer.body.size() < 1000) {
                client.readFrame();
            }
            // Another stream has a window of its own.
            gateway.route("GET", "/b", TestGateway.mock("hello"));
            client.headers(3, true, RawHttp2.get("/b"));
            assertThat(client.answer(3).text()).isEqualTo("hello");
            assertThat(answer.body.size()).isEqualTo(1000);
            client.frame(RawHttp2.WINDOW_UPDATE, 0, 1, RawHttp2.number(4_000_000))
                    .frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(4_000_000));
            assertThat(client.answer(1).body.toByteArray()).isEqualTo(body);
        }
    }

    @Test
    void aRequestIsNoFasterThanItsUpstream() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        byte[] body = bytes(8_000_000);
        ServerSocket listener = new ServerSocket();
        listener.setReceiveBufferSize(8_192);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (Origin origin = Origin.serving(listener, (request, out) -> {
                    try {
                        read.await();
                    } catch (InterruptedException e) {
                        return false;
                    }
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" + request.body().length)
                            .getBytes(StandardCharsets.US_ASCII));
                    return true;
                });
                TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url() + "/x", Duration.ofSeconds(20)));
            gateway.route("ANY", "/b", TestGateway.mock("hello"));
            client.headers(1, false, RawHttp2.request("POST", "/a"));
            int sent = 0;
            // Another request now and then, whose answer tells that what was sent before has been read.
            for (int stream = 3; sent < body.length && sent < client.window(1); stream += 2) {
                int next = Math.min(sent + 16_384, body.length);
                client.data(1, next == body.length, Arrays.copyOfRange(body, sent, next));
                sent = next;
                client.headers(stream, true, RawHttp2.get("/b"));
                assertThat(client.answer(stream).text()).isEqualTo("hello");
            }
            assertThat(sent).isLessThan(body.length);
            read.countDown();
            while (sent < body.length) {
                int next = Math.min(sent + 16_384, body.length);
                while (client.window(1) < next || client.window(0) < next) {
                    client.readFrame();
                }
                client.data(1, next == body.length, Arrays.copyOfRange(body, sent, next));
                sent = next;
            }
            assertThat(client.answer(1).text()).isEqualTo("8000000");
        }
    }

    @Test
    void aClientThatGivesUpStopsTheUpstreamCall() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        try (Origin origin = Origin.serving((request, _) -> {
                    called.countDown();
                    return request.in().read() >= 0;
                });
                TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url() + "/x"));
            gateway.route("ANY", "/b", TestGateway.mock("hello"));
            client.headers(1, true, RawHttp2.get("/a"));
            called.await();
            client.frame(RawHttp2.RST_STREAM, 0, 1, RawHttp2.number(8));
            assertThat(gateway.end().status()).isEqualTo(499);
            assertThat(origin.sawEnd()).isTrue();
            client.headers(3, true, RawHttp2.get("/b"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void aBrokenAnswerBreaksItsStreamOnly() throws Exception {
        try (Origin origin = Origin.serving((_, out) -> {
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
                    return false;
                });
                TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.proxy(origin.url() + "/x"));
            gateway.route("ANY", "/b", TestGateway.mock("hello"));
            client.headers(1, true, RawHttp2.get("/a"));
            assertThat(client.reset(1)).isEqualTo(2);
            client.headers(3, true, RawHttp2.get("/b"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerToAnUnfinishedRequestEndsIt() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("POST", "/a", TestGateway.mock("hello"));
            client.headers(1, false, RawHttp2.request("POST", "/b"));
            assertThat(client.answer(1).status()).isEqualTo(403);
            assertThat(client.reset(1)).isZero();
            client.headers(3, false, RawHttp2.request("POST", "/a", "content-length", "20000000"));
            assertThat(client.answer(3).status()).isEqualTo(413);
            assertThat(client.reset(3)).isZero();
            client.headers(5, false, RawHttp2.request("POST", "/a", "expect", "100-continue"));
            while (client.soFar(5).interim == 0) {
                client.readFrame();
            }
            client.data(5, true, new byte[10]);
            assertThat(client.answer(5).status()).isEqualTo(200);
            assertThat(client.soFar(5).interim).isEqualTo(100);
        }
    }

    @Test
    void aStopLetsStreamsEndAndTakesNoNewOnes() throws Exception {
        CompletableFuture<BackendResponse> answer = new CompletableFuture<>();
        CountDownLatch called = new CountDownLatch(1);
        TestGateway gateway = TestGateway.start();
        gateway.route(
                "GET",
                "/a",
                new Integration.Called(
                        (_, _) -> {
                            called.countDown();
                            return answer;
                        },
                        Duration.ofSeconds(5)));
        try (RawHttp2 idle = RawHttp2.connect(gateway.port());
                RawHttp2 busy = RawHttp2.connect(gateway.port())) {
            busy.headers(1, true, RawHttp2.get("/a"));
            called.await();
            // The idle one's preface has been read.
            idle.readFrame();
            Thread closing = Thread.ofVirtual().start(gateway::close);
            assertThat(idle.end()).isZero();
            while (busy.goAway() == RawHttp2.ENDED) {
                busy.readFrame();
            }
            busy.headers(3, true, RawHttp2.get("/a"));
            answer.complete(new BackendResponse.Answer(200, List.of(), new byte[] {'o', 'k'}));
            assertThat(busy.answer(1).text()).isEqualTo("ok");
            assertThat(busy.end()).isZero();
            assertThat(busy.soFar(3).status()).isZero();
            assertThat(closing.join(Duration.ofSeconds(5))).isTrue();
        }
        assertThat(gateway.ends).hasSize(1);
    }
}
