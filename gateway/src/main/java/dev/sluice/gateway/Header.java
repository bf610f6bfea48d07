/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

/** One field line of a message, in the case it was sent; not checked. */
public record Header(String name, String value) {
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    /** Whether it can stand in a message: the name is a token, and no control character could end the value early. */
    public boolean sendable() {
        boolean token = name.chars().allMatch(c -> (c < 0x80 && Character.isLetterOrDigit(c)) || TOKEN.indexOf(c) >= 0);
        return token && !name.isEmpty() && value.chars().allMatch(c -> (c >= ' ' && c != 0x7f) || c == '\t');
    }
}
