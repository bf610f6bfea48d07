/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import dev.sluice.wire.Call;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.Deployment;
import dev.sluice.wire.apigateway.Integration;
import dev.sluice.wire.apigateway.IntegrationResponse;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.MethodResponse;
import dev.sluice.wire.apigateway.Resource;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what a call names, or says in AWS's words that there is none. */
final class Lookup {
    private Lookup() {}

    static RestApi api(Records records, Call call, String apiId) {
        return Documents.get(records, ApiGatewayKinds.API, apiId)
                .orElseThrow(() -> ApiGatewayErrors.NOT_FOUND.with(
                        "Invalid API identifier specified " + call.accountId() + ":" + apiId));
    }

    static Resource resource(Records records, Call call, String apiId, String resourceId) {
        api(records, call, apiId);
        return Documents.get(records, ApiGatewayKinds.RESOURCE, ApiGatewayKinds.childId(apiId, resourceId))
                .orElseThrow(() -> ApiGatewayErrors.NOT_FOUND.with("Invalid Resource identifier specified"));
    }

    static Deployment deployment(Records records, Call call, String apiId, String deploymentId) {
        api(records, call, apiId);
        return Documents.get(records, ApiGatewayKinds.DEPLOYMENT, ApiGatewayKinds.childId(apiId, deploymentId))
                .orElseThrow(() -> ApiGatewayErrors.NOT_FOUND.with("Invalid Deployment identifier specified"));
    }

    static Stage stage(Records records, Call call, String apiId, String stageName) {
        api(records, call, apiId);
        return Documents.get(records, ApiGatewayKinds.STAGE, ApiGatewayKinds.childId(apiId, stageName))
                .orElseThrow(() -> ApiGatewayErrors.NOT_FOUND.with("Invalid Stage identifier specified"));
    }

    static Method method(Resource resource, String verb) {
        return present(ResourceTree.methods(resource).get(verb), "Invalid Method identifier specified");
    }

    static MethodResponse response(Method method, String statusCode) {
        Map<String, MethodResponse> responses = method.methodResponses();
        return present(responses == null ? null : responses.get(statusCode), "Invalid Response status code specified");
    }

    static Integration integration(Method method) {
        return present(method.methodIntegration(), "Invalid Integration identifier specified");
    }

    static IntegrationResponse response(Integration integration, String statusCode) {
        Map<String, IntegrationResponse> responses = integration.integrationResponses();
        return present(responses == null ? null : responses.get(statusCode), "Invalid Response status code specified");
    }

    private static <T> T present(@Nullable T found, String message) {
        if (found == null) {
            throw ApiGatewayErrors.NOT_FOUND.with(message);
        }
        return found;
    }
}
