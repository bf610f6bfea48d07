/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Names of methods, without a new string for each request. */
final class Methods {
    private static final String[] KNOWN = {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"};
    private static final byte[][] BYTES = Arrays.stream(KNOWN)
            .map(name -> name.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    private Methods() {}

    static String name(byte[] message, int from, int to) {
        for (int i = 0; i < BYTES.length; i++) {
            if (Arrays.equals(BYTES[i], 0, BYTES[i].length, message, from, to)) {
                return KNOWN[i];
            }
        }
        return new String(message, from, to - from, StandardCharsets.US_ASCII);
    }
}
