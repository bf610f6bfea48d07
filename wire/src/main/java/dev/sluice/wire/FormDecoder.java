/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads structures from the parameters of the query protocol, where {@code Tags.member.1.Key=a} is a member of the first
 * element of a list.
 *
 * <p>The names are first cut at their dots into a tree; then the shapes guide through it, so names that no shape knows cost
 * nothing more. List indexes may have gaps; their order counts.
 */
final class FormDecoder {
    private static final int MAX_DEPTH = 64;

    private final ServiceModel model;

    FormDecoder(ServiceModel model) {
        this.model = model;
    }

    /** Part of a name: what stands there and what goes on below. */
    private static final class Node {
        private final Map<String, Node> children = new LinkedHashMap<>();
        private @Nullable String value;

        @Nullable
        Node child(String name) {
            return children.get(name);
        }
    }

    /** The members of an operation's input, in the model's order. */
    @Nullable
    Object[] members(Shape.Aggregate shape, Parameters parameters) {
        return members(shape, tree(parameters));
    }

    private static Node tree(Parameters parameters) {
        Node root = new Node();
        for (Parameters.Parameter parameter : parameters.all()) {
            String[] parts = parameter.name().split("\\.", MAX_DEPTH);
            Node node = root;
            for (String part : parts) {
                node = node.children.computeIfAbsent(part, unused -> new Node());
            }
            if (node.value == null) {
                node.value = parameter.value();
            }
        }
        return root;
    }

    private @Nullable Object[] members(Shape.Aggregate shape, Node node) {
        List<Shape.Member> members = shape.members();
        @Nullable Object[] values = new @Nullable Object[members.size()];
        for (int i = 0; i < values.length; i++) {
            Shape.Member member = members.get(i);
            Node child = node.child(member.wireName());
            values[i] = child == null ? null : value(model.shape(member.type()), child);
        }
        return values;
    }

    private @Nullable Object value(Shape shape, Node node) {
        return switch (shape) {
            case Shape.Scalar scalar -> node.value == null ? null : ScalarText.parse(scalar.kind(), node.value);
            case Shape.Aggregate aggregate -> model.factory().create(aggregate.number(), members(aggregate, node));
            case Shape.Sequence sequence -> list(sequence, node);
            case Shape.Dictionary dictionary -> map(dictionary, node);
        };
    }

    private @Nullable List<Object> list(Shape.Sequence shape, Node node) {
        Node elements = shape.flattened() ? node : node.child(shape.wireName());
        if (elements == null) {
            return node.value == null ? null : List.of(); // "Tags=" is how clients send an empty list
        }
        List<Object> values = new ArrayList<>();
        for (Node each : byIndex(elements).values()) {
            Object value = value(model.shape(shape.element()), each);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private @Nullable Map<String, Object> map(Shape.Dictionary shape, Node node) {
        Node entries = shape.flattened() ? node : node.child("entry");
        if (entries == null) {
            return node.value == null ? null : Map.of();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Node entry : byIndex(entries).values()) {
            Node key = entry.child(shape.keyName());
            Node value = entry.child(shape.valueName());
            Object parsed = value == null ? null : value(model.shape(shape.value()), value);
            if (key != null && key.value != null && parsed != null) {
                values.put(key.value, parsed);
            }
        }
        return values;
    }

    private static Map<Integer, Node> byIndex(Node elements) {
        Map<Integer, Node> sorted = new TreeMap<>();
        elements.children.forEach(
                (index, node) -> sorted.put((Integer) ScalarText.parse(Shape.Kind.INTEGER, index), node));
        return sorted;
    }
}
