/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which certificate a TLS client is shown, by the server name that it asks for (RFC 6066, section 3). Immutable.
 *
 * @param byDefault for clients that name no server, or an unknown one
 * @param byName by host name in any case; {@code *.domain} stands for any one label in its place, and an exact name wins over it
 */
public record Certificates(ServerCertificate byDefault, Map<String, ServerCertificate> byName) {
    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern NAME = Pattern.compile("(\\*\\.)?" + LABEL + "(\\." + LABEL + "){0,126}");
    private static final int MAX_NAME_CHARS = 253;

    /** @throws IllegalArgumentException for a name that is no host name */
    public Certificates {
        Map<String, ServerCertificate> canonical = new HashMap<>();
        byName.forEach((name, certificate) -> canonical.put(canonical(name), certificate));
        byName = Map.copyOf(canonical);
    }

    /** The same for every client. */
    public static Certificates of(ServerCertificate byDefault) {
        return new Certificates(byDefault, Map.of());
    }

    /** Whether a certificate may have it: a host name, or one with {@code *} as its first label, in any case. */
    public static boolean isName(String name) {
        return name.length() <= MAX_NAME_CHARS
                && NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    private static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "name: \"" + name + "\" (expected: a host name like api.example.com or *.example.com)");
        }
        return lower;
    }
}
