/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Finds the ends of HTTP/1.1 answers with a {@code Content-Length} in a stream of bytes. Not thread-safe. */
final class AnswerParser {
    static final int INCOMPLETE = -1;

    private static final int STATUS_AT = 9;
    private static final int END_OF_HEAD = 0x0d0a0d0a;

    private int status = INCOMPLETE;
    private int bodyBytesLeft;
    private int scanned;
    private boolean endsConnection;

    /** The server said that it closes the connection after the last answer. */
    boolean endsConnection() {
        return endsConnection && status == INCOMPLETE;
    }

    /**
     * Takes the next whole answer out of the buffer; what is left is the beginning of another one.
     *
     * @return its status, or {@link #INCOMPLETE}
     */
    int next(ByteBuffer in) throws IOException {
        if (status == INCOMPLETE && !head(in)) {
            return INCOMPLETE;
        }
        var taken = Math.min(bodyBytesLeft, in.remaining());
        in.position(in.position() + taken);
        bodyBytesLeft -= taken;
        if (bodyBytesLeft > 0) {
            return INCOMPLETE;
        }
        var whole = status;
        status = INCOMPLETE;
        return whole;
    }

    private boolean head(ByteBuffer in) throws IOException {
        var last = 0;
        var from = Math.max(0, scanned - 3);
        for (var i = from; i < in.remaining(); i++) {
            last = (last << 8) | (in.get(in.position() + i) & 0xff);
            if (last == END_OF_HEAD && i >= from + 3) {
                parse(in, i + 1);
                scanned = 0;
                return true;
            }
        }
        scanned = in.remaining();
        return false;
    }

    private void parse(ByteBuffer in, int length) throws IOException {
        var head = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.ISO_8859_1);
        in.position(in.position() + length);
        if (!head.startsWith("HTTP/1.") || length < STATUS_AT + 3) {
            throw new IOException("not an HTTP/1.1 answer");
        }
        var lower = head.toLowerCase(Locale.ROOT);
        try {
            status = Integer.parseInt(head.substring(STATUS_AT, STATUS_AT + 3));
            bodyBytesLeft = bodyBytes(lower);
        } catch (NumberFormatException broken) {
            throw new IOException("not an HTTP/1.1 answer", broken);
        }
        endsConnection = lower.contains("\r\nconnection: close\r\n");
    }

    private int bodyBytes(String head) throws IOException {
        var at = head.indexOf("\r\ncontent-length:");
        if (at >= 0) {
            var from = at + "\r\ncontent-length:".length();
            return Integer.parseInt(
                    head.substring(from, head.indexOf('\r', from)).strip());
        }
        if (status == 204 || status == 304) {
            return 0;
        }
        throw new IOException("an answer without Content-Length");
    }
}
