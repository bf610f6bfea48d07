/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The Java type of each shape that a record holds. */
final class JavaTypes {
    private JavaTypes() {}

    static Map<String, String> of(ServiceModelSource source, List<Structure> structures) {
        Map<String, String> types = new HashMap<>();
        for (Structure structure : structures) {
            for (Member member : structure.members()) {
                types.computeIfAbsent(member.shape(), shape -> type(source, shape));
            }
        }
        return types;
    }

    private static String type(ServiceModelSource source, String name) {
        JsonNode shape = source.shape(name);
        String kind = shape.get("type").asString();
        return switch (kind) {
            case "structure" -> name;
            case "list" -> "List<" + type(source, shape.at("/member/shape").asString()) + ">";
            case "map" ->
                "Map<" + type(source, shape.at("/key/shape").asString()) + ", "
                        + type(source, shape.at("/value/shape").asString()) + ">";
            case "string" -> "String";
            case "integer" -> "Integer";
            case "long" -> "Long";
            case "float" -> "Float";
            case "double" -> "Double";
            case "boolean" -> "Boolean";
            case "timestamp" -> "Instant";
            case "blob" -> "byte[]";
            default -> throw new IllegalArgumentException(name + ": unknown type " + kind);
        };
    }
}
