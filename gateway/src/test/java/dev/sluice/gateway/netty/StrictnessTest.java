/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not understood in full is refused, ends the connection and never reaches an upstream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrictnessTest {
    private static final String HOST = "Host: api1.execute-api.localhost\r\n";

    private Origin origin = failing();
    private TestGateway gateway = TestGateway.start();

    private static Origin failing() {
        try {
            return Origin.serving(Origin.echo());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    void route() {
        gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}"));
    }

    @AfterAll
    void close() {
        gateway.close();
        origin.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // framing
                "POST /dev/a HTTP/1.1\r\nH\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
                "POST /dev/a HTTP/1.0\r\nH\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
                "POST /dev/a HTTP/1.0\r\nH\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /dev/a HTTP/1.1\r\nH\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "POST /dev/a HTTP/1.1\r\nH\r\nTransfer-Encoding: identity\r\n\r\n",
                "POST /dev/a HTTP/1.1\r\nH\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /dev/a HTTP/1.1\r\nH\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /dev/a HTTP/1.1\r\nH\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /dev/a HTTP/1.1\r\nH\r\nTransfer-Encoding:\r\n\r\n",
                "POST /dev/a HTTP/1.1\r\nH\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
                "POST /dev/a HTTP/1.1\r\nH\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
                "POST /dev/a HTTP/1.1\r\nH\r\nContent-Length: 3, 3\r\n\r\nabc",
                "POST /dev/a HTTP/1.1\r\nH\r\nContent-Length: +3\r\n\r\nabc",
                "POST /dev/a HTTP/1.1\r\nH\r\nContent-Length: -1\r\n\r\nabc",
                "POST /dev/a HTTP/1.1\r\nH\r\nContent-Length: 0x3\r\n\r\nabc",
                "POST /dev/a HTTP/1.1\r\nH\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
                "POST /dev/a HTTP/1.1\r\nH\r\nContent-Length:\r\n\r\nabc",
                // lines
                "GET /dev/a HTTP/1.1\r\nH\r\nX-A: 1\r\n folded\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nH\r\n X-A: 1\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nH\r\nX-A : 1\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nH\r\nX-A\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nH\r\n: 1\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nH\r\nX-A: a\u0000b\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nH\r\nX-A: a\rb\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nH\r\nX-A: a\nX-B: b\r\n\r\n",
                "GET /dev/a HTTP/1.1\nHost: api1.execute-api.localhost\n\n",
                "GET /dev/a HTTP/1.1\r\nH\r\nX-\u00c4: 1\r\n\r\n",
                "GET  /dev/a HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a  HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a HTTP/1.1 \r\nH\r\n\r\n",
                "GET\t/dev/a HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a\r\n\r\n",
                "GET /dev/a HTTP/2.0\r\nH\r\n\r\n",
                "GET /dev/a HTTP/1.2\r\nH\r\n\r\n",
                "GET /dev/a http/1.1\r\nH\r\n\r\n",
                "GET /dev/\u00e9 HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a\u0000 HTTP/1.1\r\nH\r\n\r\n",
                "\u0000GET /dev/a HTTP/1.1\r\nH\r\n\r\n",
                " GET /dev/a HTTP/1.1\r\nH\r\n\r\n",
                "\nGET /dev/a HTTP/1.1\r\nH\r\n\r\n",
                "G(T /dev/a HTTP/1.1\r\nH\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001",
                // addressing
                "GET /dev/a HTTP/1.1\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nH\r\nH\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nHost: a,b\r\n\r\n",
                "GET /dev/a HTTP/1.1\r\nHost: user@api1.execute-api.localhost\r\n\r\n",
                "GET dev/a HTTP/1.1\r\nH\r\n\r\n",
                "GET * HTTP/1.1\r\nH\r\n\r\n",
                "CONNECT api1.execute-api.localhost:80 HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a#b HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a?b#c HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/../a HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a/%2e%2e/b HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/..;/b HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a%2f..%2fb HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a%5c..%5cb HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a\\b HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a%00b HTTP/1.1\r\nH\r\n\r\n",
                "GET /dev/a%0d%0ab HTTP/1.1\r\nH\r\n\r\n",
            })
    void refusesBadHeads(String bytes) throws IOException {
        int before = origin.requests().size();
        try (RawClient client = gateway.connect()) {
            client.send(bytes.replace("H\r\n", HOST));
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).isEqualTo("{\"message\": \"Bad Request\"}");
            assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("BadRequestException");
        }
        assertThat(origin.requests()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\nabc\r\n0\r\n\r\n",
                "-1\r\nabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                "FFFFFFFF\r\nabc\r\n0\r\n\r\n",
                "100000000000000003\r\nabc\r\n0\r\n\r\n",
                "\r\nabc\r\n0\r\n\r\n",
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n",
                "3 \r\nabc\r\n0\r\n\r\n",
            })
    void refusesBadChunks(String body) throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/a", "Transfer-Encoding: chunked\r\n") + body);
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void dropsChunkExtensionsAndTrailers() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(TestGateway.request("POST", "/a", "Transfer-Encoding: chunked\r\n", "Trailer: X-T\r\n")
                    + "3;ext=1\r\nabc\r\n0\r\nX-T: 1\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("abc");
        }
    }

    @Test
    void refusesUrlsAndHeadsThatAreTooLong() throws IOException {
        RawClient.Answer url = gateway.exchange(TestGateway.request("GET", "/" + "a".repeat(10_240)));
        assertThat(url.status()).isEqualTo(414);
        assertThat(url.text()).isEqualTo("Request URI too long");
        RawClient.Answer one =
                gateway.exchange(TestGateway.request("GET", "/a", "X-A: " + "a".repeat(10_240) + "\r\n"));
        assertThat(one.status()).isEqualTo(431);
        RawClient.Answer many = gateway.exchange(TestGateway.request("GET", "/a", "X-A: 1\r\n".repeat(1_300)));
        assertThat(many.status()).isEqualTo(431);
        assertThat(gateway.get("/" + "a".repeat(10_000)).status()).isEqualTo(200);
    }

    @Test
    void skipsOneEmptyLineBeforeARequest() throws IOException {
        assertThat(gateway.exchange("\r\n" + TestGateway.request("GET", "/a")).status())
                .isEqualTo(200);
    }
}
