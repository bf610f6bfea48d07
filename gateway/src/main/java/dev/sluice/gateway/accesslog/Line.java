/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import java.util.Arrays;

/**
 * A line in the making. What comes from a request is escaped as in a JSON string, down to ASCII: it can end neither the line nor the quotes
 * around it, nor tell a terminal anything. Not thread-safe.
 */
final class Line {
    /** Longer values are cut. */
    static final int MAX_VALUE_CHARS = 4096;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int MAX_ESCAPED = 6;
    private static final int MAX_DIGITS = 20;

    private byte[] bytes = new byte[1024];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** As it is. */
    void literal(byte[] literal) {
        need(literal.length);
        System.arraycopy(literal, 0, bytes, length, literal.length);
        length += literal.length;
    }

    /** As it is. */
    void literal(char ascii) {
        need(1);
        bytes[length++] = (byte) ascii;
    }

    /** Escaped. */
    void text(String value) {
        text(value, 0, value.length());
    }

    /** Escaped, a part of it. */
    void text(String value, int from, int to) {
        int end = Math.min(to, from + MAX_VALUE_CHARS);
        need((end - from) * MAX_ESCAPED);
        for (int i = from; i < end; i++) {
            escape(value.charAt(i));
        }
    }

    /** @param number 0 or more */
    void number(long number) {
        need(MAX_DIGITS);
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = HEX[(int) (rest % 10)];
            rest /= 10;
        }
        length += digits;
    }

    private void escape(char c) {
        if (c == '"' || c == '\\') {
            bytes[length++] = '\\';
            bytes[length++] = (byte) c;
        } else if (c >= ' ' && c < 0x7f) {
            bytes[length++] = (byte) c;
        } else {
            bytes[length++] = '\\';
            bytes[length++] = 'u';
            for (int shift = 12; shift >= 0; shift -= 4) {
                bytes[length++] = HEX[c >> shift & 0xf];
            }
        }
    }

    private void need(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
