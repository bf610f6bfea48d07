/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import dev.sluice.control.apigateway.Paging;
import dev.sluice.store.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages through stored rows, newest first; a position is the sequence of the last item before the page. */
final class NewestFirst {
    /** Fetches up to {@code limit} rows below a sequence. */
    @FunctionalInterface
    interface Source {
        List<Row> rows(long beforeSequence, int limit);
    }

    /** Makes an item of a row, or null to leave it out. */
    @FunctionalInterface
    interface Item<T> {
        @Nullable
        T of(Row row);
    }

    private static final int RADIX = 36;
    private static final int CHUNK = 500;

    private NewestFirst() {}

    /** An unknown position gives an empty page, as on AWS. */
    static <T> Paging.Page<T> page(Source source, Item<T> item, @Nullable String position, @Nullable Integer limit) {
        int size = Paging.limit(limit);
        List<T> items = new ArrayList<>();
        long before = before(position);
        long last = before;
        while (true) {
            List<Row> rows = source.rows(before, CHUNK);
            for (Row row : rows) {
                before = row.sequence();
                T found = item.of(row);
                if (found == null) {
                    continue;
                }
                if (items.size() == size) {
                    return new Paging.Page<>(List.copyOf(items), Long.toString(last, RADIX));
                }
                items.add(found);
                last = row.sequence();
            }
            if (rows.size() < CHUNK) {
                return new Paging.Page<>(List.copyOf(items), null);
            }
        }
    }

    private static long before(@Nullable String position) {
        if (position == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(position, RADIX);
        } catch (NumberFormatException e) {
            return Long.MIN_VALUE;
        }
    }
}
