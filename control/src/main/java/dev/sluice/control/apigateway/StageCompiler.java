/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.LevelLimit;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.StageId;
import dev.sluice.limits.Bucket;
import dev.sluice.wire.apigateway.EndpointConfiguration;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.MethodSetting;
import dev.sluice.wire.apigateway.Resource;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

    /** Whether the deployment answers anybody. Private APIs have no caller who may. */
    static boolean served(SnapshotDocument snapshot) {
        EndpointConfiguration endpoint = snapshot.api().endpointConfiguration();
        return endpoint == null || endpoint.types() == null || !endpoint.types().contains(RestApiRules.PRIVATE);
    }

    /** Gives the stage the buckets it had, under the limits it has now. */
    dev.sluice.gateway.Stage compile(SnapshotDocument snapshot, RestApi api, Stage stage, LevelLimit account) {
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
        Throttle throttle = Throttle.of(stage.throttle());
        Bucket stageBucket = limits.stage(apiId, id.stageName(), Throttle.level(throttle));
        Bucket apiBucket = limits.api(apiId, Throttle.level(Throttle.of(api.throttle())));
        Bucket accountBucket = limits.account(account);
        return new dev.sluice.gateway.Stage(
                id,
                String.valueOf(api.name()),
                String.valueOf(stage.deploymentId()),
                variables(stage),
                binaryMediaTypes == null ? List.of() : binaryMediaTypes,
                Routes.of(routes),
                stageBucket,
                apiBucket,
                accountBucket,
                Throttle.fair(throttle)
                        ? limits.fairness(apiId, id.stageName(), stageBucket, apiBucket, accountBucket)
                        : null,
                AccessLogs.of(stage),
                Boolean.TRUE.equals(snapshot.api().disableExecuteApiEndpoint()));
    }

    private Route route(
            StageId id, Stage stage, Map<String, MethodSetting> methodSettings, Resource resource, Method method) {
        String path = String.valueOf(resource.path());
        String verb = String.valueOf(method.httpMethod());
        Bucket bucket = limits.method(
                id.apiId(), id.stageName(), path + "/" + verb, MethodSettings.level(methodSettings, path, verb));
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
                && Objects.equals(live.accessLog(), AccessLogs.of(stage))
                && (live.fairness() != null) == Throttle.fair(Throttle.of(stage.throttle()))
                && live.routes().all().stream()
                        .allMatch(route -> route.detailedMetrics()
                                == MethodSettings.metricsEnabled(
                                        methodSettings, route.resourcePath(), route.declaredMethod()));
    }

    /** Sets the limits of a live stage and its methods; nothing is compiled. */
    void limit(dev.sluice.gateway.Stage live, Stage stage) {
        String apiId = live.id().apiId();
        String stageName = live.id().stageName();
        limits.stage(apiId, stageName, Throttle.level(Throttle.of(stage.throttle())));
        Map<String, MethodSetting> methodSettings = MethodSettings.of(stage);
        for (Route route : live.routes().all()) {
            LevelLimit limit = MethodSettings.level(methodSettings, route.resourcePath(), route.declaredMethod());
            limits.method(apiId, stageName, route.methodKey(), limit);
        }
    }

    private static Map<String, String> variables(Stage stage) {
        return stage.variables() == null ? Map.of() : stage.variables();
    }
}
