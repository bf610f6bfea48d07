/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.Integration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks by HTTP/2: bounded work, then the connection ends, and others are served. */
class Http2HostilityTest {
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final byte[] NOTHING = new byte[0];

    /** What the n-th part of a flood is. */
    private interface Part {
        void send(RawHttp2 client, int n) throws IOException;
    }

    private static TestGateway start() {
        return TestGateway.start().route("ANY", "/a", TestGateway.mock("hello"));
    }

    /** Sends until the connection is cut; how many parts it took, and the code of the GOAWAY. */
    private static int flood(TestGateway gateway, int most, Part part) throws Exception {
        int sent = 0;
        try (RawHttp2 client = RawHttp2.connect(gateway.port())) {
            try {
                while (sent < most) {
                    part.send(client, sent);
                    sent++;
                }
            } catch (IOException _) {
                // Cut off while it was still sending.
            }
            assertThat(client.end()).isIn(ENHANCE_YOUR_CALM, RawHttp2.ENDED);
        }
        isServed(gateway);
        return sent;
    }

    private static void isServed(TestGateway gateway) throws IOException {
        try (RawHttp2 client = RawHttp2.connect(gateway.port())) {
            client.headers(1, true, RawHttp2.get("/a"));
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void rapidResetIsCutOffAfterAFewHundredRequests() throws Exception {
        AtomicInteger called = new AtomicInteger();
        try (TestGateway gateway = start()) {
            gateway.route(
                    "GET",
                    "/slow",
                    new Integration.Called(
                            (_, _) -> {
                                called.incrementAndGet();
                                return new CompletableFuture<BackendResponse>();
                            },
                            Duration.ofSeconds(20)));
            flood(
                    gateway,
                    100_000,
                    (client, n) -> client.headers(1 + 2 * n, true, RawHttp2.get("/slow"))
                            .frame(RawHttp2.RST_STREAM, 0, 1 + 2 * n, RawHttp2.number(8)));
            assertThat(called.get()).isLessThan(1_000);
        }
    }

    @Test
    void resetsThatTheServerIsMadeToSendCountAsWell() throws Exception {
        try (TestGateway gateway = start()) {
            // A window that grows by nothing is an error of its stream.
            flood(
                    gateway,
                    100_000,
                    (client, n) -> client.headers(1 + 2 * n, false, RawHttp2.request("POST", "/a"))
                            .frame(RawHttp2.WINDOW_UPDATE, 0, 1 + 2 * n, RawHttp2.number(0)));
            assertThat(gateway.ends.size()).isLessThan(1_000);
        }
    }

    @Test
    void requestsThatAreNoneAreCutOffToo() throws Exception {
        try (TestGateway gateway = start()) {
            flood(gateway, 100_000, (client, n) -> client.headers(1 + 2 * n, true, RawHttp2.get("/a", "te", "gzip")));
        }
    }

    @Test
    void pingsAreAnsweredUntilTheyAreTooMany() throws Exception {
        try (TestGateway gateway = start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            for (int i = 0; i < 500; i++) {
                client.frame(RawHttp2.PING, 0, 0, new byte[8]);
            }
            client.headers(1, true, RawHttp2.get("/a"));
            assertThat(client.answer(1).status()).isEqualTo(200);
            flood(gateway, 1_000_000, (other, _) -> other.frame(RawHttp2.PING, 0, 0, new byte[8]));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "settings",
                "settings acknowledged",
                "priority",
                "window updates",
                "window updates of no stream",
                "unknown frames",
                "resets of no stream"
            })
    void framesWithoutARequestAreCutOff(String kind) throws Exception {
        Part part = (client, n) -> {
            switch (kind) {
                case "settings" -> client.frame(RawHttp2.SETTINGS, 0, 0, RawHttp2.setting(4, 1000 + n % 2));
                case "settings acknowledged" -> client.frame(RawHttp2.SETTINGS, RawHttp2.ACK, 0, NOTHING);
                case "priority" -> client.frame(RawHttp2.PRIORITY, 0, 1 + 2 * (n % 1000), new byte[5]);
                case "window updates" -> client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(1));
                case "window updates of no stream" -> {
                    if (n == 0) {
                        client.headers(1, true, RawHttp2.get("/a"));
                    }
                    client.frame(RawHttp2.WINDOW_UPDATE, 0, 1, RawHttp2.number(1));
                }
                case "unknown frames" -> client.frame(99, 0, 0, NOTHING);
                default -> {
                    if (n == 0) {
                        client.headers(1, true, RawHttp2.get("/a"));
                    }
                    client.frame(RawHttp2.RST_STREAM, 0, 1, RawHttp2.number(8));
                }
            }
        };
        try (TestGateway gateway = start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            int most = 400_000;
            try {
                for (int n = 0; n < most; n++) {
                    part.send(client, n);
                }
            } catch (IOException _) {
                // Cut off while it was still sending.
            }
            int code = client.end();
            // Acknowledgements that nobody waits for are an error of their own.
            assertThat(code).isIn(ENHANCE_YOUR_CALM, RawHttp2.ENDED, kind.equals("settings acknowledged") ? 1 : 11);
            isServed(gateway);
        }
    }

    @Test
    void emptyDataIsCutOff() throws Exception {
        try (TestGateway gateway = start()) {
            flood(gateway, 400_000, (client, n) -> {
                if (n == 0) {
                    client.headers(1, false, RawHttp2.request("POST", "/a"));
                }
                client.data(1, false, NOTHING);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 16_000})
    void endlessContinuationsAreCutOff(int length) throws Exception {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(RawHttp2.fields("x", "v".repeat(length)));
        byte[] fragment = length == 0 ? NOTHING : block.toByteArray();
        try (TestGateway gateway = start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            int sent = 0;
            try {
                client.frame(RawHttp2.HEADERS, 0, 1, RawHttp2.fields(RawHttp2.get("/a")));
                for (; sent < 400_000; sent++) {
                    client.frame(RawHttp2.CONTINUATION, 0, 1, fragment);
                }
            } catch (IOException _) {
                // Cut off while it was still sending.
            }
            client.end();
            assertThat(sent).isLessThan(400_000);
            assertThat(gateway.ends).isEmpty();
            isServed(gateway);
        }
    }

    @Test
    void aSmallHeadThatBecomesALargeOneIsNotDecodedToItsEnd() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes(RawHttp2.fields(RawHttp2.get("/a")));
        // One literal that is indexed, then 10,000 references to it.
        byte[] literal = RawHttp2.fields("x", "v".repeat(3_000));
        literal[0] = 0x40;
        bomb.writeBytes(literal);
        for (int i = 0; i < 10_000; i++) {
            bomb.write(0x80 | 62);
        }
        try (TestGateway gateway = start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, bomb.toByteArray());
            client.end();
            assertThat(client.goAway()).isNotEqualTo(RawHttp2.ENDED);
            ExchangeEnd refused = gateway.end();
            assertThat(refused.status()).isEqualTo(431);
            assertThat(refused.stage()).isNull();
            assertThat(gateway.ends).isEmpty();
            isServed(gateway);
        }
    }

    @Test
    void aClientThatOpensNoWindowLosesItsStream() throws Exception {
        try (TestGateway gateway = TestGateway.start(
                        settings -> settings.withTimes(TestGateway.times(10_000, 300, 5_000, 5_000)));
                RawHttp2 client = RawHttp2.connect(gateway.port(), RawHttp2.setting(4, 0))) {
            gateway.route("ANY", "/a", TestGateway.mock("hello"));
            client.headers(1, true, RawHttp2.get("/a"));
            assertThat(client.reset(1)).isEqualTo(2);
            assertThat(gateway.end().status()).isEqualTo(200);
            assertThat(client.end()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PRI * HTT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"})
    void aClientThatBeginsNothingIsCutOff(String beginning) throws Exception {
        try (TestGateway gateway = TestGateway.start(
                        settings -> settings.withTimes(TestGateway.times(300, 10_000, 5_000, 5_000)));
                RawHttp2 client = RawHttp2.silent(gateway.port())) {
            client.raw(beginning.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(client.end()).isIn(0, RawHttp2.ENDED);
        }
    }

    @Test
    void aHeadThatStopsIsCutOff() throws Exception {
        try (TestGateway gateway =
                        TestGateway.start(settings -> settings.withTimes(TestGateway.times(300, 300, 5_000, 5_000)));
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.mock("hello"));
            client.headers(1, true, RawHttp2.get("/a"));
            assertThat(client.answer(1).status()).isEqualTo(200);
            client.frame(RawHttp2.HEADERS, 0, 3, RawHttp2.fields(":method", "GET"));
            assertThat(client.end()).isZero();
        }
    }

    @Test
    void aBodyThatStopsIsRefused() throws Exception {
        try (TestGateway gateway = TestGateway.start(
                        settings -> settings.withTimes(TestGateway.times(10_000, 300, 5_000, 5_000)));
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.mock("hello"));
            client.headers(1, false, RawHttp2.request("POST", "/a")).data(1, false, new byte[2]);
            assertThat(client.answer(1).status()).isEqualTo(408);
        }
    }

    @Test
    void windowsThatOverflowAreAnError() throws Exception {
        try (TestGateway gateway = start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(Integer.MAX_VALUE));
            assertThat(client.end()).isEqualTo(3);
            isServed(gateway);
        }
    }

    @Test
    void dataOfAStreamThatNeverBeganIsAnError() throws Exception {
        try (TestGateway gateway = start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            client.frame(RawHttp2.DATA, 0, 7, new byte[10]);
            assertThat(client.end()).isEqualTo(1);
            isServed(gateway);
        }
    }
}
