/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Status lines, each encoded once. Thread-safe. */
final class StatusLines {
    private static final int FIRST = 100;
    private static final int COUNT = 500;
    private static final AtomicReferenceArray<byte[]> LINES = new AtomicReferenceArray<>(COUNT);

    private StatusLines() {}

    /** Not to be changed. */
    static byte[] of(int status) {
        byte[] line = LINES.getPlain(status - FIRST);
        if (line == null) {
            line = bytes("HTTP/1.1 " + status + " "
                    + HttpResponseStatus.valueOf(status).reasonPhrase() + "\r\n");
            LINES.set(status - FIRST, line);
        }
        return line;
    }

    static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
