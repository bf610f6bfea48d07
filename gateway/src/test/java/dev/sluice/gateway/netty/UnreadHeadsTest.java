/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ExchangeEnd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics and logs hear the same of a request that is refused before its route is known, whatever its protocol. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnreadHeadsTest {
    private static final String HOST = "api1.execute-api.localhost";

    private final TestGateway gateway = TestGateway.start();

    @BeforeAll
    void route() {
        gateway.route("GET", "/a", TestGateway.mock("hello"));
    }

    @AfterAll
    void close() {
        gateway.close();
    }

    private record Refused(String name, int status, String http1, String[] http2) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Refused refused(String name, int status, String http1, String... http2) {
        return new Refused(name, status, http1, http2);
    }

    static Refused[] heads() {
        String large = "v".repeat(10_300);
        return new Refused[] {
            refused("name", 400, TestGateway.request("GET", "/a", "a b: 1\r\n"), RawHttp2.get("/a", "a b", "1")),
            refused("value", 400, TestGateway.request("GET", "/a", "a: \u0000\r\n"), RawHttp2.get("/a", "a", "\u0000")),
            refused(
                    "two lengths",
                    400,
                    TestGateway.request("GET", "/a", "Content-Length: 0\r\n", "Content-Length: 0\r\n"),
                    RawHttp2.get("/a", "content-length", "0", "content-length", "0")),
            refused(
                    "two hosts",
                    400,
                    TestGateway.request("GET", "/a", "Host: other\r\n"),
                    RawHttp2.get("/a", "host", "other")),
            refused(
                    "no host",
                    400,
                    "GET /dev/a HTTP/1.1\r\n\r\n",
                    ":method",
                    "GET",
                    ":scheme",
                    "http",
                    ":path",
                    "/dev/a"),
            refused(
                    "fields",
                    431,
                    TestGateway.request("GET", "/a", "x: " + large + "\r\n"),
                    RawHttp2.get("/a", "x", large)),
            refused("url", 414, TestGateway.request("GET", "/a?" + large), RawHttp2.get("/a?" + large)),
            refused(
                    "length",
                    413,
                    TestGateway.request("POST", "/a", "Content-Length: 10485761\r\n"),
                    RawHttp2.request("POST", "/a", "content-length", "10485761")),
            refused(
                    "expectation",
                    417,
                    TestGateway.request("POST", "/a", "Content-Length: 1\r\n", "Expect: more\r\n"),
                    RawHttp2.request("POST", "/a", "content-length", "1", "expect", "more")),
            refused(
                    "path",
                    400,
                    "GET /dev/../a HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n",
                    ":method",
                    "GET",
                    ":scheme",
                    "http",
                    ":authority",
                    HOST,
                    ":path",
                    "/dev/../a"),
        };
    }

    @ParameterizedTest
    @MethodSource("heads")
    void areToldOfInTheSameWay(Refused refused) throws Exception {
        try (RawClient http1 = gateway.connect();
                RawHttp2 http2 = RawHttp2.connect(gateway.port())) {
            assertThat(http1.send(refused.http1).answer().status()).isEqualTo(refused.status);
            ExchangeEnd one = gateway.end();
            assertThat(one.stage()).isNull();
            assertThat(one.status()).isEqualTo(refused.status);
            http2.headers(1, refused.status != 413 && refused.status != 417, refused.http2);
            ExchangeEnd other = gateway.end();
            assertThat(other.stage()).isNull();
            assertThat(other.status()).isEqualTo(refused.status);
            assertThat(other.error()).isNotNull().isEqualTo(one.error());
            http2.headers(3, true, RawHttp2.get("/a"));
            assertThat(http2.answer(3).status()).isEqualTo(200);
            assertThat(gateway.end().status()).isEqualTo(200);
            assertThat(gateway.ends).isEmpty();
        }
    }

    @Test
    void aHeadThatTheCodecFindsTooLargeIsToldOf() throws Exception {
        String large = "v".repeat(13_000);
        try (RawHttp2 client = RawHttp2.connect(gateway.port())) {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.fields(RawHttp2.get("/a", "x", large)))
                    .frame(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 1, RawHttp2.fields("y", large));
            assertThat(client.answer(1).status()).isEqualTo(431);
            ExchangeEnd end = gateway.end();
            assertThat(end.status()).isEqualTo(431);
            assertThat(end.error()).isNotNull();
            client.headers(3, true, RawHttp2.get("/a"));
            assertThat(client.answer(3).status()).isEqualTo(200);
            assertThat(gateway.end().status()).isEqualTo(200);
            assertThat(gateway.ends).isEmpty();
        }
    }

    @Test
    void aStreamThatBreaksLaterIsToldOfOnce() throws Exception {
        try (RawHttp2 client = RawHttp2.connect(gateway.port())) {
            client.headers(1, false, RawHttp2.get("/a", "content-length", "1")).data(1, true, new byte[2]);
            assertThat(client.reset(1)).isEqualTo(1);
            assertThat(gateway.end().status()).isEqualTo(499);
            client.headers(3, false, RawHttp2.get("/a")).headers(3, true, "a b", "1");
            assertThat(client.reset(3)).isEqualTo(1);
            assertThat(gateway.end().status()).isEqualTo(499);
            client.headers(5, true, RawHttp2.get("/a"));
            assertThat(client.answer(5).status()).isEqualTo(200);
            assertThat(gateway.end().status()).isEqualTo(200);
            assertThat(gateway.ends).isEmpty();
        }
    }
}
