/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** What {@code /health} says: which server answers, and how its parts are. Thread-safe. */
final class Health implements Supplier<String> {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Identity identity;
    private final Map<String, Supplier<String>> parts;

    /** @param parts a word or line for each part worth telling, e.g. the isolation of functions; called for each answer */
    Health(Identity identity, Map<String, Supplier<String>> parts) {
        this.identity = identity;
        this.parts = new TreeMap<>(parts);
    }

    @Override
    public String get() {
        var json = JSON.createObjectNode()
                .put("status", "ok")
                .put("version", identity.version())
                .put("pid", identity.pid())
                .put("instance", identity.instance());
        parts.forEach((name, state) -> json.put(name, state.get()));
        return json.toString();
    }
}
