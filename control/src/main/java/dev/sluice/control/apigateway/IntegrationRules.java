/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.UrlTemplate;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.Integration;
import dev.sluice.wire.apigateway.IntegrationResponse;
import dev.sluice.wire.apigateway.Method;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What integrations and their responses may be: what could not be served is refused here, not ignored later. */
final class IntegrationRules {
    static final String MOCK = "MOCK";
    static final String HTTP_PROXY = "HTTP_PROXY";
    static final String AWS_PROXY = "AWS_PROXY";

    private static final int MIN_TIMEOUT_MILLIS = 50;
    private static final Set<String> PASSTHROUGH = Set.of("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER");
    private static final Set<String> CONTENT_HANDLING = Set.of("CONVERT_TO_TEXT", "CONVERT_TO_BINARY");

    private IntegrationRules() {}

    /** @param maxTimeoutMillis the longest timeout that may be asked for */
    static void check(Method method, Integration integration, int maxTimeoutMillis) {
        String type = String.valueOf(integration.type());
        switch (type) {
            case MOCK -> Templates.checkLiteral("requestTemplates", integration.requestTemplates());
            case HTTP_PROXY -> {
                checkHttpMethod(integration.httpMethod());
                checkUrl(integration.uri());
            }
            case AWS_PROXY -> {
                checkHttpMethod(integration.httpMethod());
                FunctionUri.check(integration.uri());
            }
            default ->
                throw CommonErrors.NOT_IMPLEMENTED.with("Integrations of type " + type
                        + " are not supported yet. Supported are MOCK, HTTP_PROXY and AWS_PROXY");
        }
        RequestMappings.check(method, integration);
        checkTimeout(integration.timeoutInMillis(), maxTimeoutMillis);
        checkOneOf("passthroughBehavior", integration.passthroughBehavior(), PASSTHROUGH);
        checkOneOf("contentHandling", integration.contentHandling(), CONTENT_HANDLING);
        checkConnection(integration);
    }

    private static void checkHttpMethod(@Nullable String verb) {
        if (verb == null || verb.isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Enumeration value for HttpMethod must be non-empty");
        }
        if (!MethodRules.VERBS.contains(verb)) {
            throw MethodRules.invalidVerb();
        }
    }

    private static void checkUrl(@Nullable String url) {
        try {
            UrlTemplate.parse(StageVariables.sample(url == null ? "" : url));
        } catch (IllegalArgumentException _) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid HTTP endpoint specified for URI");
        }
    }

    private static void checkTimeout(@Nullable Integer millis, int maxMillis) {
        if (millis != null && (millis < MIN_TIMEOUT_MILLIS || millis > maxMillis)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Timeout should be between " + MIN_TIMEOUT_MILLIS + " ms and " + maxMillis + " ms");
        }
    }

    private static void checkOneOf(String member, @Nullable String value, Set<String> values) {
        if (value != null && !values.contains(value)) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid " + member + " '" + value + "' specified. Must be one of: "
                    + values.stream().sorted().toList());
        }
    }

    private static void checkConnection(Integration integration) {
        checkOneOf("connectionType", integration.connectionType(), Set.of("INTERNET", "VPC_LINK"));
        if ("VPC_LINK".equals(integration.connectionType())) {
            if (integration.connectionId() == null) {
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK");
            }
            throw CommonErrors.NOT_IMPLEMENTED.with("The connection type VPC_LINK is not supported yet");
        }
        if (integration.integrationTarget() != null) {
            throw CommonErrors.NOT_IMPLEMENTED.with("The member integrationTarget is not supported yet");
        }
        if ("STREAM".equals(integration.responseTransferMode())) {
            throw CommonErrors.NOT_IMPLEMENTED.with("The response transfer mode STREAM is not supported yet");
        }
        if (integration.tlsConfig() != null
                && Boolean.TRUE.equals(integration.tlsConfig().insecureSkipVerification())) {
            throw CommonErrors.NOT_IMPLEMENTED.with("insecureSkipVerification is not supported yet");
        }
    }

    static void check(Method method, Integration integration, IntegrationResponse response) {
        checkPattern(response.selectionPattern());
        checkOneOf("contentHandling", response.contentHandling(), CONTENT_HANDLING);
        Set<String> declared = declared(method, response);
        Map<String, String> parameters = response.responseParameters();
        for (String target : parameters == null ? Set.<String>of() : parameters.keySet()) {
            if (!declared.contains(target)) {
                throw MethodRules.invalidParameter(target);
            }
        }
        if (!MOCK.equals(integration.type())) {
            return; // proxies answer what the back end answers, on AWS too
        }
        Templates.checkLiteral("responseTemplates", response.responseTemplates());
        Templates.checkQuoted("responseParameters", parameters);
        if (response.contentHandling() != null) {
            throw CommonErrors.NOT_IMPLEMENTED.with(
                    "contentHandling in the responses of a MOCK integration is not supported yet");
        }
    }

    private static void checkPattern(@Nullable String pattern) {
        try {
            Pattern.compile(pattern == null ? "" : pattern);
        } catch (PatternSyntaxException _) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid regex pattern specified");
        }
    }

    private static Set<String> declared(Method method, IntegrationResponse response) {
        Map<String, Boolean> parameters =
                Lookup.response(method, String.valueOf(response.statusCode())).responseParameters();
        return parameters == null ? Set.of() : parameters.keySet();
    }
}
