/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

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
    private final byte[] bytes = lowerName.getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** Of a field that is in this list: its name. */
    public String lowerName() {
        return lowerName;
    }

    static KnownField of(int ordinal) {
        return BY_ORDINAL[ordinal];
    }

    /** The field of this name in any case; {@link #OTHER} where it is none of these, underscored or not. */
    public static KnownField of(String name) {
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
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

    private boolean isNamed(byte[] message, int from, int to) {
        if (to - from != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (lower(message[from + i]) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static int slot(byte[] name, int from, int to) {
        int length = to - from;
        int hash = length * 31 + lower(name[from]) * 7 + lower(name[to - 1]) * 13 + lower(name[from + length / 2]) * 3;
        return hash & (SLOTS - 1);
    }

    /** Right for letters; what else it changes is caught by the comparison. */
    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }
}
