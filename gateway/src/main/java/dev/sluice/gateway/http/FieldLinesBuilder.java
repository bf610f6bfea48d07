/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import io.netty.util.AsciiString;
import java.util.Arrays;

/** Makes field lines of what did not come as HTTP/1.1. Not thread-safe. */
public final class FieldLinesBuilder {
    private final FieldLines lines = new FieldLines(new byte[512]);
    private int length;

    /** @throws IllegalArgumentException where one could not stand in a message, or all are too long together */
    public FieldLinesBuilder add(CharSequence name, CharSequence value) {
        if (!Grammar.isToken(name) || !Grammar.isFieldValue(value)) {
            throw new IllegalArgumentException(
                    "field: " + name + " (expected: a token, and no control characters in its value)");
        }
        int nameStart = append(AsciiString.of(name));
        int nameEnd = length;
        int valueStart = append(AsciiString.of(value));
        int from = valueStart;
        int to = length;
        while (from < to && isSpace(lines.bytes()[from])) {
            from++;
        }
        while (to > from && isSpace(lines.bytes()[to - 1])) {
            to--;
        }
        lines.add(nameStart, nameEnd, from, to, name.toString().indexOf('_') >= 0);
        return this;
    }

    /**
     * A line that has been checked, whose value has no space around it.
     *
     * @param field what its name is
     */
    void add(KnownField field, AsciiString name, AsciiString value) {
        int nameStart = append(name);
        int nameEnd = length;
        int valueStart = append(value);
        lines.add(field, nameStart, nameEnd, valueStart, length);
    }

    /** The builder is done. */
    public FieldLines build() {
        return lines;
    }

    private int append(AsciiString text) {
        int start = length;
        int end = start + text.length();
        if (end > FieldLines.MAX_HEAD_BYTES) {
            throw new IllegalArgumentException(
                    "fields: " + end + " bytes (expected: at most " + FieldLines.MAX_HEAD_BYTES + ")");
        }
        if (end > lines.bytes().length) {
            lines.movedTo(Arrays.copyOf(lines.bytes(), Math.max(end, 2 * lines.bytes().length)));
        }
        text.copy(0, lines.bytes(), start, text.length());
        length = end;
        return start;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
