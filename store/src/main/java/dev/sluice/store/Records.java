/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One consistent view of the records, valid within the function it was given to and on its thread. Ids and index values are ordered by
 * code point. An empty prefix matches all; a limit is 1 or more.
 */
public interface Records {
    Optional<byte[]> get(String kind, String id);

    Optional<Row> row(String kind, String id);

    /** By id; starts after {@code afterId}. */
    List<Row> list(String kind, String idPrefix, @Nullable String afterId, int limit);

    /** Newest first; starts below {@code beforeSequence} ({@link Long#MAX_VALUE} for the newest). */
    List<Row> listNewestFirst(String kind, String idPrefix, long beforeSequence, int limit);

    /** The records with this value of the index, oldest first. */
    List<Row> find(String kind, String index, String value);

    /** The records whose value of the index starts so, newest first; starts below {@code beforeSequence}. */
    List<Row> findPrefix(String kind, String index, String valuePrefix, long beforeSequence, int limit);

    long count(String kind, String idPrefix);
}
