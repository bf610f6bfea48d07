/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.gateway.GatewaySettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a client or an upstream can hold of the gateway is bounded. */
class BoundsTest {
    private static final Duration IDLE = Duration.ofSeconds(60);

    @Test
    void countsTheTimeThatABodyHasLeft() {
        BodyPace pace = new BodyPace(new GatewaySettings.BodyPace(Duration.ofSeconds(5), 100));
        pace.begin(1_000_000_000);
        assertThat(pace.left(1_000_000_000, IDLE)).isEqualTo(Duration.ofSeconds(5));
        pace.came(250);
        assertThat(pace.left(3_000_000_000L, IDLE)).isEqualTo(Duration.ofMillis(5_500));
        assertThat(pace.left(9_000_000_000L, IDLE).isPositive()).isFalse();
        pace.came(100_000_000);
        assertThat(pace.left(9_000_000_000L, IDLE)).isEqualTo(IDLE);
        pace.begin(9_000_000_000L);
        assertThat(pace.left(9_000_000_000L, IDLE)).isEqualTo(Duration.ofSeconds(5));
        BodyPace any = new BodyPace(new GatewaySettings.BodyPace(Duration.ofSeconds(5), 0));
        any.begin(0);
        assertThat(any.left(Duration.ofDays(1).toNanos(), IDLE)).isEqualTo(IDLE);
    }

    @Test
    void refusesABodyThatTrickles() throws Exception {
        GatewaySettings.BodyPace slowest = new GatewaySettings.BodyPace(Duration.ofMillis(300), 1_000);
        try (TestGateway gateway = TestGateway.start(settings -> settings.withBodyPace(slowest));
                Origin origin = Origin.serving(Origin.echo());
                RawClient client = gateway.connect()) {
            gateway.route("POST", "/a", TestGateway.proxy(origin.url()));
            client.send(TestGateway.request("POST", "/a", "Content-Length: 100000\r\n"));
            Thread trickle = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        client.send("x");
                        Thread.sleep(10);
                    }
                } catch (IOException | InterruptedException e) {
                    // The gateway has had enough.
                }
            });
            assertThat(client.answer().status()).isEqualTo(408);
            trickle.interrupt();
            trickle.join();
        }
    }

    @Test
    void doesNotBlameTheClientForAnUpstreamThatTakesItsTime() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        GatewaySettings.BodyPace slowest = new GatewaySettings.BodyPace(Duration.ofMillis(200), 100_000_000);
        byte[] body = new byte[8_000_000];
        Origin.Script late = (request, out) -> {
            try {
                read.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            int length = request.body().length;
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Length: " + length + "\r\n\r\n")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return false;
        };
        try (TestGateway gateway = TestGateway.start(settings -> settings.withBodyPace(slowest));
                Origin origin = Origin.serving(late);
                RawClient client = gateway.connect()) {
            gateway.route("POST", "/a", TestGateway.proxy(origin.url()));
            Thread sending = Thread.ofVirtual().start(() -> {
                try {
                    client.send(TestGateway.request("POST", "/a", "Content-Length: " + body.length + "\r\n"));
                    client.send(body);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int waits = 0; waits < 15; waits++) {
                Thread.sleep(40);
            }
            read.countDown();
            assertThat(client.answer().header("X-Length")).isEqualTo("8000000");
            sending.join();
        }
    }

    @Test
    void closesConnectionsThatAreTooMany() throws IOException {
        try (TestGateway gateway = TestGateway.start(settings -> settings.withMaxConnections(2))) {
            gateway.route("GET", "/a", TestGateway.mock("ok"));
            try (RawClient one = gateway.connect();
                    RawClient two = gateway.connect()) {
                assertThat(one.send(TestGateway.request("GET", "/a")).answer().status())
                        .isEqualTo(200);
                assertThat(two.send(TestGateway.request("GET", "/a")).answer().status())
                        .isEqualTo(200);
                try (RawClient three = gateway.connect()) {
                    assertThat(three.ended()).isTrue();
                }
                assertThat(gateway.refusedConnections()).isEqualTo(1);
                assertThat(one.send(TestGateway.request("GET", "/a")).answer().status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void opensNoMoreConnectionsToAnUpstreamThanItMay() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Origin.Script waiting = (request, out) -> {
            called.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return true;
        };
        try (TestGateway gateway =
                        TestGateway.start(settings -> settings.withEventLoops(1).withMaxUpstreamConnections(1));
                Origin origin = Origin.serving(waiting);
                RawClient first = gateway.connect()) {
            gateway.route("GET", "/a", TestGateway.proxy(origin.url()));
            first.send(TestGateway.request("GET", "/a"));
            called.await();
            assertThat(gateway.get("/a").status()).isEqualTo(504);
            answer.countDown();
            assertThat(first.answer().status()).isEqualTo(200);
            assertThat(gateway.get("/a").status()).isEqualTo(200);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void namesABoundThatIsNone() {
        GatewaySettings settings = GatewaySettings.http(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withMaxConnections(0))
                .withMessage("maxConnections: 0 (expected: 1 or more)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withMaxUpstreamConnections(-1))
                .withMessage("maxUpstreamConnections: -1 (expected: 1 or more)");
    }
}
