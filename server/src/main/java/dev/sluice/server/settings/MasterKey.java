/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import java.util.Base64;
import java.util.HexFormat;

/** A master key given by the operator instead of {@code DIR/master.key}: 32 bytes that never show in a log or an error. */
public final class MasterKey {
    private static final int BYTES = 32;

    private final byte[] bytes;

    private MasterKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException unless {@code text} is 64 hexadecimal digits or the base64 of 32 bytes */
    static MasterKey parse(String text) {
        var bytes = text.length() == BYTES * 2
                ? HexFormat.of().parseHex(text)
                : Base64.getDecoder().decode(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("not " + BYTES + " bytes");
        }
        return new MasterKey(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "MasterKey[secret]";
    }
}
