/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges an overlay into a model, as RFC 7396 does (objects merge, null removes, all else replaces), with two more forms:
 * a key ending in {@code +} adds to the list of that name, one ending in {@code -} takes from it.
 */
final class Overlay {
    private Overlay() {}

    static void merge(ObjectNode target, ObjectNode overlay) {
        for (Map.Entry<String, JsonNode> entry : overlay.properties()) {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            if (key.endsWith("+")) {
                list(target, key).addAll((ArrayNode) value);
            } else if (key.endsWith("-")) {
                value.forEach(gone -> remove(list(target, key), gone));
            } else if (value.isNull()) {
                if (target.remove(key) == null) {
                    throw new IllegalArgumentException("overlay removes " + key + ", which the model does not have");
                }
            } else if (value instanceof ObjectNode object && target.get(key) instanceof ObjectNode inner) {
                merge(inner, object);
            } else {
                target.set(key, value);
            }
        }
    }

    private static ArrayNode list(ObjectNode target, String key) {
        return target.withArray("/" + key.substring(0, key.length() - 1));
    }

    private static void remove(ArrayNode list, JsonNode gone) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).equals(gone)) {
                list.remove(i);
                return;
            }
        }
        throw new IllegalArgumentException("overlay takes " + gone + " from a list without it: " + list);
    }
}
