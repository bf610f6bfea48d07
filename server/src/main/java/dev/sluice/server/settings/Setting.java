/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.settings;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One setting: its key, what it accepts, and its meaning for the reference page.
 *
 * @param key camelCase under its module's name; {@code functions.runtimes.*} stands for any name below
 * @param expected what is accepted, as the end of "expected: ..."
 * @param defaultText the default as one would write it, or null when there is none
 * @param parser from text; throws IllegalArgumentException for what is not accepted
 */
record Setting<T>(
        String key,
        String expected,
        @Nullable String defaultText,
        Source source,
        String meaning,
        Function<String, T> parser) {

    /** Where a setting may be given. */
    enum Source {
        ANYWHERE,
        /** A secret: not in a file that may be committed, nor in an argument list that every user of the machine sees. */
        ENVIRONMENT_ONLY
    }

    private static final String ANY_NAME = ".*";

    boolean isFamily() {
        return key.endsWith(ANY_NAME);
    }

    boolean matches(String otherKey) {
        return isFamily()
                ? otherKey.length() > prefix().length() && otherKey.startsWith(prefix())
                : otherKey.equals(key);
    }

    /** Of a family, what its keys begin with, the dot included. */
    String prefix() {
        return key.substring(0, key.length() - 1);
    }

    /** {@code functions.runtimeFallback} is {@code SLUICE_FUNCTIONS_RUNTIME_FALLBACK}. */
    String environmentName() {
        return isFamily() ? environmentName(prefix()) : environmentName(key);
    }

    /** {@code functions.runtimeFallback} is {@code --functions-runtime-fallback}. */
    String flag() {
        return "--" + separated(isFamily() ? prefix() : key, "-").toLowerCase(Locale.ROOT);
    }

    private static String environmentName(String key) {
        return "SLUICE_" + separated(key, "_").toUpperCase(Locale.ROOT);
    }

    private static String separated(String key, String separator) {
        return key.replaceAll("([a-z0-9])([A-Z])", "$1" + separator + "$2").replace(".", separator);
    }
}
