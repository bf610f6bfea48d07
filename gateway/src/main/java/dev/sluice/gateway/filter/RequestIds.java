/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;

/** Makes the ids that requests are found by. They are unique, not secret. Confined to the event loop. */
public final class RequestIds {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRACE = "Root=1-00000000-000000000000000000000000".getBytes(StandardCharsets.US_ASCII);
    private static final int TRACE_TIME = 7;
    private static final int TRACE_RANDOM = 16;
    private static final int EXTENDED_LENGTH = 16;

    private final SplittableRandom random;

    RequestIds(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Seeded by the system's entropy. */
    public static RequestIds seeded() {
        return new RequestIds(new SecureRandom().nextLong());
    }

    /** A UUID of version 4. */
    UUID requestId() {
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
        return new UUID(high, low);
    }

    /** 15 characters of base64 and {@code =}, as Amazon API Gateway's. */
    String extendedRequestId() {
        byte[] text = new byte[EXTENDED_LENGTH];
        // 11 bytes: 14 digits of 6 bits, one of 4, and the sign that fills up.
        long first = random.nextLong();
        long second = random.nextLong();
        for (int i = 0; i < 10; i++) {
            text[i] = BASE64[(int) (first >>> (6 * i)) & 63];
        }
        for (int i = 0; i < 4; i++) {
            text[10 + i] = BASE64[(int) (second >>> (6 * i)) & 63];
        }
        text[14] = BASE64[(int) (second >>> 24) & 60];
        text[15] = '=';
        return latin1(text);
    }

    /** A new root in the form of AWS X-Ray. */
    String traceId(Instant now) {
        byte[] text = TRACE.clone();
        hex(text, TRACE_TIME, 8, now.getEpochSecond());
        hex(text, TRACE_RANDOM, 8, random.nextLong());
        hex(text, TRACE_RANDOM + 8, 16, random.nextLong());
        return latin1(text);
    }

    private static void hex(byte[] text, int from, int digits, long value) {
        for (int i = 0; i < digits; i++) {
            text[from + i] = HEX[(int) (value >>> (4 * (digits - 1 - i))) & 15];
        }
    }

    private static String latin1(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
