/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Patch operations on one entry of a map, {@code /member/key}, or one item of a list. */
final class MapPatch {
    private MapPatch() {}

    /** The entry takes the operation's text; a map left empty becomes null. */
    static @Nullable Map<String, String> texts(@Nullable Map<String, String> map, Patch.Op op) {
        if (!op.op().equals("remove") && op.value() == null) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid null or empty value in " + op.segments().getFirst());
        }
        return entry(map, op, op.text());
    }

    /** The entry takes the operation's flag; a map left empty becomes null. */
    static @Nullable Map<String, Boolean> flags(@Nullable Map<String, Boolean> map, Patch.Op op) {
        return entry(map, op, op.flag());
    }

    private static <V> @Nullable Map<String, V> entry(@Nullable Map<String, V> map, Patch.Op op, V value) {
        String key = key(op);
        Map<String, V> changed = new LinkedHashMap<>(map == null ? Map.of() : map);
        switch (op.op()) {
            case "add", "replace" -> changed.put(key, value);
            case "remove" -> {
                if (changed.remove(key) == null) {
                    throw ApiGatewayErrors.NOT_FOUND.with("Invalid parameter name specified");
                }
            }
            default -> throw invalidPath(op);
        }
        return changed.isEmpty() ? null : changed;
    }

    /** Adds or removes {@code /member/item}, or {@code /member} with the item as value; a list left empty becomes null. */
    static @Nullable List<String> items(@Nullable List<String> list, Patch.Op op) {
        String item = op.segments().size() == 1 ? op.text() : key(op);
        List<String> changed = new ArrayList<>(list == null ? List.of() : list);
        switch (op.op()) {
            case "add" -> {
                if (!changed.contains(item)) {
                    changed.add(item);
                }
            }
            case "remove" -> changed.remove(item);
            default -> throw invalidPath(op);
        }
        return changed.isEmpty() ? null : changed;
    }

    /** Scalars can only be replaced; an empty text unsets. */
    static @Nullable String text(Patch.Op op) {
        if (!op.op().equals("replace")) {
            throw invalidPath(op);
        }
        return op.text().isEmpty() ? null : op.text();
    }

    static ServiceException invalidPath(Patch.Op op) {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid patch path " + op.path());
    }

    private static String key(Patch.Op op) {
        List<String> path = op.segments();
        if (path.size() != 2 || path.get(1).isEmpty()) {
            throw invalidPath(op);
        }
        return path.get(1);
    }
}
