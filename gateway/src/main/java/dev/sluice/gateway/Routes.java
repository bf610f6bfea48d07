/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a stage as a tree of path segments; immutable. In each segment from the left a literal goes before {@code {parameter}}, and
 * that before {@code {greedy+}}, which takes one segment or more; where the better branch leads nowhere the next is tried. The resource is
 * chosen before the verb, and the exact verb goes before ANY.
 */
public final class Routes {
    private static final String ANY = "ANY";

    private final Node root = new Node();
    private final List<Route> all;

    private Routes(List<Route> routes) {
        all = List.copyOf(routes);
        all.forEach(this::add);
    }

    /** @throws IllegalArgumentException when two routes have the same resource and method, or one's path is not a resource's */
    public static Routes of(List<Route> routes) {
        return new Routes(routes);
    }

    /** In the order given. */
    public List<Route> all() {
        return all;
    }

    /** @param canonicalPath see {@link Exchange#canonicalPath()} */
    public Optional<RouteMatch> match(String method, String canonicalPath) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Node found = find(root, canonicalPath, 1, parameters);
        if (found == null) {
            return Optional.empty();
        }
        Route route = found.routes.getOrDefault(method, found.routes.get(ANY));
        return route == null
                ? Optional.empty()
                : Optional.of(new RouteMatch(route, Collections.unmodifiableMap(parameters)));
    }

    private static @Nullable Node find(Node node, String path, int from, Map<String, String> parameters) {
        if (from >= path.length()) {
            return node.routes.isEmpty() ? null : node;
        }
        int slash = path.indexOf('/', from);
        int end = slash < 0 ? path.length() : slash;
        String segment = path.substring(from, end);
        Node literal = node.literals.get(segment);
        Node found = literal == null ? null : find(literal, path, end + 1, parameters);
        if (found == null && node.parameter != null) {
            found = find(node.parameter, path, end + 1, parameters);
            if (found != null) {
                parameters.put(node.parameter.name, segment);
            }
        }
        if (found == null && node.greedy != null) {
            found = node.greedy;
            parameters.put(found.name, path.substring(from));
        }
        return found;
    }

    private void add(Route route) {
        Node node = root;
        String path = route.resourcePath();
        for (int from = 1; from < path.length(); ) {
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            node = child(node, path.substring(from, end), route);
            if (node.isGreedy && end < path.length()) {
                throw new IllegalArgumentException(
                        "resourcePath: " + path + " (expected: nothing below a greedy part)");
            }
            from = end + 1;
        }
        if (node.routes.putIfAbsent(route.declaredMethod(), route) != null) {
            throw new IllegalArgumentException("route: " + route.methodKey() + " twice (expected: once)");
        }
    }

    private static Node child(Node node, String segment, Route route) {
        if (segment.isEmpty()) {
            throw new IllegalArgumentException("resourcePath: " + route.resourcePath() + " (expected: no empty part)");
        }
        if (!segment.startsWith("{") || !segment.endsWith("}")) {
            return node.literals.computeIfAbsent(segment, _ -> new Node());
        }
        boolean greedy = segment.endsWith("+}");
        String name = segment.substring(1, segment.length() - (greedy ? 2 : 1));
        Node child = greedy ? node.greedy : node.parameter;
        if (child == null) {
            child = new Node();
            child.name = name;
            child.isGreedy = greedy;
            if (greedy) {
                node.greedy = child;
            } else {
                node.parameter = child;
            }
        } else if (!child.name.equals(name)) {
            throw new IllegalArgumentException("resourcePath: " + route.resourcePath()
                    + " (expected: one name for a part, not {" + child.name + "})");
        }
        return child;
    }

    /** Written while the tree is built, only read from then on. */
    private static final class Node {
        final Map<String, Node> literals = new HashMap<>();
        final Map<String, Route> routes = new HashMap<>();

        @Nullable
        Node parameter;

        @Nullable
        Node greedy;

        String name = "";
        boolean isGreedy;
    }
}
