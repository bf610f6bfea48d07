/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.iam;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list in IAM's manner.
 *
 * @param next the marker of the following part; null at the end
 */
record MarkerPage<T>(List<T> items, @Nullable String next) {
    private static final int DEFAULT_ITEMS = 100;

    /** Starts after the item whose name is the marker; from the beginning when there is none by it. */
    static <T> MarkerPage<T> of(
            List<T> all, Function<T, String> name, @Nullable String marker, @Nullable Integer maxItems) {
        int from = 0;
        for (int i = 0; marker != null && i < all.size(); i++) {
            if (name.apply(all.get(i)).equals(marker)) {
                from = i + 1;
            }
        }
        int to = Math.min(all.size(), from + (maxItems == null ? DEFAULT_ITEMS : maxItems));
        List<T> items = List.copyOf(all.subList(from, to));
        return new MarkerPage<>(items, to < all.size() ? name.apply(items.getLast()) : null);
    }
}
