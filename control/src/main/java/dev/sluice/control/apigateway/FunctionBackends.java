/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.Backend;
import org.jspecify.annotations.Nullable;

/** Makes the back ends of AWS_PROXY integrations; a port of this package. Thread-safe; called when a stage is compiled. */
@FunctionalInterface
public interface FunctionBackends {
    /**
     * The back end that calls the function on behalf of one method of one stage. Whether the function exists and may be called is
     * decided at each call: a function that comes later works, one that goes gives CONFIGURATION.
     */
    Backend backend(Target target);

    /**
     * A function as an integration names it, and who calls it.
     *
     * @param functionArn as in the integration's URI, perhaps with a qualifier; stage variables are filled in
     * @param credentials the integration's role ARN; null where the function's own policy has to allow the call
     * @param declaredMethod a verb or ANY
     * @param resourcePath as declared: {@code /pets/{id}}
     */
    record Target(
            String functionArn,
            @Nullable String credentials,
            String accountId,
            String region,
            String apiId,
            String stageName,
            String declaredMethod,
            String resourceId,
            String resourcePath) {}
}
