/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** API Gateway's paging: {@code limit} items (default 25, at most 500) after {@code position}, an item's id. */
public final class Paging {
    /** @param position to ask for the next page with; null on the last one */
    public record Page<T>(List<T> items, @Nullable String position) {}

    private static final int DEFAULT_LIMIT = 25;
    private static final int MAX_LIMIT = 500;

    private Paging() {}

    /** A nonsense limit is no error on AWS: what is below 1 counts as the default, what is above 500 as 500. */
    public static int limit(@Nullable Integer limit) {
        return limit == null || limit < 1 ? DEFAULT_LIMIT : Math.min(limit, MAX_LIMIT);
    }

    /** One page of a list that is in its final order; an unknown position gives an empty page. */
    public static <T> Page<T> of(
            List<T> all, Function<T, String> id, @Nullable String position, @Nullable Integer limit) {
        int from = 0;
        if (position != null) {
            from = all.size();
            for (int i = 0; i < all.size(); i++) {
                if (id.apply(all.get(i)).equals(position)) {
                    from = i + 1;
                    break;
                }
            }
        }
        int to = Math.min(all.size(), from + limit(limit));
        List<T> items = List.copyOf(all.subList(from, to));
        return new Page<>(items, to < all.size() ? id.apply(items.getLast()) : null);
    }
}
