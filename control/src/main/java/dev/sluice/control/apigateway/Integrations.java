/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.DeleteIntegrationRequest;
import dev.sluice.wire.apigateway.GetIntegrationRequest;
import dev.sluice.wire.apigateway.Integration;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.PutIntegrationRequest;
import dev.sluice.wire.apigateway.TlsConfig;
import dev.sluice.wire.apigateway.UpdateIntegrationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations on the integrations of methods. Thread-safe. */
final class Integrations {
    private static final String PASSTHROUGH = "WHEN_NO_MATCH";
    private static final int TIMEOUT_MILLIS = 29_000;

    private final MethodDocuments methods;
    private final int maxTimeoutMillis;

    Integrations(MethodDocuments methods, int maxTimeoutMillis) {
        this.methods = methods;
        this.maxTimeoutMillis = maxTimeoutMillis;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.PUT_INTEGRATION, this::put)
                .on(ApiGatewayOperations.GET_INTEGRATION, this::get)
                .on(ApiGatewayOperations.UPDATE_INTEGRATION, this::update)
                .on(ApiGatewayOperations.DELETE_INTEGRATION, this::delete);
    }

    /** Replaces the whole integration, its responses too. */
    private Integration put(Call call, PutIntegrationRequest input) {
        Integration integration = Integration.builder()
                .type(input.type())
                .httpMethod(input.integrationHttpMethod())
                .uri(input.uri())
                .connectionType(input.connectionType())
                .connectionId(input.connectionId())
                .credentials(input.credentials())
                .requestParameters(input.requestParameters())
                .requestTemplates(input.requestTemplates())
                .passthroughBehavior(orElse(input.passthroughBehavior(), PASSTHROUGH))
                .contentHandling(input.contentHandling())
                .timeoutInMillis(orElse(input.timeoutInMillis(), TIMEOUT_MILLIS))
                .cacheNamespace(orElse(input.cacheNamespace(), input.resourceId()))
                .cacheKeyParameters(orElse(input.cacheKeyParameters(), List.of()))
                .tlsConfig(input.tlsConfig())
                .integrationTarget(input.integrationTarget())
                .responseTransferMode(input.responseTransferMode())
                .build();
        methods.change(
                call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> with(method, integration));
        return integration;
    }

    private static <T> T orElse(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private Method with(Method method, Integration integration) {
        IntegrationRules.check(method, integration, maxTimeoutMillis);
        return method.toBuilder().methodIntegration(integration).build();
    }

    private Integration get(Call call, GetIntegrationRequest input) {
        return Lookup.integration(methods.read(call, input.restApiId(), input.resourceId(), input.httpMethod()));
    }

    private Integration update(Call call, UpdateIntegrationRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        Method changed = methods.change(call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> {
            Integration integration = Lookup.integration(method);
            for (Patch.Op op : ops) {
                integration = apply(integration, op);
            }
            return with(method, integration);
        });
        return Lookup.integration(changed);
    }

    private static Integration apply(Integration integration, Patch.Op op) {
        Integration.Builder changed = integration.toBuilder();
        switch (op.segments().getFirst()) {
            case "requestParameters" -> changed.requestParameters(MapPatch.texts(integration.requestParameters(), op));
            case "requestTemplates" -> changed.requestTemplates(MapPatch.texts(integration.requestTemplates(), op));
            case "cacheKeyParameters" ->
                changed.cacheKeyParameters(orElse(MapPatch.items(integration.cacheKeyParameters(), op), List.of()));
            default -> scalar(changed, op);
        }
        return changed.build();
    }

    private static void scalar(Integration.Builder changed, Patch.Op op) {
        switch (op.path()) {
            case "/uri" -> changed.uri(MapPatch.text(op));
            case "/httpMethod" -> changed.httpMethod(MapPatch.text(op));
            case "/connectionType" -> changed.connectionType(MapPatch.text(op));
            case "/connectionId" -> changed.connectionId(MapPatch.text(op));
            case "/credentials" -> changed.credentials(MapPatch.text(op));
            case "/passthroughBehavior" -> changed.passthroughBehavior(orElse(MapPatch.text(op), PASSTHROUGH));
            case "/contentHandling" -> changed.contentHandling(MapPatch.text(op));
            case "/cacheNamespace" -> changed.cacheNamespace(MapPatch.text(op));
            case "/responseTransferMode" -> changed.responseTransferMode(MapPatch.text(op));
            case "/timeoutInMillis" ->
                changed.timeoutInMillis(MapPatch.text(op) == null ? Integer.valueOf(TIMEOUT_MILLIS) : op.integer());
            case "/tlsConfig/insecureSkipVerification" ->
                changed.tlsConfig(TlsConfig.builder()
                        .insecureSkipVerification(Boolean.parseBoolean(MapPatch.text(op)))
                        .build());
            default -> throw MapPatch.invalidPath(op);
        }
    }

    private Unit delete(Call call, DeleteIntegrationRequest input) {
        methods.change(call, input.restApiId(), input.resourceId(), input.httpMethod(), method -> {
            Lookup.integration(method);
            return method.toBuilder().methodIntegration(null).build();
        });
        return Unit.UNIT;
    }
}
