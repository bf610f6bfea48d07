/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.KnownField;
import io.netty.util.AsciiString;

/** Names of lines as HTTP/2 writes them, made once where they are known before, so that their hashes are, too. Thread-safe. */
final class Http2Names {
    private static final AsciiString[] KNOWN = known();

    private Http2Names() {}

    /** The name of a line; one that is not known is copied. */
    static AsciiString of(FieldLines lines, int index) {
        KnownField field = lines.field(index);
        if (field == KnownField.OTHER || field == KnownField.UNDERSCORED) {
            int start = lines.nameStart(index);
            return new AsciiString(lines.bytes(), start, lines.nameEnd(index) - start, true).toLowerCase();
        }
        return KNOWN[field.ordinal()];
    }

    private static AsciiString[] known() {
        KnownField[] fields = KnownField.values();
        AsciiString[] names = new AsciiString[fields.length];
        for (KnownField field : fields) {
            names[field.ordinal()] = AsciiString.cached(field.lowerName());
        }
        return names;
    }
}
