/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Fields that the gateway treats in a way of their own. */
public enum KnownField {
    /** Any that is not in this list. */
    OTHER,
    /** One that is not in this list and has an underscore, which some servers read as a hyphen. */
    UNDERSCORED,
    ACCEPT,
    AUTHORIZATION,
    CONNECTION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_MD5,
    CONTENT_TYPE,
    COOKIE,
    DATE,
    EXPECT,
    FORWARDED,
    HOST,
    KEEP_ALIVE,
    MAX_FORWARDS,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    PROXY_CONNECTION,
    SERVER,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    USER_AGENT,
    VIA,
    WWW_AUTHENTICATE,
    X_AMZ_APIGW_ID,
    X_AMZN_APIGATEWAY_API_ID,
    X_AMZN_REQUESTID,
    X_AMZN_TRACE_ID,
    X_API_KEY,
    X_FORWARDED_FOR,
    X_FORWARDED_PORT,
    X_FORWARDED_PROTO,
    X_HTTP_METHOD_OVERRIDE;

    private static final int FIRST_NAMED = 2;
    private static final int SLOTS = 256;
    private static final KnownField[] BY_ORDINAL = values();
    private static final byte[] TABLE = new byte[SLOTS];

    static {
        for (int i = FIRST_NAMED; i < BY_ORDINAL.length; i++) {
            byte[] name = BY_ORDINAL[i].bytes;
            int slot = slot(name, 0, name.length);
            while (TABLE[slot] != 0) {
                slot = (slot + 1) % SLOTS;
            }
            TABLE[slot] = (byte) i;
        }
    }

    private final String lowerName = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final byte[] bytes = lowerName.getBytes(StandardCharsets.US_ASCII);

    /** Of a field that is in this list: its name. */
    public String lowerName() {
        return lowerName;
    }

    static KnownField of(int ordinal) {
        return BY_ORDINAL[ordinal];
    }

    /** The field of this name in any case; {@link #OTHER} where it is none of these, underscored or not. */
    public static KnownField of(String name) {
        if (!Grammar.isToken(name)) {
            return OTHER;
        }
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        return of(bytes, 0, bytes.length);
    }

    /** The same for a name of token characters within a message. */
    static KnownField of(byte[] message, int from, int to) {
        if (from == to) {
            return OTHER;
        }
        int slot = slot(message, from, to);
        while (TABLE[slot] != 0) {
            KnownField field = BY_ORDINAL[TABLE[slot]];
            if (field.isNamed(message, from, to)) {
                return field;
            }
            slot = (slot + 1) % SLOTS;
        }
        return OTHER;
    }

    /** Of token characters, {@code | 0x20} makes letters lower, and nothing else a letter, a digit or a hyphen. */
    private boolean isNamed(byte[] message, int from, int to) {
        int length = bytes.length;
        if (to - from != length) {
            return false;
        }
        int i = 0;
        while (length - i >= Words.BYTES) {
            if ((Words.at(message, from + i) | Words.LOWER) != (Words.at(bytes, i) | Words.LOWER)) {
                return false;
            }
            i += Words.BYTES;
        }
        while (i < length && (message[from + i] | 0x20) == bytes[i]) {
            i++;
        }
        return i == length;
    }

    private static int slot(byte[] name, int from, int to) {
        int length = to - from;
        int hash = length * 31
                + (name[from] | 0x20) * 7
                + (name[to - 1] | 0x20) * 13
                + (name[from + length / 2] | 0x20) * 3;
        return hash & (SLOTS - 1);
    }
}
