/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a line of an access log is made: text with variables, {@code $context.} and names joined by dots. Immutable; equal by its text. */
public final class AccessLogFormat {
    private static final Pattern VARIABLE = Pattern.compile("\\$context((?:\\.[A-Za-z0-9_]+)+)");

    private final String text;
    private final List<Part> parts;

    private AccessLogFormat(String text, List<Part> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
    }

    /** A piece of a line. */
    public sealed interface Part {
        /**
         * Always the same.
         *
         * @param bytes UTF-8; must not be changed
         */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Literal(byte[] bytes) implements Part {}

        record Value(AccessLogVariable variable) implements Part {}
    }

    /**
     * Compiles a format.
     *
     * @param text one line; a newline at its end is left out, as lines get one anyway
     * @throws IllegalArgumentException where it has control characters but that newline
     */
    public static AccessLogFormat of(String text) {
        String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        if (line.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("format: has control characters (expected: a single line)");
        }
        List<Part> parts = new ArrayList<>();
        int end = 0;
        for (Matcher variables = VARIABLE.matcher(line); variables.find(); end = variables.end()) {
            addLiteral(parts, line.substring(end, variables.start()));
            String name = variables.group(1).substring(1);
            parts.add(new Part.Value(AccessLogVariable.named(name)));
        }
        addLiteral(parts, line.substring(end));
        return new AccessLogFormat(text, parts);
    }

    private static void addLiteral(List<Part> parts, String literal) {
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** In order. */
    public List<Part> parts() {
        return parts;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AccessLogFormat format && format.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
