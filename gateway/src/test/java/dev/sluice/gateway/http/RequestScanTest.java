/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.gateway.Header;
import dev.sluice.gateway.http.RequestHead.Expectation;
import dev.sluice.gateway.http.RequestHead.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScanTest {
    private static final RequestHead.Connection PEER =
            new RequestHead.Connection("127.0.0.1", 1, 80, "http", "127.0.0.1", false);
    private static final String HEAD = "POST /a/b?x=1 HTTP/1.1\r\nHost: Api.example:80\r\nX-A:\t one two \r\nx-a: 3\r\n"
            + "Content-Length: 5\r\nConnection: Keep-Alive, X-B\r\nExpect: 100-Continue\r\nX-Empty:\r\n\r\n";

    @Test
    void readsAHeadHoweverItIsCut() {
        byte[] bytes = ("\r\n" + HEAD + "hello").getBytes(StandardCharsets.ISO_8859_1);
        for (int first = 0; first <= bytes.length; first++) {
            for (int step : new int[] {1, 3, 4096}) {
                RequestScan scan = new RequestScan(100, 1000);
                ByteBuf in = Unpooled.buffer();
                Verdict verdict = Verdict.INCOMPLETE;
                for (int at = 0; at < bytes.length && verdict == Verdict.INCOMPLETE; ) {
                    int length = Math.min(at == 0 && first > 0 ? first : step, bytes.length - at);
                    in.writeBytes(bytes, at, length);
                    verdict = scan.scan(in);
                    at += length;
                }
                assertThat(verdict).isEqualTo(Verdict.COMPLETE);
                check(requireNonNull(scan.take(PEER)));
                assertThat(scan.inHead()).isFalse();
                assertThat("hello").startsWith(in.toString(StandardCharsets.US_ASCII));
            }
        }
    }

    private static void check(RequestHead head) {
        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.rawPath()).isEqualTo("/a/b");
        assertThat(head.rawQuery()).isEqualTo("x=1");
        assertThat(head.host()).isEqualTo("api.example");
        assertThat(head.protocol()).isEqualTo("HTTP/1.1");
        assertThat(head.framing()).isEqualTo(new Framing(5, true, Expectation.CONTINUE));
        assertThat(head.fields().all())
                .containsExactly(
                        new Header("Host", "Api.example:80"),
                        new Header("X-A", "one two"),
                        new Header("x-a", "3"),
                        new Header("Content-Length", "5"),
                        new Header("Connection", "Keep-Alive, X-B"),
                        new Header("Expect", "100-Continue"),
                        new Header("X-Empty", ""));
        assertThat(head.fields().values("X-a")).containsExactly("one two", "3");
        assertThat(head.fields().connectionTokens()).containsExactly("x-b");
        assertThat(head.fields().first(KnownField.HOST)).isEqualTo("Api.example:80");
        assertThat(head.fields().first(KnownField.COOKIE)).isNull();
    }

    @Test
    void leavesWhatComesBehindTheHead() {
        ByteBuf in = bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\n" + "x".repeat(5000));
        RequestScan scan = new RequestScan(100, 1000);
        assertThat(scan.scan(in)).isEqualTo(Verdict.COMPLETE);
        assertThat(requireNonNull(scan.take(PEER)).host()).isEqualTo("a");
        assertThat(scan.scan(in)).isEqualTo(Verdict.COMPLETE);
        assertThat(requireNonNull(scan.take(PEER)).host()).isEqualTo("b");
        assertThat(in.readableBytes()).isEqualTo(5000);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 100, COMPLETE", // nothing too long
        "3, 100, URL_TOO_LONG",
        "4, 100, COMPLETE",
        "100, 15, HEADERS_TOO_LARGE",
        "100, 16, COMPLETE"
    })
    void boundsTargetAndFields(int url, int headers, Verdict expected) {
        ByteBuf in = bytes("GET /abc HTTP/1.1\r\nHost: a\r\nB: cd\r\n\r\n");
        assertThat(new RequestScan(url, headers).scan(in)).isEqualTo(expected);
    }

    @Test
    void refusesBoundsThatPositionsCannotCount() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestScan(60_000, 10_000))
                .withMessageContaining("70000")
                .withMessageContaining("expected: at most");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1234567890123456789\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void refusesWhatCanBeReadInTwoWays(String head) {
        RequestScan scan = new RequestScan(100, 1000);
        assertThat(scan.scan(bytes(head))).isEqualTo(Verdict.COMPLETE);
        assertThat(scan.take(PEER)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, '', true",
        "1.1, close, false",
        "1.1, 'keep-alive, CLOSE', false",
        "1.0, '', false",
        "1.0, Keep-Alive, true",
        "1.0, 'x, keep-alive', true"
    })
    void knowsWhetherTheConnectionLivesOn(String version, String connection, boolean expected) {
        RequestScan scan = new RequestScan(100, 1000);
        String field = connection.isEmpty() ? "" : "Connection: " + connection + "\r\n";
        scan.scan(bytes("GET / HTTP/" + version + "\r\nHost: a\r\n" + field + "\r\n"));
        assertThat(requireNonNull(scan.take(PEER)).framing().keepAlive()).isEqualTo(expected);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
