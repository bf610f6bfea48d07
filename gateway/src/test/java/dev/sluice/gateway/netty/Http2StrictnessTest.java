/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests of HTTP/2 that leave room for a second reading never get past the gateway. */
class Http2StrictnessTest {
    private static final int PROTOCOL_ERROR = 1;

    /** Fields of a request that is no request. */
    static Stream<Object[]> malformed() {
        String[] get = RawHttp2.get("/a");
        return Stream.of(
                        RawHttp2.get("/a", "X-Upper", "1"),
                        RawHttp2.get("/a", "connection", "close"),
                        RawHttp2.get("/a", "keep-alive", "1"),
                        RawHttp2.get("/a", "proxy-connection", "close"),
                        RawHttp2.get("/a", "transfer-encoding", "chunked"),
                        RawHttp2.get("/a", "upgrade", "h2c"),
                        RawHttp2.get("/a", "te", "gzip"),
                        RawHttp2.get("/a", "te", "trailers, gzip"),
                        RawHttp2.get("/a", "host", "other.example.com"),
                        RawHttp2.get("/a", "host", "api1.execute-api.localhost", "host", "api1.execute-api.localhost"),
                        RawHttp2.get("/a", "", "1"),
                        RawHttp2.get("/a", "a b", "1"),
                        RawHttp2.get("/a", "a:b", "1"),
                        RawHttp2.get("/a", "a\r\nb", "1"),
                        RawHttp2.get("/a", "a\u00e4", "1"),
                        RawHttp2.get("/a", "a", "1\r\nx: 2"),
                        RawHttp2.get("/a", "a", "1\n"),
                        RawHttp2.get("/a", "a", "1\u0000"),
                        RawHttp2.get("/a", "a", " 1"),
                        RawHttp2.get("/a", "a", "1\t"),
                        RawHttp2.get("/a", ":path", "/dev/b"),
                        RawHttp2.get("/a", ":status", "200"),
                        RawHttp2.get("/a", ":protocol", "websocket"),
                        RawHttp2.get("/a", ":unknown", "1"),
                        RawHttp2.get("/a", "content-length", "5"),
                        RawHttp2.get("/a", "content-length", "0", "content-length", "1"),
                        RawHttp2.get("/a", "content-length", "0", "content-length", "0"),
                        RawHttp2.get("/a", "content-length", "0", "a", "1", "content-length", "0"),
                        RawHttp2.get("/a", "content-length", "0, 0"),
                        RawHttp2.get("/a", "content-length", "0,0"),
                        RawHttp2.get("/a", "content-length", "-1"),
                        RawHttp2.get("/a", "content-length", "+0"),
                        RawHttp2.get("/a", "content-length", "0x0"),
                        Arrays.copyOfRange(get, 2, 8),
                        Arrays.copyOfRange(get, 0, 6),
                        new String[] {":method", "GET", ":authority", "api1.execute-api.localhost", ":path", "/dev/a"},
                        new String[] {":method", "GET", ":scheme", "ftp", ":authority", "a", ":path", "/dev/a"},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a", ":path", ""},
                        new String[] {":method", "CONNECT", ":authority", "a:1"},
                        new String[] {
                            ":method", "GET", ":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/dev/a"
                        },
                        new String[] {
                            ":method", "GET", ":scheme", "http", ":path", "/dev/a", "a", "1", ":authority", "a"
                        })
                .map(fields -> new Object[] {fields});
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsNoRequestEndsItsStreamOnly(String[] fields) throws Exception {
        try (Origin origin = Origin.serving(Origin.echo());
                TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}"));
            client.headers(1, true, fields);
            assertThat(client.reset(1)).isEqualTo(PROTOCOL_ERROR);
            assertThat(client.soFar(1).status()).isZero();
            assertThat(origin.requests()).isEmpty();
            client.headers(3, true, RawHttp2.get("/b"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, http, api1.execute-api.localhost, dev/a, 400",
        "GET, http, api1.execute-api.localhost, *, 400",
        "GET, http, api1.execute-api.localhost, http://other/dev/a, 400",
        "GET, http, api1.execute-api.localhost, /dev/a b, 400",
        "GET, http, api1.execute-api.localhost, /dev/../a, 400",
        "GET, http, user@api1.execute-api.localhost, /dev/a, 400",
        "GET, http, api1.execute-api.localhost/dev, /dev/a, 400",
        "G T, http, api1.execute-api.localhost, /dev/a, 400",
        "GET, https, api1.execute-api.localhost, /dev/a, 200",
        "GET, http, API1.execute-api.localhost:8080, /dev/a, 200",
        "GET, http, other.example.com, /dev/a, 403",
    })
    void whatHttp1RefusesIsRefusedTheSameWay(String method, String scheme, String authority, String path, int status)
            throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.mock("hello"));
            client.headers(1, true, ":method", method, ":scheme", scheme, ":authority", authority, ":path", path);
            assertThat(client.answer(1).status()).isEqualTo(status);
        }
    }

    @Test
    void sizesAreThoseOfHttp1() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.mock("hello"));
            client.headers(1, true, RawHttp2.get("/a", "x", "v".repeat(10_000)));
            assertThat(client.answer(1).status()).isEqualTo(200);
            client.headers(3, true, RawHttp2.get("/a", "x", "v".repeat(10_240)));
            assertThat(client.answer(3).status()).isEqualTo(431);
            client.headers(5, true, RawHttp2.get("/a?" + "q".repeat(10_000)));
            assertThat(client.answer(5).status()).isEqualTo(200);
            client.headers(7, true, RawHttp2.get("/a?" + "q".repeat(10_240)));
            assertThat(client.answer(7).status()).isEqualTo(414);
            client.headers(9, true, RawHttp2.get("/a"));
            assertThat(client.answer(9).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 4, true", "5, 6, true", "5, 6, false", "0, 1, true", "5, 0, true"})
    void aBodyMustBeAsLongAsItSays(int says, int is, boolean end) throws Exception {
        try (Origin origin = Origin.serving(Origin.echo());
                TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}"));
            client.headers(1, false, RawHttp2.request("POST", "/a", "content-length", "" + says))
                    .data(1, end, new byte[is]);
            assertThat(client.reset(1)).isEqualTo(PROTOCOL_ERROR);
            client.headers(3, true, RawHttp2.get("/b"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void trailersAreFieldsAloneAndTheEnd() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.mock("hello"));
            client.headers(1, false, RawHttp2.request("POST", "/a"))
                    .data(1, false, new byte[3])
                    .headers(1, true, ":path", "/dev/b");
            assertThat(client.reset(1)).isEqualTo(PROTOCOL_ERROR);
            client.headers(3, false, RawHttp2.request("POST", "/a"))
                    .data(3, false, new byte[3])
                    .headers(3, false, "a", "1");
            assertThat(client.reset(3)).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @Test
    void noMoreStreamsThanAnnouncedAreServedAtOnce() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp2 client = RawHttp2.connect(gateway.port())) {
            gateway.route("ANY", "/a", TestGateway.mock("hello"));
            for (int i = 0; i <= 128; i++) {
                client.headers(1 + 2 * i, false, RawHttp2.request("POST", "/a"));
            }
            // REFUSED_STREAM: the client may try again.
            assertThat(client.reset(257)).isEqualTo(7);
            client.data(1, true, new byte[1]);
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
    }
}
