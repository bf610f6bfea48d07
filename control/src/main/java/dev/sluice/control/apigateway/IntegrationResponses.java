/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.DeleteIntegrationResponseRequest;
import dev.sluice.wire.apigateway.GetIntegrationResponseRequest;
import dev.sluice.wire.apigateway.Integration;
import dev.sluice.wire.apigateway.IntegrationResponse;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.PutIntegrationResponseRequest;
import dev.sluice.wire.apigateway.UpdateIntegrationResponseRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The operations on the responses that an integration maps to. Thread-safe. */
final class IntegrationResponses {
    private final MethodDocuments methods;

    IntegrationResponses(MethodDocuments methods) {
        this.methods = methods;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.PUT_INTEGRATION_RESPONSE, this::put)
                .on(ApiGatewayOperations.GET_INTEGRATION_RESPONSE, this::get)
                .on(ApiGatewayOperations.UPDATE_INTEGRATION_RESPONSE, this::update)
                .on(ApiGatewayOperations.DELETE_INTEGRATION_RESPONSE, this::delete);
    }

    private IntegrationResponse put(Call call, PutIntegrationResponseRequest input) {
        IntegrationResponse response = IntegrationResponse.builder()
                .statusCode(input.statusCode())
                .selectionPattern(input.selectionPattern())
                .responseParameters(input.responseParameters())
                .responseTemplates(input.responseTemplates())
                .contentHandling(input.contentHandling())
                .build();
        methods.change(
                call,
                input.restApiId(),
                input.resourceId(),
                input.httpMethod(),
                method -> with(method, input.statusCode(), response));
        return response;
    }

    private IntegrationResponse get(Call call, GetIntegrationResponseRequest input) {
        Method method = methods.read(call, input.restApiId(), input.resourceId(), input.httpMethod());
        return Lookup.response(Lookup.integration(method), input.statusCode());
    }

    private IntegrationResponse update(Call call, UpdateIntegrationResponseRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        Method changed = methods.change(call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> {
            IntegrationResponse response = Lookup.response(Lookup.integration(method), input.statusCode());
            for (Patch.Op op : ops) {
                response = apply(response, op);
            }
            return with(method, input.statusCode(), response);
        });
        return Lookup.response(Lookup.integration(changed), input.statusCode());
    }

    private static IntegrationResponse apply(IntegrationResponse response, Patch.Op op) {
        IntegrationResponse.Builder changed = response.toBuilder();
        switch (op.segments().getFirst()) {
            case "responseParameters" -> changed.responseParameters(MapPatch.texts(response.responseParameters(), op));
            case "responseTemplates" -> changed.responseTemplates(MapPatch.texts(response.responseTemplates(), op));
            case "selectionPattern" -> changed.selectionPattern(MapPatch.text(op));
            case "contentHandling" -> changed.contentHandling(MapPatch.text(op));
            default -> throw MapPatch.invalidPath(op);
        }
        return changed.build();
    }

    private Unit delete(Call call, DeleteIntegrationResponseRequest input) {
        methods.change(call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> {
            Integration integration = Lookup.integration(method);
            Lookup.response(integration, input.statusCode());
            Map<String, IntegrationResponse> left = responses(integration);
            left.remove(input.statusCode());
            return with(method, integration, left);
        });
        return Unit.UNIT;
    }

    private static Method with(Method method, String statusCode, IntegrationResponse response) {
        Integration integration = Lookup.integration(method);
        Lookup.response(method, statusCode);
        IntegrationRules.check(method, integration, response);
        Map<String, IntegrationResponse> all = responses(integration);
        all.put(statusCode, response);
        return with(method, integration, all);
    }

    private static Method with(Method method, Integration integration, Map<String, IntegrationResponse> responses) {
        return method.toBuilder()
                .methodIntegration(integration.toBuilder()
                        .integrationResponses(responses.isEmpty() ? null : responses)
                        .build())
                .build();
    }

    private static Map<String, IntegrationResponse> responses(Integration integration) {
        return new TreeMap<>(
                integration.integrationResponses() == null ? Map.of() : integration.integrationResponses());
    }
}
