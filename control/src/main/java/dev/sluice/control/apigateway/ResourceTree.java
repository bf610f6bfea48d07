/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import dev.sluice.store.Transaction;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The resources of one API within a transaction, and the rules of their tree. Not thread-safe. */
final class ResourceTree {
    static final String ROOT_PATH = "/";

    private static final Pattern PATH_PART = Pattern.compile("\\{[a-zA-Z0-9._-]+\\+?}|[a-zA-Z0-9._:,-]+");

    private final String apiId;
    private final Map<String, Resource> byId = new LinkedHashMap<>();

    private ResourceTree(String apiId, List<Resource> resources) {
        this.apiId = apiId;
        resources.forEach(resource -> byId.put(id(resource), resource));
    }

    static ResourceTree read(Records records, String apiId) {
        return new ResourceTree(
                apiId, Documents.list(records, ApiGatewayKinds.RESOURCE, ApiGatewayKinds.prefix(apiId)));
    }

    /** By verb; empty where the resource has none. */
    static Map<String, Method> methods(Resource resource) {
        Map<String, Method> methods = resource.resourceMethods();
        return methods == null ? Map.of() : methods;
    }

    static boolean isRoot(Resource resource) {
        return resource.parentId() == null;
    }

    /** The root first, then by path. */
    List<Resource> all() {
        return byId.values().stream()
                .sorted(Comparator.comparing((Resource resource) -> !isRoot(resource))
                        .thenComparing(resource -> String.valueOf(resource.path())))
                .toList();
    }

    Optional<Resource> find(String resourceId) {
        return Optional.ofNullable(byId.get(resourceId));
    }

    /** The resource and all below it. */
    List<Resource> subtree(String resourceId) {
        List<Resource> found = new ArrayList<>();
        find(resourceId).ifPresent(found::add);
        for (int i = 0; i < found.size(); i++) {
            String parentId = found.get(i).id();
            byId.values().stream()
                    .filter(resource -> Objects.equals(resource.parentId(), parentId))
                    .forEach(found::add);
        }
        return found;
    }

    /** Adds or moves a resource where the rules allow it, and gives it and all below it their paths. */
    Resource place(Transaction tx, Resource resource, String parentId, String pathPart) {
        Resource parent = find(parentId)
                .orElseThrow(() -> ApiGatewayErrors.NOT_FOUND.with("Invalid Resource identifier specified"));
        checkPart(pathPart);
        if (subtree(id(resource)).stream().anyMatch(below -> id(below).equals(parentId))) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Resources cannot be cyclical.");
        }
        checkSiblings(resource, parent, pathPart);
        if (isGreedy(pathPart) && subtree(id(resource)).size() > 1) {
            throw noChildren(pathPart);
        }
        Resource placed =
                resource.toBuilder().parentId(parentId).pathPart(pathPart).build();
        byId.put(id(placed), placed);
        return writePaths(tx, placed, parent);
    }

    private Resource writePaths(Transaction tx, Resource resource, Resource parent) {
        String above = isRoot(parent) ? "" : parent.path();
        Resource written =
                resource.toBuilder().path(above + "/" + resource.pathPart()).build();
        byId.put(id(written), written);
        Documents.put(tx, ApiGatewayKinds.RESOURCE, ApiGatewayKinds.childId(apiId, id(written)), written);
        for (Resource below : List.copyOf(byId.values())) {
            if (Objects.equals(below.parentId(), written.id())) {
                writePaths(tx, below, written);
            }
        }
        return written;
    }

    private void checkSiblings(Resource resource, Resource parent, String pathPart) {
        if (!isRoot(parent) && isGreedy(part(parent))) {
            throw noChildren(part(parent));
        }
        for (Resource sibling : byId.values()) {
            if (!Objects.equals(sibling.parentId(), parent.id()) || id(sibling).equals(id(resource))) {
                continue;
            }
            if (part(sibling).equals(pathPart)) {
                throw ApiGatewayErrors.CONFLICT.with(
                        "Another resource with the same parent already has this name: " + pathPart);
            }
            if (isVariable(pathPart) && isVariable(part(sibling))) {
                throw ApiGatewayErrors.BAD_REQUEST.with("A sibling (" + part(sibling)
                        + ") of this resource already has a variable path part -- only one is allowed");
            }
        }
    }

    private static void checkPart(String pathPart) {
        if (!PATH_PART.matcher(pathPart).matches()) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path"
                            + " variable and curly braces at the beginning and the end.");
        }
    }

    private static RuntimeException noChildren(String greedy) {
        return ApiGatewayErrors.BAD_REQUEST.with(
                "Cannot create a child of a resource with a greedy path variable: " + greedy);
    }

    private static boolean isVariable(String pathPart) {
        return pathPart.startsWith("{");
    }

    private static boolean isGreedy(String pathPart) {
        return pathPart.endsWith("+}");
    }

    private static String part(Resource resource) {
        return text(resource.pathPart());
    }

    private static String id(Resource resource) {
        return text(resource.id());
    }

    private static String text(@Nullable String member) {
        return member == null ? "" : member;
    }
}
