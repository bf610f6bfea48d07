/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the heads of HTTP/1.1 messages, one after the other, in an array that it keeps. What could end a line early is never written: who
 * adds a field from outside asks {@link #isValid} before, else it is an exception. Confined to the event loop.
 */
public final class HeadWriter {
    private static final int INITIAL_BYTES = 2048;
    /** An array that a longer head made grow is not kept. */
    private static final int MAX_KEPT_BYTES = 16_384;

    private byte[] out = new byte[INITIAL_BYTES];
    private int length;

    public static boolean isValid(String name, String value) {
        return Grammar.isToken(name) && Grammar.isFieldValue(value);
    }

    public static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** A name as it stands before a value, for fields that are written often. */
    public static byte[] name(String name) {
        if (!Grammar.isToken(name)) {
            throw new IllegalArgumentException("name: " + name + " (expected: a token)");
        }
        return (name + ": ").getBytes(StandardCharsets.US_ASCII);
    }

    /** Begins a head; one that was not ended is given up. */
    public HeadWriter begin() {
        if (out.length > MAX_KEPT_BYTES) {
            out = new byte[INITIAL_BYTES];
        }
        length = 0;
        return this;
    }

    /** Bytes encoded before, or checked. */
    public HeadWriter raw(byte[] bytes, int from, int to) {
        ensure(to - from);
        System.arraycopy(bytes, from, out, length, to - from);
        length += to - from;
        return this;
    }

    public HeadWriter raw(byte[] bytes) {
        return raw(bytes, 0, bytes.length);
    }

    /** Text that was checked; each character is one byte. */
    @SuppressWarnings("deprecation") // the only way to copy without another array; what it cuts off is zero here
    public HeadWriter raw(String latin1) {
        ensure(latin1.length());
        latin1.getBytes(0, latin1.length(), out, length);
        length += latin1.length();
        return this;
    }

    public HeadWriter lineEnd() {
        ensure(2);
        out[length++] = '\r';
        out[length++] = '\n';
        return this;
    }

    /** A field; each character of the value is one byte. */
    public HeadWriter field(String name, String value) {
        if (!isValid(name, value)) {
            throw new IllegalArgumentException(
                    "header: " + name + " (expected: a token, and no control characters in its value)");
        }
        return raw(name).colon().raw(value).lineEnd();
    }

    /** A field of the gateway's own, name and value. */
    public HeadWriter own(String name, String value) {
        return raw(name).colon().raw(value).lineEnd();
    }

    /**
     * A field that needs no check: its value is the gateway's own, or has been scanned.
     *
     * @param name made by {@link #name}
     */
    public HeadWriter field(byte[] name, String value) {
        return raw(name).raw(value).lineEnd();
    }

    /** @param name made by {@link #name} */
    public HeadWriter field(byte[] name, long value) {
        return raw(name).raw(Long.toString(value)).lineEnd();
    }

    /** A line as it came. */
    public HeadWriter line(FieldLines from, int index) {
        if (from.isPlain(index)) {
            return raw(from.bytes(), from.nameStart(index), from.valueEnd(index) + 2);
        }
        return raw(from.bytes(), from.nameStart(index), from.nameEnd(index))
                .colon()
                .raw(from.bytes(), from.valueStart(index), from.valueEnd(index))
                .lineEnd();
    }

    /** A line's value under another name. */
    public HeadWriter line(FieldName name, FieldLines from, int index) {
        return raw(name.encoded())
                .raw(from.bytes(), from.valueStart(index), from.valueEnd(index))
                .lineEnd();
    }

    /**
     * Ends the head.
     *
     * @return its length in bytes
     */
    public int end() {
        lineEnd();
        return length;
    }

    /** Writes the head that was ended last. */
    public ByteBuf writeTo(ByteBuf to) {
        return to.writeBytes(out, 0, length);
    }

    private HeadWriter colon() {
        ensure(2);
        out[length++] = ':';
        out[length++] = ' ';
        return this;
    }

    private void ensure(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
        }
    }
}
