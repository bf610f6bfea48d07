/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

/** A tab-separated line of a trimmed model. Not thread-safe. */
final class Line {
    private final StringBuilder text = new StringBuilder();

    static Line of(Object first, Object second) {
        return new Line().add(first, second);
    }

    Line add(Object... fields) {
        for (Object field : fields) {
            String value = field.toString();
            if (value.indexOf('\t') >= 0 || value.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("a field with a tab or line feed: " + value);
            }
            text.append(text.isEmpty() ? "" : "\t").append(value);
        }
        return this;
    }

    String text() {
        return text.toString();
    }
}
