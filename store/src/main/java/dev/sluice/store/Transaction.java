/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.util.Map;

/** A view that can change; it sees its own changes. Valid within the function it was given to and on its thread. */
public interface Transaction extends Records {
    /** Prefix of the names of indexes in which a value stands once per kind. */
    String UNIQUE = "unique:";

    /**
     * Adds or overwrites the record; {@code indexes} replace those it had.
     *
     * @param indexes name to value; a name that starts with {@link #UNIQUE} makes the value unique within the kind
     * @throws StoreException DUPLICATE if another record of the kind has a unique value
     * @throws IllegalArgumentException if the kind or id is empty or a text holds U+0000 or U+10FFFF
     */
    void put(String kind, String id, byte[] body, Map<String, String> indexes);

    /** As {@link #put}, but only where there is no such record yet; false if there is. */
    boolean putNew(String kind, String id, byte[] body, Map<String, String> indexes);

    /** Whether there was one. */
    boolean delete(String kind, String id);

    /** How many there were. */
    int deletePrefix(String kind, String idPrefix);
}
