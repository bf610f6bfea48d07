/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.Route;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.StageId;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.wire.apigateway.EndpointConfiguration;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.MethodSetting;
import dev.sluice.wire.apigateway.Resource;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns the documents of a stage and its deployment into what the data plane serves. Thread-safe. */
final class StageCompiler {
    private final Limits limits;
    private final IntegrationCompiler integrations;
    private final ApiGatewaySettings settings;

    StageCompiler(Limits limits, FunctionBackends backends, ApiGatewaySettings settings) {
        this.limits = limits;
        this.integrations = new IntegrationCompiler(backends);
        this.settings = settings;
    }

    /** Whether the deployment answers at its execute-api address at all. Private APIs have no caller who may. */
    static boolean served(SnapshotDocument snapshot) {
        EndpointConfiguration endpoint = snapshot.api().endpointConfiguration();
        boolean isPrivate =
                endpoint != null && endpoint.types() != null && endpoint.types().contains(RestApiRules.PRIVATE);
        return !isPrivate && !Boolean.TRUE.equals(snapshot.api().disableExecuteApiEndpoint());
    }

    /** Gives the stage the buckets it had, under the limits it has now. */
    dev.sluice.gateway.Stage compile(SnapshotDocument snapshot, RestApi api, Stage stage, Limit account) {
        String apiId = String.valueOf(api.id());
        StageId id = new StageId(settings.accountId(), settings.region(), apiId, String.valueOf(stage.stageName()));
        Map<String, MethodSetting> methodSettings = MethodSettings.of(stage);
        List<Route> routes = new ArrayList<>();
        for (Resource resource : snapshot.resources()) {
            for (Method method : ResourceTree.methods(resource).values()) {
                routes.add(route(id, stage, methodSettings, resource, method));
            }
        }
        List<String> binaryMediaTypes = snapshot.api().binaryMediaTypes();
        return new dev.sluice.gateway.Stage(
                id,
                String.valueOf(api.name()),
                String.valueOf(stage.deploymentId()),
                variables(stage),
                binaryMediaTypes == null ? List.of() : binaryMediaTypes,
                Routes.of(routes),
                limits.stage(apiId, id.stageName(), Throttle.limit(Throttle.of(stage.throttle()))),
                limits.api(apiId, Throttle.limit(Throttle.of(api.throttle()))),
                limits.account(account));
    }

    private Route route(
            StageId id, Stage stage, Map<String, MethodSetting> methodSettings, Resource resource, Method method) {
        String path = String.valueOf(resource.path());
        String verb = String.valueOf(method.httpMethod());
        Bucket bucket = limits.method(
                id.apiId(), id.stageName(), path + "/" + verb, MethodSettings.limit(methodSettings, path, verb));
        return new Route(
                String.valueOf(resource.id()),
                path,
                verb,
                Boolean.TRUE.equals(method.apiKeyRequired()),
                MethodSettings.metricsEnabled(methodSettings, path, verb),
                bucket,
                integrations.compile(id, variables(stage), resource, method));
    }

    /** Whether a live stage differs from its documents in limits at most. */
    static boolean sameButForLimits(dev.sluice.gateway.Stage live, RestApi api, Stage stage) {
        Map<String, MethodSetting> methodSettings = MethodSettings.of(stage);
        return live.deploymentId().equals(stage.deploymentId())
                && live.apiName().equals(api.name())
                && live.variables().equals(variables(stage))
                && live.routes().all().stream()
                        .allMatch(route -> route.detailedMetrics()
                                == MethodSettings.metricsEnabled(
                                        methodSettings, route.resourcePath(), route.declaredMethod()));
    }

    /** Sets the limits of a live stage and its methods; nothing is compiled. */
    void limit(dev.sluice.gateway.Stage live, Stage stage) {
        String apiId = live.id().apiId();
        String stageName = live.id().stageName();
        limits.stage(apiId, stageName, Throttle.limit(Throttle.of(stage.throttle())));
        Map<String, MethodSetting> methodSettings = MethodSettings.of(stage);
        for (Route route : live.routes().all()) {
            Limit limit = MethodSettings.limit(methodSettings, route.resourcePath(), route.declaredMethod());
            limits.method(apiId, stageName, route.methodKey(), limit);
        }
    }

    private static Map<String, String> variables(Stage stage) {
        return stage.variables() == null ? Map.of() : stage.variables();
    }
}
