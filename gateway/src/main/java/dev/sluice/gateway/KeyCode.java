/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import org.jspecify.annotations.Nullable;

/** Packs the ids of API keys into 64 bits: up to 12 of {@code [0-9a-z]}, in base 37 so that no two are alike. */
public final class KeyCode {
    /** No id. */
    public static final long NONE = 0;
    /** An id that does not fit. */
    public static final long OTHER = -1;

    private static final int BASE = 37;
    private static final int MAX_LENGTH = 12;

    private KeyCode() {}

    public static long of(@Nullable String id) {
        if (id == null) {
            return NONE;
        }
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return OTHER;
        }
        long code = 0;
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean fits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
            if (!fits) {
                return OTHER;
            }
            code = code * BASE + Character.digit(c, BASE - 1) + 1;
        }
        return code;
    }

    /** @param code neither {@link #NONE} nor {@link #OTHER} */
    public static String id(long code) {
        char[] id = new char[MAX_LENGTH];
        int at = MAX_LENGTH;
        for (long rest = code; rest > 0; rest /= BASE) {
            id[--at] = Character.forDigit((int) (rest % BASE) - 1, BASE - 1);
        }
        return new String(id, at, MAX_LENGTH - at);
    }
}
