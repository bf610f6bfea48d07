/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compares media types with an API's list of binary ones. */
final class MediaTypes {
    private static final String ANY = "*/*";

    private MediaTypes() {}

    /** The first type of a Content-Type or Accept header, lower case and without parameters; of an absent or empty header {@code *}{@code /*}. */
    static String first(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return ANY;
        }
        int end = 0;
        while (end < header.length() && header.charAt(end) != ',' && header.charAt(end) != ';') {
            end++;
        }
        return header.substring(0, end).strip().toLowerCase(Locale.ROOT);
    }

    /** Whether the list has this very type, or {@code *}{@code /*}, which stands for all. */
    static boolean contains(List<String> binaryMediaTypes, String type) {
        for (String binary : binaryMediaTypes) {
            if (binary.equals(ANY) || binary.equalsIgnoreCase(type)) {
                return true;
            }
        }
        return false;
    }
}
