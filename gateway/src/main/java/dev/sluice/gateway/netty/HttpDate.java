/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The Date field, made once a second. Confined to the event loop. */
final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private long second = Long.MIN_VALUE;
    private AsciiString text = AsciiString.EMPTY_STRING;

    HttpDate(InstantSource clock) {
        this.clock = clock;
    }

    /** Not to be changed. */
    byte[] now() {
        return ascii().array();
    }

    AsciiString ascii() {
        long now = Math.floorDiv(clock.millis(), 1000);
        if (now != second) {
            text = new AsciiString(FORMAT.format(Instant.ofEpochSecond(now)));
            second = now;
        }
        return text;
    }
}
