/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Collects the types that operations reach and writes each as a line of the trimmed model; a type's number is its place.
 *
 * <p>A scalar, list or map may stand twice in it: once with its constraints, for members whose constraints are checked,
 * and once without.
 */
final class TypeTable {
    private static final Set<String> UNKNOWN_TRAITS =
            Set.of("timestampFormat", "xmlAttribute", "jsonvalue", "document", "hostLabel");

    private final ServiceModelSource source;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Structure> structures = new LinkedHashMap<>();

    TypeTable(ServiceModelSource source) {
        this.source = source;
    }

    /** The number of a structure that an operation takes or gives, collecting all it reaches. */
    int structure(String name, boolean input) {
        return type(name, false, input);
    }

    List<String> lines() {
        return lines;
    }

    Map<String, Structure> structures() {
        return structures;
    }

    private int type(String name, boolean checked, boolean input) {
        JsonNode shape = source.shape(name);
        String kind = shape.get("type").asString();
        boolean constrained = checked && constrained(shape);
        boolean named = constrained || Set.of("structure", "list", "map").contains(kind);
        String key = (named ? name : kind) + (constrained ? " checked" : "");
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        int number = lines.size();
        numbers.put(key, number);
        lines.add("");
        lines.set(number, line(kind, name, shape, constrained, checked, input));
        return number;
    }

    private static boolean constrained(JsonNode shape) {
        return shape.has("min") || shape.has("max") || shape.has("pattern") || shape.has("enum");
    }

    private String line(String kind, String name, JsonNode shape, boolean constrained, boolean checked, boolean input) {
        return switch (kind) {
            case "structure" -> structureLine(name, shape, input);
            case "list" ->
                Line.of("list", type(shape.at("/member/shape").asString(), checked, input))
                        .add(shape.at("/member/locationName").asString("member"))
                        .add(shape.path("flattened").asBoolean(false))
                        .add(bound(shape, "min", constrained), bound(shape, "max", constrained))
                        .text();
            case "map" ->
                Line.of("map", type(shape.at("/key/shape").asString(), checked, input))
                        .add(type(shape.at("/value/shape").asString(), checked, input))
                        .add(shape.at("/key/locationName").asString("key"))
                        .add(shape.at("/value/locationName").asString("value"))
                        .add(shape.path("flattened").asBoolean(false))
                        .add(bound(shape, "min", constrained), bound(shape, "max", constrained))
                        .text();
            case "string", "integer", "long", "float", "double", "boolean", "timestamp", "blob" ->
                scalarLine(kind, shape, constrained);
            default -> throw new IllegalArgumentException(name + ": unknown type " + kind);
        };
    }

    private static String scalarLine(String kind, JsonNode shape, boolean constrained) {
        Line line = Line.of(kind, bound(shape, "min", constrained)).add(bound(shape, "max", constrained));
        if (constrained && kind.equals("string")) {
            line.add(shape.path("sensitive").asBoolean(false));
            line.add(shape.path("pattern").asString("-"));
            shape.path("enum").forEach(value -> line.add(value.asString()));
        }
        return line.text();
    }

    private static String bound(JsonNode shape, String key, boolean constrained) {
        return constrained && shape.has(key)
                ? shape.get(key).decimalValue().toBigIntegerExact().toString()
                : "-";
    }

    private String structureLine(String name, JsonNode shape, boolean input) {
        int number = structures.size();
        structures.put(name, new Structure(name, List.of(), false)); // takes its place among the structures
        List<Member> members = new ArrayList<>();
        boolean sensitive = false;
        for (Map.Entry<String, JsonNode> entry : shape.path("members").properties()) {
            JsonNode trait = entry.getValue();
            UNKNOWN_TRAITS.stream().filter(trait::has).findAny().ifPresent(unknown -> {
                throw new IllegalArgumentException(name + "." + entry.getKey() + ": no support for " + unknown);
            });
            String target = trait.get("shape").asString();
            sensitive |= trait.path("sensitive").asBoolean(false)
                    || source.shape(target).path("sensitive").asBoolean(false);
            members.add(member(name, shape, entry.getKey(), trait, input));
        }
        structures.put(name, new Structure(name, List.copyOf(members), sensitive));
        StringBuilder text =
                new StringBuilder(Line.of("structure", name).add(number).text());
        for (Member member : members) {
            text.append('\n')
                    .append(Line.of("member", member.name())
                            .add(member.wireName(), member.location(), member.required(), member.type())
                            .text());
        }
        return text.toString();
    }

    private Member member(String structure, JsonNode shape, String name, JsonNode trait, boolean input) {
        String target = trait.get("shape").asString();
        String location = shape.path("payload").asString("").equals(name)
                ? "payload"
                : trait.path("location").asString("body");
        boolean required = input && source.requiredChecked(shape, name, location);
        int type = type(target, input && source.constraintsChecked(structure, name), input);
        String wire = trait.path("locationName").asString(name);
        return new Member(name, JavaNames.component(name), wire, location, target, type, required);
    }
}
