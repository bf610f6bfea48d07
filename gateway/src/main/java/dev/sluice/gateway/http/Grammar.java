/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

/** Which bytes may stand where in a message head (RFC 9110, section 5). */
public final class Grammar {
    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] VALUE = new boolean[256];

    static {
        for (int c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
        for (int c = ' '; c < VALUE.length; c++) {
            VALUE[c] = c != 0x7f;
        }
        VALUE['\t'] = true;
    }

    private Grammar() {}

    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    static boolean isValue(byte b) {
        return VALUE[b & 0xff];
    }

    /** Whether the bytes could be the name of a field of HTTP/2. */
    static boolean isLowerToken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (!isToken(b) || (b >= 'A' && b <= 'Z')) {
                return false;
            }
        }
        return from < to;
    }

    static boolean isFieldValue(byte[] bytes, int from, int to) {
        for (int i = Words.overPrintable(bytes, from, to); i < to; i++) {
            if (!isValue(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text could be the name of a field, or a method. */
    public static boolean isToken(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= TOKEN.length || !TOKEN[c]) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether the text could be the value of a field; each character is one byte. */
    public static boolean isFieldValue(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= VALUE.length || !VALUE[c]) {
                return false;
            }
        }
        return true;
    }
}
