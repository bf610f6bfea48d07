/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as text: {@code \r}, {@code \n}, {@code \t}, {@code \\} and {@code \x0b} are single bytes, {@code \(ab*3)} is {@code ababab}, anything
 * else stands for itself.
 */
final class Escapes {
    private static final Pattern REPEATED = Pattern.compile("\\\\\\((.*?)\\*(\\d+)\\)");

    private Escapes() {}

    static byte[] bytes(String text) {
        return latin1(text).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A character per byte. */
    static String latin1(String text) {
        StringBuilder out = new StringBuilder(text.length());
        Matcher repeated = REPEATED.matcher(text);
        for (int at = 0; at < text.length(); ) {
            char c = text.charAt(at);
            if (c != '\\') {
                out.append(c);
                at++;
            } else if (text.charAt(at + 1) == '(' && repeated.find(at) && repeated.start() == at) {
                out.append(latin1(repeated.group(1)).repeat(Integer.parseInt(repeated.group(2))));
                at = repeated.end();
            } else if (text.charAt(at + 1) == 'x') {
                out.append((char) Integer.parseInt(text.substring(at + 2, at + 4), 16));
                at += 4;
            } else {
                out.append(single(text.charAt(at + 1)));
                at += 2;
            }
        }
        return out.toString();
    }

    /** The text for bytes, on one line. */
    static String text(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            int c = b & 0xff;
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c < ' ' || c >= 0x7f) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.append((char) c);
                    }
                }
            }
        }
        return out.toString();
    }

    private static char single(char c) {
        return switch (c) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '\\' -> '\\';
            default -> throw new IllegalArgumentException("escape: \\" + c + " (expected: r, n, t, \\, xNN or (..*N))");
        };
    }
}
