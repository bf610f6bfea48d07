/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;

/** Scalars as text: in paths, query strings, headers, forms and XML. */
final class ScalarText {
    private ScalarText() {}

    /** Reads a value of a kind, or refuses it with a SerializationException that names it. */
    static Object parse(Shape.Kind kind, String text) {
        try {
            return switch (kind) {
                case STRING -> text;
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case BOOLEAN -> bool(text);
                case TIMESTAMP -> timestamp(text);
                case BLOB -> Base64.getMimeDecoder().decode(text);
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            throw CommonErrors.SERIALIZATION.with("Value '" + shortened(text) + "' can not be converted to a"
                    + (kind == Shape.Kind.INTEGER ? "n " : " ") + javaName(kind));
        }
    }

    private static boolean bool(String text) {
        if (text.equalsIgnoreCase("true")) {
            return true;
        }
        if (text.equalsIgnoreCase("false")) {
            return false;
        }
        throw new IllegalArgumentException(text);
    }

    /** Reads ISO 8601 with any offset, or epoch seconds. */
    static Instant timestamp(String text) {
        if (text.indexOf('T') > 0) {
            boolean zoned =
                    text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > text.indexOf('T');
            return OffsetDateTime.parse(zoned ? text : text + "Z").toInstant();
        }
        return epochSeconds(new BigDecimal(text));
    }

    /** The instant of a number of seconds, fractions included. */
    static Instant epochSeconds(BigDecimal seconds) {
        if (seconds.precision() - seconds.scale() > 15 || seconds.scale() > 100) {
            throw new DateTimeException("out of range");
        }
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        long nanos = seconds.subtract(whole)
                .movePointRight(9)
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
        return Instant.ofEpochSecond(whole.longValueExact(), nanos);
    }

    /** Writes a scalar as the query protocol's XML and HTTP headers have it. */
    static String format(Object value) {
        return switch (value) {
            case Instant instant ->
                instant.truncatedTo(java.time.temporal.ChronoUnit.MILLIS).toString();
            case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
            default -> value.toString();
        };
    }

    static String javaName(Shape.Kind kind) {
        return switch (kind) {
            case STRING -> "String";
            case INTEGER -> "Integer";
            case LONG -> "Long";
            case FLOAT -> "Float";
            case DOUBLE -> "Double";
            case BOOLEAN -> "Boolean";
            case TIMESTAMP -> "Date";
            case BLOB -> "Blob";
        };
    }

    /** At most 200 characters of a text that a message repeats. */
    static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
