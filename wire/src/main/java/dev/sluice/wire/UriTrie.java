/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operation of a method and path among the URIs of a rest-json model.
 *
 * <p>A literal segment wins over a label. A URI may ask for query constants ({@code /apikeys?mode=import}); the one that asks
 * for most, and gets it, wins. A last label that is greedy or named like an ARN also takes slashes that a client left
 * unencoded. A slash at the end means nothing. Immutable after construction.
 */
final class UriTrie {
    private final Node root = new Node();

    /** An operation with the labels of its URI, decoded. */
    record Match(OperationModel operation, Map<String, String> labels) {}

    /** An operation at the end of its path, with the query constants that it asks for. */
    private record Leaf(OperationModel operation, List<String> labels, Parameters constants) {}

    private static final class Node {
        final Map<String, Node> literals = new HashMap<>();

        @Nullable
        Node label;

        final Map<String, List<Leaf>> leaves = new HashMap<>();
        final Map<String, List<Leaf>> greedy = new HashMap<>();
    }

    UriTrie(Iterable<OperationModel> operations) {
        operations.forEach(this::add);
    }

    private void add(OperationModel operation) {
        int question = operation.uri().indexOf('?');
        String path = question < 0 ? operation.uri() : operation.uri().substring(0, question);
        Parameters constants =
                Parameters.ofQuery(question < 0 ? null : operation.uri().substring(question + 1));
        List<String> segments = segments(path);
        List<String> labels = new ArrayList<>();
        Node node = root;
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (!segment.startsWith("{")) {
                node = node.literals.computeIfAbsent(segment, unused -> new Node());
                continue;
            }
            String name = segment.substring(1, segment.length() - 1);
            boolean greedy = name.endsWith("+");
            labels.add(greedy ? name.substring(0, name.length() - 1) : name);
            if (i == segments.size() - 1
                    && (greedy || name.toLowerCase(Locale.ROOT).endsWith("arn"))) {
                leaf(node.greedy, operation, labels, constants);
            }
            if (node.label == null) {
                node.label = new Node();
            }
            node = node.label;
        }
        leaf(node.leaves, operation, labels, constants);
    }

    private static void leaf(
            Map<String, List<Leaf>> leaves, OperationModel operation, List<String> labels, Parameters constants) {
        List<Leaf> list = leaves.computeIfAbsent(operation.method(), unused -> new ArrayList<>());
        list.add(new Leaf(operation, List.copyOf(labels), constants));
        list.sort(Comparator.comparingInt(leaf -> -leaf.constants().all().size()));
    }

    private static List<String> segments(String path) {
        String inner = path.startsWith("/") ? path.substring(1) : path;
        inner = inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner;
        return inner.isEmpty() ? List.of() : List.of(inner.split("/", -1));
    }

    /** Finds by the raw path, of which each segment is decoded on its own. */
    Optional<Match> find(String method, String rawPath, Parameters query) {
        return Optional.ofNullable(find(root, segments(rawPath), 0, new ArrayList<>(), method, query));
    }

    private static @Nullable Match find(
            Node node, List<String> path, int at, List<String> values, String method, Parameters query) {
        if (at == path.size()) {
            return match(node.leaves.get(method), values, query);
        }
        String segment = PercentCoding.decode(path.get(at));
        Node literal = node.literals.get(segment);
        Match match = literal == null ? null : find(literal, path, at + 1, values, method, query);
        if (match == null
                && node.label != null
                && !segment.isEmpty()
                && !segment.equals(".")
                && !segment.equals("..")) {
            values.add(segment);
            match = find(node.label, path, at + 1, values, method, query);
            values.removeLast();
        }
        if (match == null && !node.greedy.isEmpty()) {
            values.add(PercentCoding.decode(String.join("/", path.subList(at, path.size()))));
            match = match(node.greedy.get(method), values, query);
            values.removeLast();
        }
        return match;
    }

    private static @Nullable Match match(@Nullable List<Leaf> leaves, List<String> values, Parameters query) {
        for (Leaf leaf : leaves == null ? List.<Leaf>of() : leaves) {
            if (query.all().containsAll(leaf.constants().all())) {
                Map<String, String> labels = new HashMap<>();
                for (int i = 0; i < values.size(); i++) {
                    labels.put(leaf.labels().get(i), values.get(i));
                }
                return new Match(leaf.operation(), labels);
            }
        }
        return null;
    }
}
