/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.util.Base64;
import java.util.HexFormat;

/** The 32 secret bytes that every other key is derived from. Never printed. */
public final class MasterKey {
    static final int LENGTH = 32;
    private final byte[] bytes;

    private MasterKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies the bytes. */
    public static MasterKey of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("master key: " + bytes.length + " bytes (expected: " + LENGTH + ")");
        }
        return new MasterKey(bytes.clone());
    }

    /** Reads 64 hexadecimal digits or the Base64 form; the message of the exception does not quote the text. */
    public static MasterKey parse(String text) {
        String trimmed = text.strip();
        try {
            return of(
                    trimmed.length() == 2 * LENGTH
                            ? HexFormat.of().parseHex(trimmed)
                            : Base64.getDecoder().decode(trimmed));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "master key: " + trimmed.length()
                            + " characters (expected: 64 hexadecimal digits, or 32 bytes in Base64)",
                    e);
        }
    }

    byte[] bytes() {
        return bytes.clone();
    }
}
