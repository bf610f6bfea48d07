/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.Backend;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.StageId;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.Resource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a stored integration into one that the data plane runs. Thread-safe. */
final class IntegrationCompiler {
    private static final Logger LOG = LoggerFactory.getLogger(IntegrationCompiler.class);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(29);
    /** What AWS's control plane takes and its data plane answers with 500. */
    static final Backend MISCONFIGURED =
            (_, _) -> CompletableFuture.completedFuture(new BackendResponse.Failed(BackendResponse.Kind.CONFIGURATION));

    private final FunctionBackends backends;

    IntegrationCompiler(FunctionBackends backends) {
        this.backends = backends;
    }

    /** @throws IllegalArgumentException if the type is one that is never stored */
    Integration compile(StageId stage, Map<String, String> variables, Resource resource, Method method) {
        dev.sluice.wire.apigateway.Integration stored = Lookup.integration(method);
        Integration compiled = switch (String.valueOf(stored.type())) {
            case IntegrationRules.MOCK -> MockAnswer.of(stored).orElse(null);
            case IntegrationRules.HTTP_PROXY -> httpProxy(stored, variables).orElse(null);
            case IntegrationRules.AWS_PROXY ->
                function(stage, variables, resource, method, stored).orElse(null);
            default ->
                throw new IllegalArgumentException(
                        "integration type: " + stored.type() + " (expected: MOCK, HTTP_PROXY or AWS_PROXY)");
        };
        if (compiled != null) {
            return compiled;
        }
        LOG.warn(
                "stage {}/{}: {} {} answers 500: its integration cannot work as configured",
                stage.apiId(),
                stage.stageName(),
                method.httpMethod(),
                resource.path());
        return new Integration.Called(MISCONFIGURED, DEFAULT_TIMEOUT);
    }

    private static Optional<Integration> httpProxy(
            dev.sluice.wire.apigateway.Integration stored, Map<String, String> variables) {
        try {
            return Optional.of(Integration.HttpProxy.of(
                    StageVariables.fill(String.valueOf(stored.uri()), variables),
                    String.valueOf(stored.httpMethod()),
                    timeout(stored),
                    RequestMappings.filled(stored.requestParameters(), variables)));
        } catch (IllegalArgumentException e) {
            LOG.warn("HTTP_PROXY integration: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Integration> function(
            StageId stage,
            Map<String, String> variables,
            Resource resource,
            Method method,
            dev.sluice.wire.apigateway.Integration stored) {
        if (!"POST".equals(stored.httpMethod())) {
            return Optional.empty();
        }
        return FunctionUri.functionArn(StageVariables.fill(String.valueOf(stored.uri()), variables))
                .map(arn -> backends.backend(new FunctionBackends.Target(
                        arn,
                        stored.credentials(),
                        stage.accountId(),
                        stage.region(),
                        stage.apiId(),
                        stage.stageName(),
                        String.valueOf(method.httpMethod()),
                        String.valueOf(resource.id()),
                        String.valueOf(resource.path()))))
                .map(backend -> new Integration.Called(backend, timeout(stored)));
    }

    private static Duration timeout(dev.sluice.wire.apigateway.Integration stored) {
        return stored.timeoutInMillis() == null ? DEFAULT_TIMEOUT : Duration.ofMillis(stored.timeoutInMillis());
    }
}
