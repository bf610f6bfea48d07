/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Makes the ids that requests are found by. They are unique, not secret. Confined to the event loop. */
public final class RequestIds {
    private static final HexFormat HEX = HexFormat.of();

    private final SplittableRandom random;

    RequestIds(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Seeded by the system's entropy. */
    public static RequestIds seeded() {
        return new RequestIds(new SecureRandom().nextLong());
    }

    /** A UUID of version 4. */
    String requestId() {
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
        return new java.util.UUID(high, low).toString();
    }

    /** 15 characters of base64 and {@code =}, as Amazon API Gateway's. */
    String extendedRequestId() {
        byte[] bytes = new byte[11];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A new root in the form of AWS X-Ray. */
    String traceId(Instant now) {
        return "Root=1-" + HEX.toHexDigits((int) now.getEpochSecond()) + "-" + HEX.toHexDigits((int) random.nextLong())
                + HEX.toHexDigits(random.nextLong());
    }
}
