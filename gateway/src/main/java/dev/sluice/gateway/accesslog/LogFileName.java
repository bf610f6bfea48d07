/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * File names of logs: two logs never have the same, and none leads out of its folder. Letters, digits, hyphens, underscores and dots stay, a
 * slash becomes a plus sign, everything else, and a dot at the beginning, a percent sign and hexadecimal digits; long ones are cut and get a
 * hash.
 */
final class LogFileName {
    private static final int MAX_LENGTH = 200;
    private static final int CUT_LENGTH = 150;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private LogFileName() {}

    static String of(String destination) {
        StringBuilder name = new StringBuilder();
        for (byte b : destination.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isPlain(c) || c == '.' && !name.isEmpty()) {
                name.append(c);
            } else if (c == '/') {
                name.append('+');
            } else {
                name.append('%').append(HEX.toHexDigits(b));
            }
        }
        if (name.length() > MAX_LENGTH) {
            name.setLength(CUT_LENGTH);
            name.append('%').append(hash(destination));
        }
        return name + ".log";
    }

    private static boolean isPlain(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    private static String hash(String destination) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(destination.getBytes(StandardCharsets.UTF_8));
            return HEX.formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
