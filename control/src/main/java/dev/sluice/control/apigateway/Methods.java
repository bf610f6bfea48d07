/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.DeleteMethodRequest;
import dev.sluice.wire.apigateway.GetMethodRequest;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.PutMethodRequest;
import dev.sluice.wire.apigateway.UpdateMethodRequest;
import java.util.List;

/** The operations on the methods of resources. Thread-safe. */
final class Methods {
    private final MethodDocuments methods;

    Methods(MethodDocuments methods) {
        this.methods = methods;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.PUT_METHOD, this::put)
                .on(ApiGatewayOperations.GET_METHOD, this::get)
                .on(ApiGatewayOperations.UPDATE_METHOD, this::update)
                .on(ApiGatewayOperations.DELETE_METHOD, this::delete);
    }

    private Method put(Call call, PutMethodRequest input) {
        Method method = MethodRules.checked(Method.builder()
                .httpMethod(input.httpMethod())
                .authorizationType(input.authorizationType())
                .authorizerId(input.authorizerId())
                .apiKeyRequired(Boolean.TRUE.equals(input.apiKeyRequired()))
                .operationName(input.operationName())
                .requestParameters(input.requestParameters())
                .requestModels(input.requestModels())
                .requestValidatorId(input.requestValidatorId())
                .authorizationScopes(input.authorizationScopes())
                .build());
        return methods.add(call, input.restApiId(), input.resourceId(), input.httpMethod(), method);
    }

    private Method get(Call call, GetMethodRequest input) {
        return methods.read(call, input.restApiId(), input.resourceId(), input.httpMethod());
    }

    private Method update(Call call, UpdateMethodRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        return methods.change(call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> {
            Method patched = method;
            for (Patch.Op op : ops) {
                patched = apply(patched, op);
            }
            return MethodRules.checked(patched);
        });
    }

    private static Method apply(Method method, Patch.Op op) {
        Method.Builder changed = method.toBuilder();
        switch (op.segments().getFirst()) {
            case "requestParameters" -> changed.requestParameters(MapPatch.flags(method.requestParameters(), op));
            case "requestModels" -> changed.requestModels(MapPatch.texts(method.requestModels(), op));
            case "authorizationScopes" -> changed.authorizationScopes(MapPatch.items(method.authorizationScopes(), op));
            default -> scalar(changed, op);
        }
        return changed.build();
    }

    private static void scalar(Method.Builder changed, Patch.Op op) {
        switch (op.path()) {
            case "/authorizationType" -> changed.authorizationType(MapPatch.text(op));
            case "/authorizerId" -> changed.authorizerId(MapPatch.text(op));
            case "/operationName" -> changed.operationName(MapPatch.text(op));
            case "/requestValidatorId" -> changed.requestValidatorId(MapPatch.text(op));
            case "/apiKeyRequired" -> changed.apiKeyRequired(Boolean.parseBoolean(MapPatch.text(op)));
            default -> throw MapPatch.invalidPath(op);
        }
    }

    private Unit delete(Call call, DeleteMethodRequest input) {
        methods.delete(call, input.restApiId(), input.resourceId(), input.httpMethod());
        return Unit.UNIT;
    }
}
