/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.EndpointConfiguration;
import dev.sluice.wire.apigateway.RestApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What UpdateRestApi's patch operations do to an API. Stateless. */
final class RestApiPatch {
    private static final Set<String> SCALARS = Set.of(
            "/name",
            "/description",
            "/version",
            "/apiKeySource",
            "/disableExecuteApiEndpoint",
            "/minimumCompressionSize",
            "/policy");

    private final boolean strictAws;

    RestApiPatch(boolean strictAws) {
        this.strictAws = strictAws;
    }

    RestApi apply(RestApi api, List<Patch.Op> ops) {
        RestApi patched = api;
        for (Patch.Op op : ops) {
            patched = apply(patched, op);
        }
        Throttle.of(patched.throttle());
        return patched;
    }

    private RestApi apply(RestApi api, Patch.Op op) {
        List<String> path = op.segments();
        return switch (path.getFirst()) {
            case "binaryMediaTypes" -> binaryMediaTypes(api, op, path);
            case "endpointConfiguration" ->
                api.toBuilder().endpointConfiguration(endpoint(api, op, path)).build();
            case "throttle" -> throttle(api, op);
            default -> scalar(api, op);
        };
    }

    private static RestApi scalar(RestApi api, Patch.Op op) {
        if (!SCALARS.contains(op.path())) {
            throw invalidPath(op);
        }
        onlyReplace(op);
        RestApi.Builder changed = api.toBuilder();
        switch (op.path()) {
            case "/name" -> changed.name(RestApiRules.name(op.value()));
            case "/description" -> changed.description(textOrNull(op));
            case "/version" -> changed.version(textOrNull(op));
            case "/apiKeySource" -> changed.apiKeySource(RestApiRules.apiKeySource(op.value()));
            case "/disableExecuteApiEndpoint" -> changed.disableExecuteApiEndpoint(op.flag());
            case "/minimumCompressionSize" -> changed.minimumCompressionSize(compressionSize(op));
            default -> {
                if (!op.text().isEmpty()) {
                    throw RestApiRules.policyUnsupported();
                }
            }
        }
        return changed.build();
    }

    private static void onlyReplace(Patch.Op op) {
        if (!op.op().equals("replace")) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid patch operation specified. Must be one of: [replace]");
        }
    }

    private static @Nullable String textOrNull(Patch.Op op) {
        return op.text().isEmpty() ? null : op.text();
    }

    private static @Nullable Integer compressionSize(Patch.Op op) {
        try {
            return op.text().isEmpty() ? null : RestApiRules.compressionSize(Integer.valueOf(op.text()));
        } catch (NumberFormatException _) {
            throw RestApiRules.invalidCompressionSize();
        }
    }

    private static RestApi binaryMediaTypes(RestApi api, Patch.Op op, List<String> path) {
        if (path.size() != 2) {
            throw invalidPath(op);
        }
        List<String> types = new ArrayList<>(api.binaryMediaTypes() == null ? List.of() : api.binaryMediaTypes());
        switch (op.op()) {
            case "add" -> {
                if (!types.contains(path.get(1))) {
                    types.add(path.get(1));
                }
            }
            case "remove" -> types.remove(path.get(1));
            case "replace" -> {
                types.remove(path.get(1));
                types.add(op.text());
            }
            default ->
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Invalid patch operation specified. Must be one of: [add, remove, replace]");
        }
        return api.toBuilder().binaryMediaTypes(types.isEmpty() ? null : types).build();
    }

    private static EndpointConfiguration endpoint(RestApi api, Patch.Op op, List<String> path) {
        EndpointConfiguration current = RestApiRules.endpoint(api.endpointConfiguration());
        String member = path.size() < 2 ? "" : path.get(1);
        return switch (member) {
            case "types" -> types(current, op, path);
            case "ipAddressType" -> {
                onlyReplace(op);
                yield RestApiRules.endpoint(
                        current.toBuilder().ipAddressType(op.text()).build());
            }
            case "vpcEndpointIds" -> vpcEndpoints(current, op);
            default -> throw invalidPath(op);
        };
    }

    /** There is always exactly one type, so adding a second and removing the one are errors. */
    private static EndpointConfiguration types(EndpointConfiguration current, Patch.Op op, List<String> path) {
        if (path.size() != 3) {
            throw invalidPath(op);
        }
        if (op.op().equals("remove")) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
        }
        String type = RestApiRules.endpointType(op.text());
        if (op.op().equals("add")) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Cannot create an api with multiple Endpoint Types.");
        }
        onlyReplace(op);
        String addresses = type.equals(RestApiRules.PRIVATE) ? null : current.ipAddressType();
        return RestApiRules.endpoint(current.toBuilder()
                .types(List.of(type))
                .ipAddressType(addresses)
                .build());
    }

    private static EndpointConfiguration vpcEndpoints(EndpointConfiguration current, Patch.Op op) {
        List<String> ids = new ArrayList<>(current.vpcEndpointIds() == null ? List.of() : current.vpcEndpointIds());
        switch (op.op()) {
            case "add" -> ids.add(op.text());
            case "remove" -> ids.remove(op.text());
            default ->
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Invalid patch operation specified. Must be one of: [add, remove]");
        }
        return current.toBuilder().vpcEndpointIds(ids.isEmpty() ? null : ids).build();
    }

    private RestApi throttle(RestApi api, Patch.Op op) {
        if (strictAws) {
            throw invalidPath(op);
        }
        Throttle changed = ThrottlePatch.apply(Throttle.of(api.throttle()), op, "/throttle");
        return api.toBuilder()
                .throttle(changed == null ? null : changed.settings())
                .build();
    }

    private static ServiceException invalidPath(Patch.Op op) {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid patch path " + op.path());
    }
}
