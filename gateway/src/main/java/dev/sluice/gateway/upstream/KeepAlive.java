/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the Keep-Alive field, by which servers say how long they wait for another request. */
final class KeepAlive {
    private static final Pattern TIMEOUT = Pattern.compile("(?:^|[,\\s])timeout\\s*=\\s*(\\d{1,6})");

    private KeepAlive() {}

    /** Null where the field does not say. */
    static @Nullable Duration timeout(@Nullable String field) {
        if (field == null) {
            return null;
        }
        Matcher matcher = TIMEOUT.matcher(field);
        return matcher.find() ? Duration.ofSeconds(Integer.parseInt(matcher.group(1))) : null;
    }
}
