/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control;

import dev.sluice.store.RecordStore;
import dev.sluice.store.Records;
import dev.sluice.store.Row;
import dev.sluice.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Typed documents over stored records: a document is a Java record, written as JSON. Members that are unknown (an older program reading
 * a newer document) are ignored, absent ones are null, so kinds grow by adding members. Thread-safe.
 */
public final class Documents {
    /**
     * A kind of document.
     *
     * @param name what the records are stored under
     */
    public record Kind<T>(String name, Class<T> type) {}

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .changeDefaultPropertyInclusion(inclusion ->
                    inclusion.withValueInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL))
            .build();
    private static final int PAGE = 500;

    private final RecordStore store;

    public Documents(RecordStore store) {
        this.store = store;
    }

    public RecordStore store() {
        return store;
    }

    public static <T> Optional<T> get(Records records, Kind<T> kind, String id) {
        return records.get(kind.name(), id).map(body -> decode(kind, body));
    }

    /** All documents whose id starts with {@code idPrefix}, ordered by id. */
    public static <T> List<T> list(Records records, Kind<T> kind, String idPrefix) {
        List<T> documents = new ArrayList<>();
        String after = null;
        while (true) {
            List<Row> rows = records.list(kind.name(), idPrefix, after, PAGE);
            for (Row row : rows) {
                documents.add(decode(kind, row.body()));
            }
            if (rows.size() < PAGE) {
                return documents;
            }
            after = rows.getLast().id();
        }
    }

    public static <T> void put(Transaction tx, Kind<T> kind, String id, T document) {
        put(tx, kind, id, document, Map.of());
    }

    public static <T> void put(Transaction tx, Kind<T> kind, String id, T document, Map<String, String> indexes) {
        tx.put(kind.name(), id, encode(document), indexes);
    }

    public static void delete(Transaction tx, Kind<?> kind, String id) {
        tx.delete(kind.name(), id);
    }

    public static <T> T decode(Kind<T> kind, byte[] body) {
        return JSON.readValue(body, kind.type());
    }

    public static byte[] encode(Object document) {
        return JSON.writeValueAsBytes(document);
    }
}
