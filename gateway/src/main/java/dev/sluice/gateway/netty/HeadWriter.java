/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * Writes the head of a message as bytes. Fields that could end a line early are never written: who adds one from outside asks
 * {@link #isValid} before, else it is an exception. Confined to the event loop.
 */
final class HeadWriter {
    private static final int INITIAL_BYTES = 512;
    private static final int CRLF = ('\r' << 8) | '\n';
    private static final int COLON = (':' << 8) | ' ';

    private final ByteBuf out;

    private HeadWriter(ByteBuf out) {
        this.out = out;
    }

    static HeadWriter answer(ByteBufAllocator allocator, int status) {
        HeadWriter head = new HeadWriter(allocator.buffer(INITIAL_BYTES));
        String line =
                "HTTP/1.1 " + status + " " + HttpResponseStatus.valueOf(status).reasonPhrase();
        return head.line(line);
    }

    /** @param target checked by the caller: visible ASCII */
    static HeadWriter request(ByteBufAllocator allocator, String method, String target) {
        return new HeadWriter(allocator.buffer(INITIAL_BYTES)).line(method + " " + target + " HTTP/1.1");
    }

    /** A head that begins with lines encoded before. */
    static HeadWriter startingWith(ByteBufAllocator allocator, byte[] lines) {
        HeadWriter head = new HeadWriter(allocator.buffer(INITIAL_BYTES));
        head.out.writeBytes(lines);
        return head;
    }

    static boolean isValid(CharSequence name, CharSequence value) {
        return HeadScan.isToken(name) && HeadScan.isFieldValue(value);
    }

    /** Each character of the value is one byte, as it was decoded. */
    HeadWriter field(CharSequence name, CharSequence value) {
        if (!isValid(name, value)) {
            throw new IllegalArgumentException(
                    "header: " + name + " (expected: a token, and no control characters in its value)");
        }
        writeLatin1(name);
        out.writeShort(COLON);
        writeLatin1(value);
        out.writeShort(CRLF);
        return this;
    }

    /** A field whose value is text, sent as UTF-8. */
    HeadWriter textField(Header header) {
        boolean ascii = header.value().chars().allMatch(c -> c < 0x80);
        String value = ascii
                ? header.value()
                : new String(header.value().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return field(header.name(), value);
    }

    HeadWriter date(byte[] date) {
        out.writeCharSequence("Date: ", StandardCharsets.US_ASCII);
        out.writeBytes(date);
        out.writeShort(CRLF);
        return this;
    }

    /** The complete head; the writer is done. */
    ByteBuf end() {
        return out.writeShort(CRLF);
    }

    /** Gives up what was written. */
    void discard() {
        out.release();
    }

    private HeadWriter line(String text) {
        writeLatin1(text);
        out.writeShort(CRLF);
        return this;
    }

    private void writeLatin1(CharSequence text) {
        int length = text.length();
        out.ensureWritable(length);
        for (int i = 0; i < length; i++) {
            out.writeByte(text.charAt(i));
        }
    }
}
