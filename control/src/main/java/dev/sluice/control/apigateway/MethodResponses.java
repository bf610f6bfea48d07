/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.DeleteMethodResponseRequest;
import dev.sluice.wire.apigateway.GetMethodResponseRequest;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.MethodResponse;
import dev.sluice.wire.apigateway.PutMethodResponseRequest;
import dev.sluice.wire.apigateway.UpdateMethodResponseRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The operations on the responses that a method declares. Thread-safe. */
final class MethodResponses {
    private final MethodDocuments methods;

    MethodResponses(MethodDocuments methods) {
        this.methods = methods;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.PUT_METHOD_RESPONSE, this::put)
                .on(ApiGatewayOperations.GET_METHOD_RESPONSE, this::get)
                .on(ApiGatewayOperations.UPDATE_METHOD_RESPONSE, this::update)
                .on(ApiGatewayOperations.DELETE_METHOD_RESPONSE, this::delete);
    }

    private MethodResponse put(Call call, PutMethodResponseRequest input) {
        MethodResponse response = MethodRules.checked(MethodResponse.builder()
                .statusCode(input.statusCode())
                .responseParameters(input.responseParameters())
                .responseModels(input.responseModels())
                .build());
        methods.change(call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> {
            if (responses(method).containsKey(input.statusCode())) {
                throw ApiGatewayErrors.CONFLICT.with("Response already exists for this resource");
            }
            return with(method, input.statusCode(), response);
        });
        return response;
    }

    private MethodResponse get(Call call, GetMethodResponseRequest input) {
        Method method = methods.read(call, input.restApiId(), input.resourceId(), input.httpMethod());
        return Lookup.response(method, input.statusCode());
    }

    private MethodResponse update(Call call, UpdateMethodResponseRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        Method changed = methods.change(call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> {
            MethodResponse response = Lookup.response(method, input.statusCode());
            for (Patch.Op op : ops) {
                response = apply(response, op);
            }
            return with(method, input.statusCode(), MethodRules.checked(response));
        });
        return Lookup.response(changed, input.statusCode());
    }

    private static MethodResponse apply(MethodResponse response, Patch.Op op) {
        MethodResponse.Builder changed = response.toBuilder();
        switch (op.segments().getFirst()) {
            case "responseParameters" -> changed.responseParameters(MapPatch.flags(response.responseParameters(), op));
            case "responseModels" -> changed.responseModels(MapPatch.texts(response.responseModels(), op));
            default -> throw MapPatch.invalidPath(op);
        }
        return changed.build();
    }

    private Unit delete(Call call, DeleteMethodResponseRequest input) {
        methods.change(call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> {
            Lookup.response(method, input.statusCode());
            Map<String, MethodResponse> left = responses(method);
            left.remove(input.statusCode());
            return method.toBuilder()
                    .methodResponses(left.isEmpty() ? null : left)
                    .build();
        });
        return Unit.UNIT;
    }

    private static Method with(Method method, String statusCode, MethodResponse response) {
        Map<String, MethodResponse> all = responses(method);
        all.put(statusCode, response);
        return method.toBuilder().methodResponses(all).build();
    }

    private static Map<String, MethodResponse> responses(Method method) {
        return new TreeMap<>(method.methodResponses() == null ? Map.of() : method.methodResponses());
    }
}
