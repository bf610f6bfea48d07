/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.store.Transaction;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.CreateResourceRequest;
import dev.sluice.wire.apigateway.DeleteResourceRequest;
import dev.sluice.wire.apigateway.GetResourceRequest;
import dev.sluice.wire.apigateway.GetResourcesRequest;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.Resource;
import dev.sluice.wire.apigateway.UpdateResourceRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations on an API's resources. Thread-safe. */
final class Resources {
    private static final Method UNSAID = Method.builder().build();

    private final Documents documents;
    private final Ids ids;

    Resources(Documents documents, Ids ids) {
        this.documents = documents;
        this.ids = ids;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_RESOURCE, this::create)
                .on(ApiGatewayOperations.GET_RESOURCE, this::get)
                .on(ApiGatewayOperations.GET_RESOURCES, this::list)
                .on(ApiGatewayOperations.UPDATE_RESOURCE, this::update)
                .on(ApiGatewayOperations.DELETE_RESOURCE, this::delete);
    }

    private Resource create(Call call, CreateResourceRequest input) {
        return documents.store().write(tx -> {
            Lookup.api(tx, call, input.restApiId());
            ResourceTree tree = ResourceTree.read(tx, input.restApiId());
            String id = ids.shortId();
            while (tree.find(id).isPresent()) {
                id = ids.shortId();
            }
            return tree.place(tx, Resource.builder().id(id).build(), input.parentId(), input.pathPart());
        });
    }

    private Resource get(Call call, GetResourceRequest input) {
        Resource resource = documents
                .store()
                .read(records -> Lookup.resource(records, call, input.restApiId(), input.resourceId()));
        return shown(resource, input.embed());
    }

    private dev.sluice.wire.apigateway.Resources list(Call call, GetResourcesRequest input) {
        List<Resource> all = documents.store().read(records -> {
            Lookup.api(records, call, input.restApiId());
            return ResourceTree.read(records, input.restApiId()).all();
        });
        Paging.Page<Resource> page =
                Paging.of(all, resource -> String.valueOf(resource.id()), input.position(), input.limit());
        return dev.sluice.wire.apigateway.Resources.builder()
                .items(page.items().stream()
                        .map(resource -> shown(resource, input.embed()))
                        .toList())
                .position(page.position())
                .build();
    }

    /** Methods are only named unless the call asks for them. */
    static Resource shown(Resource resource, @Nullable List<String> embed) {
        if (resource.resourceMethods() == null || (embed != null && embed.contains("methods"))) {
            return resource;
        }
        Map<String, Method> names = new LinkedHashMap<>();
        resource.resourceMethods().keySet().forEach(verb -> names.put(verb, UNSAID));
        return resource.toBuilder().resourceMethods(names).build();
    }

    private Resource update(Call call, UpdateResourceRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        Resource updated = documents.store().write(tx -> {
            Resource resource = Lookup.resource(tx, call, input.restApiId(), input.resourceId());
            ResourceTree tree = ResourceTree.read(tx, input.restApiId());
            for (Patch.Op op : ops) {
                resource = apply(tx, tree, resource, op);
            }
            return resource;
        });
        return shown(updated, null);
    }

    private static Resource apply(Transaction tx, ResourceTree tree, Resource resource, Patch.Op op) {
        boolean part = op.path().equals("/pathPart");
        if (!part && !op.path().equals("/parentId")) {
            throw Patch.invalidPath(op, List.of("/parentId", "/pathPart"));
        }
        if (!op.op().equals("replace")) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid patch path  '" + op.path() + "' specified for op '"
                    + op.op() + "'. Please choose supported operations");
        }
        String parentId = resource.parentId();
        String pathPart = resource.pathPart();
        if (parentId == null || pathPart == null) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Root resource cannot update its " + (part ? "pathPart." : "parentId."));
        }
        return part ? tree.place(tx, resource, parentId, op.text()) : tree.place(tx, resource, op.text(), pathPart);
    }

    private Unit delete(Call call, DeleteResourceRequest input) {
        documents.store().<Unit>write(tx -> {
            Resource resource = Lookup.resource(tx, call, input.restApiId(), input.resourceId());
            if (ResourceTree.isRoot(resource)) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Root resource cannot be deleted.");
            }
            ResourceTree tree = ResourceTree.read(tx, input.restApiId());
            for (Resource gone : tree.subtree(input.resourceId())) {
                Documents.delete(
                        tx,
                        ApiGatewayKinds.RESOURCE,
                        ApiGatewayKinds.childId(input.restApiId(), String.valueOf(gone.id())));
            }
            return Unit.UNIT;
        });
        return Unit.UNIT;
    }
}
