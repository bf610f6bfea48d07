/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/** Writes values in DER, the encoding of certificates (ITU-T X.690; times as RFC 5280, section 4.1.2.5 wants them). */
final class Der {
    private static final int SEQUENCE = 0x30;
    private static final int CONTEXT = 0x80;
    private static final int CONTEXT_CONSTRUCTED = 0xa0;
    /** Years before have two digits, as in a UTCTime. */
    private static final int FIRST_YEAR_OF_FOUR_DIGITS = 2050;

    private static final DateTimeFormatter UTC_TIME = format("yyMMddHHmmss'Z'");
    private static final DateTimeFormatter GENERALIZED_TIME = format("yyyyMMddHHmmss'Z'");

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return value(SEQUENCE, parts);
    }

    /** @param number 0 to 30, of the tag [number] around whole values */
    static byte[] explicit(int number, byte[]... parts) {
        return value(CONTEXT_CONSTRUCTED | number, parts);
    }

    /** @param number 0 to 30, of the tag [number] that stands for a primitive type's own */
    static byte[] implicit(int number, byte[] content) {
        return value(CONTEXT | number, content);
    }

    static byte[] isTrue() {
        return value(0x01, new byte[] {(byte) 0xff});
    }

    static byte[] integer(BigInteger number) {
        return value(0x02, number.toByteArray());
    }

    static byte[] octets(byte[] content) {
        return value(0x04, content);
    }

    /** A bit string of whole bytes. */
    static byte[] bits(byte[] content) {
        return value(0x03, new byte[] {0}, content);
    }

    /** @param positions of the bits that are set; 0 is the first. At least one */
    static byte[] namedBits(int... positions) {
        int last = Arrays.stream(positions).max().orElseThrow();
        byte[] content = new byte[2 + last / 8];
        content[0] = (byte) (7 - last % 8);
        for (int position : positions) {
            content[1 + position / 8] |= (byte) (0x80 >> position % 8);
        }
        return value(0x03, content);
    }

    /** @param dotted such as 2.5.29.15 */
    static byte[] oid(String dotted) {
        long[] arcs = Arrays.stream(dotted.split("\\.", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        var content = new ByteArrayOutputStream();
        writeArc(content, arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            writeArc(content, arcs[i]);
        }
        return value(0x06, content.toByteArray());
    }

    /** Seven bits a byte, the most significant first; all bytes but the last have the eighth bit. */
    private static void writeArc(ByteArrayOutputStream to, long arc) {
        int groups = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(arc) + 6) / 7);
        for (int group = groups - 1; group >= 0; group--) {
            to.write((int) (arc >> 7 * group & 0x7f) | (group > 0 ? 0x80 : 0));
        }
    }

    /** To the second. */
    static byte[] time(Instant instant) {
        boolean isShort = instant.atOffset(ZoneOffset.UTC).getYear() < FIRST_YEAR_OF_FOUR_DIGITS;
        String text = (isShort ? UTC_TIME : GENERALIZED_TIME).format(instant);
        return value(isShort ? 0x17 : 0x18, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    private static byte[] value(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        var bytes = new ByteArrayOutputStream();
        bytes.write(tag);
        writeLength(bytes, length);
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream to, int length) {
        if (length < 0x80) {
            to.write(length);
            return;
        }
        int count = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
        to.write(0x80 | count);
        for (int i = count - 1; i >= 0; i--) {
            to.write(length >> 8 * i);
        }
    }
}
