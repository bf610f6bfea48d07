/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list; tokens are positions.
 *
 * @param next the token of the following part; null at the end
 */
record OffsetPage<T>(List<T> items, @Nullable String next) {
    static <T> OffsetPage<T> of(List<T> all, @Nullable String token, int limit) {
        int from = token == null ? 0 : position(token);
        int start = Math.min(from, all.size());
        int end = Math.min(start + limit, all.size());
        return new OffsetPage<>(List.copyOf(all.subList(start, end)), end < all.size() ? Integer.toString(end) : null);
    }

    private static int position(String token) {
        try {
            return Integer.parseUnsignedInt(token);
        } catch (NumberFormatException e) {
            throw CloudWatchErrors.INVALID_NEXT_TOKEN.with("The token " + token + " is invalid.");
        }
    }
}
