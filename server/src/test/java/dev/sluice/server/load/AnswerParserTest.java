/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerParserTest {
    private static final String STREAM = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
            + "HTTP/1.1 429 Too Many Requests\r\ncontent-length:0\r\nX: y\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n"
            + "HTTP/1.1 502 Bad\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\r\n\r\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 16, 60, 1_000})
    void findsTheSameAnswersHoweverTheBytesAreCut(int chunk) throws Exception {
        var bytes = STREAM.getBytes(StandardCharsets.ISO_8859_1);
        var parser = new AnswerParser();
        var in = ByteBuffer.allocate(1_000);
        List<Integer> statuses = new ArrayList<>();
        for (var at = 0; at < bytes.length; at += chunk) {
            in.put(bytes, at, Math.min(chunk, bytes.length - at)).flip();
            for (var status = parser.next(in); status != AnswerParser.INCOMPLETE; status = parser.next(in)) {
                statuses.add(status);
            }
            in.compact();
        }
        assertThat(statuses).containsExactly(200, 429, 204, 502);
        assertThat(in.position()).isZero();
        assertThat(parser.endsConnection()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 2xx OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                "garbage\r\n\r\n"
            })
    void refusesWhatItCannotFrame(String text) {
        var in = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> new AnswerParser().next(in)).isInstanceOf(IOException.class);
    }

    @Test
    void waitsForTheRest() throws Exception {
        var in =
                ByteBuffer.wrap("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new AnswerParser().next(in)).isEqualTo(AnswerParser.INCOMPLETE);
    }
}
