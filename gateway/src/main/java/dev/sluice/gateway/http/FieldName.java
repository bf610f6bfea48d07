/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import io.netty.util.AsciiString;
import java.util.Locale;

/** A name that the gateway gives fields of its own, checked and encoded once. Immutable. */
public final class FieldName {
    private final String text;
    private final byte[] encoded;
    private final AsciiString lower;

    /** @throws IllegalArgumentException unless it is a token */
    public FieldName(String text) {
        this.text = text;
        encoded = HeadWriter.name(text);
        lower = AsciiString.cached(text.toLowerCase(Locale.ROOT));
    }

    /** As HTTP/2 writes it. */
    public AsciiString lower() {
        return lower;
    }

    /** As it stands before a value in HTTP/1.1. Not to be changed. */
    byte[] encoded() {
        return encoded;
    }

    @Override
    public String toString() {
        return text;
    }
}
