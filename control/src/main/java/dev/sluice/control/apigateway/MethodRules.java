/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.Method;
import dev.sluice.wire.apigateway.MethodResponse;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What methods and their responses may be. */
final class MethodRules {
    static final Set<String> VERBS = Set.of("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY");

    private static final Set<String> MODELS = Set.of("Empty", "Error");
    private static final Pattern REQUEST_PARAMETER =
            Pattern.compile("method\\.request\\.(?:path|querystring|header)\\.([A-Za-z0-9._$:-]+)");
    private static final Pattern RESPONSE_PARAMETER =
            Pattern.compile("method\\.response\\.header\\.[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private MethodRules() {}

    static Method checked(Method method) {
        checkVerb(method.httpMethod());
        checkAuthorization(method);
        if (method.requestValidatorId() != null) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid Request Validator identifier specified");
        }
        checkRequestParameters(method.requestParameters());
        checkModels(method.requestModels());
        return method;
    }

    private static void checkVerb(@Nullable String verb) {
        if (verb == null || !VERBS.contains(verb)) {
            throw invalidVerb();
        }
    }

    static ServiceException invalidVerb() {
        return ApiGatewayErrors.BAD_REQUEST.with(
                "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY");
    }

    private static void checkAuthorization(Method method) {
        switch (String.valueOf(method.authorizationType())) {
            case "NONE" -> {}
            case "CUSTOM", "COGNITO_USER_POOLS" ->
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Invalid authorizer ID specified. Setting the authorization type"
                                + " to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.");
            case "AWS_IAM" ->
                throw CommonErrors.NOT_IMPLEMENTED.with("The authorization type AWS_IAM is not supported yet");
            default ->
                throw ApiGatewayErrors.BAD_REQUEST.with("Invalid authorization type '" + method.authorizationType()
                        + "' specified. Must be one of: [NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS]");
        }
        if (method.authorizationScopes() != null
                && !method.authorizationScopes().isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type");
        }
    }

    private static void checkRequestParameters(@Nullable Map<String, Boolean> parameters) {
        Set<String> names = new HashSet<>();
        for (String parameter : parameters == null ? Set.<String>of() : parameters.keySet()) {
            var matcher = REQUEST_PARAMETER.matcher(parameter);
            if (!matcher.matches()) {
                throw invalidParameter(parameter);
            }
            if (!names.add(matcher.group(1))) {
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Parameter names must be unique across querystring, header and path");
            }
        }
    }

    static MethodResponse checked(MethodResponse response) {
        Map<String, Boolean> parameters = response.responseParameters();
        for (String parameter : parameters == null ? Set.<String>of() : parameters.keySet()) {
            if (!RESPONSE_PARAMETER.matcher(parameter).matches()) {
                throw invalidParameter(parameter);
            }
        }
        checkModels(response.responseModels());
        return response;
    }

    /** An API has the models Empty and Error. */
    private static void checkModels(@Nullable Map<String, String> models) {
        for (String model : models == null ? Set.<String>of() : Set.copyOf(models.values())) {
            if (!MODELS.contains(model)) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Invalid model identifier specified: " + model);
            }
        }
    }

    static ServiceException invalidParameter(String parameter) {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid mapping expression parameter specified: " + parameter);
    }
}
