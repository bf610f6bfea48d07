/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseScanTest {
    @Test
    void readsAHeadHoweverItIsCut() {
        byte[] bytes = "HTTP/1.1 404 Not \u00e4 Found\r\nContent-Length: 3\r\nX_y: 1\r\nConnection: close\r\n\r\nabc"
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int step = 1; step <= bytes.length; step++) {
            ResponseScan scan = new ResponseScan();
            ByteBuf in = Unpooled.buffer();
            Verdict verdict = Verdict.INCOMPLETE;
            for (int at = 0; at < bytes.length && verdict == Verdict.INCOMPLETE; at += step) {
                in.writeBytes(bytes, at, Math.min(step, bytes.length - at));
                verdict = scan.scan(in);
            }
            assertThat(verdict).isEqualTo(Verdict.COMPLETE);
            ResponseHead head = requireNonNull(scan.take());
            assertThat(head.status()).isEqualTo(404);
            assertThat(head.contentLength()).isEqualTo(3);
            assertThat(head.chunked()).isFalse();
            assertThat(head.keepAlive()).isFalse();
            assertThat(head.fields().all())
                    .containsExactly(
                            new Header("Content-Length", "3"),
                            new Header("X_y", "1"),
                            new Header("Connection", "close"));
            assertThat(head.fields().field(1)).isEqualTo(KnownField.UNDERSCORED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 \r\n\r\n",
                "HTTP/1.1 200\r\n\r\n",
                "HTTP/1.0 200 OK\r\n\r\n",
            })
    void takesAReasonOrNone(String text) {
        ResponseScan scan = new ResponseScan();
        assertThat(scan.scan(bytes(text))).isEqualTo(Verdict.COMPLETE);
        ResponseHead head = requireNonNull(scan.take());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.contentLength()).isEqualTo(ResponseHead.UNKNOWN);
        assertThat(head.keepAlive()).isEqualTo(text.contains("1.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK\r\n\r\n",
                "http/1.1 200 OK\r\n\r\n",
                "HTTP/1.2 200 OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1 600 OK\r\n\r\n",
                "HTTP/1.1 200 O\u0000K\r\n\r\n",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200 OK\rX",
                "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
                "<html>",
            })
    void refusesWhatIsNotOfTheGrammar(String text) {
        assertThat(new ResponseScan().scan(bytes(text))).isEqualTo(Verdict.BAD);
    }

    @Test
    void boundsLineAndFields() {
        assertThat(new ResponseScan().scan(bytes("HTTP/1.1 200 " + "a".repeat(5_000))))
                .isEqualTo(Verdict.BAD);
        assertThat(new ResponseScan().scan(bytes("HTTP/1.1 200 OK\r\nA: " + "a".repeat(60_100))))
                .isEqualTo(Verdict.HEADERS_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nContent-Length: 1\r\n",
                "Content-Length: 1\r\nContent-Length: 2\r\n",
                "Content-Length: 1, 1\r\n",
                "Content-Length: -1\r\n",
                "Content-Length:\r\n",
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            })
    void refusesFramingThatCanBeReadInTwoWays(String fields) {
        ResponseScan scan = new ResponseScan();
        assertThat(scan.scan(bytes("HTTP/1.1 200 OK\r\n" + fields + "\r\n"))).isEqualTo(Verdict.COMPLETE);
        assertThat(scan.take()).isNull();
        ResponseScan old = new ResponseScan();
        old.scan(bytes("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
        assertThat(old.take()).isNull();
    }

    @Test
    void keepsNothingOfTheHeadBefore() {
        ResponseScan scan = new ResponseScan();
        for (boolean forgets : new boolean[] {false, true}) {
            String many = "Set-Cookie: " + "a".repeat(40) + "\r\n";
            assertThat(scan.scan(bytes("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
                            + many.repeat(150) + "\r\n")))
                    .isEqualTo(Verdict.COMPLETE);
            ResponseHead large = requireNonNull(scan.take());
            assertThat(large.fields().size()).isEqualTo(152);
            assertThat(large.fields().value(151)).isEqualTo("a".repeat(40));
            if (forgets) {
                scan.forget();
            }
            assertThat(scan.scan(bytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")))
                    .isEqualTo(Verdict.COMPLETE);
            ResponseHead small = requireNonNull(scan.take());
            assertThat(small.status()).isEqualTo(200);
            assertThat(small.chunked()).isFalse();
            assertThat(small.keepAlive()).isTrue();
            assertThat(small.fields().all()).containsExactly(new Header("Content-Length", "3"));
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
