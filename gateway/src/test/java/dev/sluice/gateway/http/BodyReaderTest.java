/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void takesAChunkedBodyApartHoweverItIsCut(int step) {
        BodyReader reader = new BodyReader(100);
        reader.beginChunked();
        String chunks =
                "5;name=value;x=\"a;\\\"b\\\\\";y\r\nhello\r\n00A\r\n, 10 bytes\r\n1\r\n.\r\n0\r\nX-Trailer: 1\r\n\r\n";
        assertThat(read(reader, chunks + "GET", step))
                .isEqualTo("hello, 10 bytes.|" + "GET".substring(0, left(chunks, step)));
        assertThat(reader.ended()).isTrue();
    }

    /** How much of what follows the chunks is in the last step that holds some of them. */
    private static int left(String chunks, int step) {
        int over = chunks.length() % step;
        return over == 0 ? 0 : Math.min(3, step - over);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void refusesChunksBeyondTheBoundByTheirSizes(int step) {
        BodyReader reader = new BodyReader(100, 10);
        reader.beginChunked();
        read(reader, "5\r\nhello\r\n5\r\nthere\r\n0\r\n\r\n", step);
        assertThat(reader.ended()).isTrue();
        for (String chunks : new String[] {"b\r\n", "5\r\nhello\r\n6;x=y\r\n", "7fffffff\r\n"}) {
            reader.beginChunked();
            read(reader, chunks.substring(0, chunks.length() - 1), step);
            assertThat(reader.tooLarge()).isFalse();
            read(reader, "\n", step);
            assertThat(reader.tooLarge()).isTrue();
            assertThat(reader.bad()).isFalse();
            assertThat(reader.next(Unpooled.copiedBuffer("more", StandardCharsets.US_ASCII)))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "g\r\n",
                "-1\r\n",
                "+1\r\n",
                "0x1\r\n",
                "1 \r\n",
                " 1\r\n",
                "1\n",
                "1\r\r",
                "1;a\nb\r\n",
                "1;a\u0000\r\n",
                "1;a=\"b\r\n\"\r\n",
                "1;\r\n",
                "1;a=\r\n",
                "1;a;;b\r\n",
                "1;a=b=c\r\n",
                "1;a=\"b\"c\r\n",
                "1; a\r\n",
                "1;a \r\n",
                "1;a=\"\\\r\n\"\r\n",
                "1;a=\"\u00e4\"\r\n",
                "1;\u00e4\r\n",
                "80000000\r\n",
                "fffffffffffffff\r\n",
                "0000000000000001\r\n",
                "1\r\nab\r\n",
                "1\r\na\rb",
                "0\r\nbad line\r\n\r\n",
                "0\r\nX: 1\n\r\n",
            })
    void refusesWhatIsNotOfTheGrammar(String chunks) {
        for (int step : new int[] {1, 100}) {
            BodyReader reader = new BodyReader(100);
            reader.beginChunked();
            read(reader, chunks, step);
            assertThat(reader.bad()).isTrue();
            assertThat(reader.next(Unpooled.copiedBuffer("more", StandardCharsets.US_ASCII)))
                    .isNull();
        }
    }

    @Test
    void boundsExtensionsAndTrailers() {
        BodyReader extension = new BodyReader(100);
        extension.beginChunked();
        read(extension, "1;" + "a".repeat(300), 50);
        assertThat(extension.bad()).isTrue();
        BodyReader trailer = new BodyReader(100);
        trailer.beginChunked();
        read(trailer, "0\r\nX: " + "a".repeat(100), 10);
        assertThat(trailer.bad()).isTrue();
    }

    @Test
    void countsALength() {
        BodyReader reader = new BodyReader(100);
        reader.beginLength(5);
        assertThat(read(reader, "hello, more", 100)).isEqualTo("hello|, more");
        assertThat(reader.ended()).isTrue();
        reader.beginLength(0);
        assertThat(reader.ended()).isTrue();
        reader.beginUntilClose();
        assertThat(read(reader, "all of it", 4)).isEqualTo("all of it|");
        assertThat(reader.untilClose()).isTrue();
    }

    /** The body, and behind a bar what was left of the last step. */
    private static String read(BodyReader reader, String text, int step) {
        StringBuilder body = new StringBuilder();
        ByteBuf in = Unpooled.buffer();
        for (int at = 0; at < text.length() && !reader.bad() && !reader.ended(); at += step) {
            in.writeCharSequence(text.substring(at, Math.min(text.length(), at + step)), StandardCharsets.ISO_8859_1);
            for (@Nullable ByteBuf part = reader.next(in); part != null; part = reader.next(in)) {
                assertThat(part.isReadable()).isTrue();
                body.append(part.toString(StandardCharsets.ISO_8859_1));
                part.release();
            }
        }
        return body + "|" + in.toString(StandardCharsets.ISO_8859_1);
    }
}
