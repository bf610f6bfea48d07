/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.MethodSnapshot;
import dev.sluice.wire.apigateway.Resource;
import dev.sluice.wire.apigateway.RestApi;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All of an API that a deployment fixes, as it was then.
 *
 * @param version of this form; another one is not read
 * @param api the API's own members
 * @param resources with their methods, integrations and responses
 */
public record SnapshotDocument(int version, RestApi api, List<Resource> resources) {
    static final int VERSION = 1;

    public SnapshotDocument {
        if (version != VERSION) {
            throw new IllegalArgumentException("version: " + version + " (expected: " + VERSION + ")");
        }
        resources = List.copyOf(resources);
    }

    /** What {@code embed=apisummary} shows: path, then method. */
    Map<String, Map<String, MethodSnapshot>> summary() {
        Map<String, Map<String, MethodSnapshot>> summary = new HashMap<>();
        for (Resource resource : resources) {
            Map<String, MethodSnapshot> methods = new HashMap<>();
            ResourceTree.methods(resource).forEach((verb, method) -> methods.put(verb, snapshot(method)));
            if (!methods.isEmpty()) {
                summary.put(String.valueOf(resource.path()), methods);
            }
        }
        return summary;
    }

    private static MethodSnapshot snapshot(Method method) {
        return MethodSnapshot.builder()
                .authorizationType(method.authorizationType())
                .apiKeyRequired(method.apiKeyRequired())
                .build();
    }
}
