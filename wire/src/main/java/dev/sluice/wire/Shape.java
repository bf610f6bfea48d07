/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A type of a service's model; types name each other by their number in it. */
sealed interface Shape {
    /** The kinds of scalars, each with one Java type. */
    enum Kind {
        STRING,
        INTEGER,
        LONG,
        FLOAT,
        DOUBLE,
        BOOLEAN,
        TIMESTAMP,
        BLOB
    }

    /** Where a member travels in HTTP bindings; other protocols put all in the body. */
    enum Location {
        BODY,
        PAYLOAD,
        URI,
        QUERYSTRING,
        HEADER,
        HEADERS,
        STATUS_CODE
    }

    /** Bounds, both inclusive: of a number's value, of the length of anything else; null where there is none. */
    record Bounds(@Nullable Long min, @Nullable Long max) {
        static final Bounds NONE = new Bounds(null, null);
    }

    /** What a string must be besides its length; sensitive ones are not repeated in messages. */
    record Text(boolean sensitive, @Nullable Pattern pattern, List<String> values) {
        static final Text ANY = new Text(false, null, List.of());
    }

    /** A regular expression of a model, compiled when first used: few of the hundreds ever are. */
    final class Pattern {
        private final String expression;
        private java.util.regex.@Nullable Pattern compiled;

        Pattern(String expression) {
            this.expression = expression;
        }

        String expression() {
            return expression;
        }

        boolean matches(String value) {
            java.util.regex.Pattern pattern = compiled; // benign race: a pattern compiled twice is the same
            if (pattern == null) {
                pattern = java.util.regex.Pattern.compile(expression);
                compiled = pattern;
            }
            return pattern.matcher(value).matches();
        }
    }

    /** A value without parts. */
    record Scalar(Kind kind, Bounds bounds, Text text) implements Shape {}

    /** A list; in the query protocol its elements are {@code wireName.N}, or, flattened, stand in its own place. */
    record Sequence(int element, String wireName, boolean flattened, Bounds bounds) implements Shape {}

    /** A map with string keys. */
    record Dictionary(int key, int value, String keyName, String valueName, boolean flattened, Bounds bounds)
            implements Shape {}

    /** A structure; {@code number} is its place among the structures, for the {@link StructureFactory}. */
    record Aggregate(String name, int number, List<Member> members) implements Shape {}

    /** A member of a structure. */
    record Member(String name, String wireName, Location location, boolean required, int type) {}
}
