/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.store.Transaction;
import dev.sluice.wire.Call;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads and changes one method inside the document of its resource. Thread-safe. */
final class MethodDocuments {
    private final Documents documents;

    MethodDocuments(Documents documents) {
        this.documents = documents;
    }

    Method read(Call call, String apiId, String resourceId, String verb) {
        return Lookup.method(resource(call, apiId, resourceId), verb);
    }

    /** Gives the changed method; nothing is changed where the function throws. */
    Method change(Call call, String apiId, String resourceId, String verb, UnaryOperator<Method> change) {
        return documents.store().write(tx -> {
            Resource resource = Lookup.resource(tx, call, apiId, resourceId);
            Method changed = change.apply(Lookup.method(resource, verb));
            put(tx, apiId, resource, verb, changed);
            return changed;
        });
    }

    Method add(Call call, String apiId, String resourceId, String verb, Method method) {
        return documents.store().write(tx -> {
            Resource resource = Lookup.resource(tx, call, apiId, resourceId);
            if (ResourceTree.methods(resource).containsKey(verb)) {
                throw ApiGatewayErrors.CONFLICT.with("Method already exists for this resource");
            }
            put(tx, apiId, resource, verb, method);
            return method;
        });
    }

    void delete(Call call, String apiId, String resourceId, String verb) {
        documents.store().<Method>write(tx -> {
            Resource resource = Lookup.resource(tx, call, apiId, resourceId);
            Method gone = Lookup.method(resource, verb);
            put(tx, apiId, resource, verb, null);
            return gone;
        });
    }

    private Resource resource(Call call, String apiId, String resourceId) {
        return documents.store().read(records -> Lookup.resource(records, call, apiId, resourceId));
    }

    private static void put(Transaction tx, String apiId, Resource resource, String verb, @Nullable Method method) {
        Map<String, Method> methods = new LinkedHashMap<>(ResourceTree.methods(resource));
        if (method == null) {
            methods.remove(verb);
        } else {
            methods.put(verb, method);
        }
        Resource changed = resource.toBuilder()
                .resourceMethods(methods.isEmpty() ? null : methods)
                .build();
        Documents.put(
                tx, ApiGatewayKinds.RESOURCE, ApiGatewayKinds.childId(apiId, String.valueOf(resource.id())), changed);
    }
}
