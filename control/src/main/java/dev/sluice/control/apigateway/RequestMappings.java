/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.Integration;
import dev.sluice.wire.apigateway.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An integration's {@code requestParameters}: integration.request.{path,querystring,header}.x set from an expression. */
final class RequestMappings {
    private static final Pattern TARGET =
            Pattern.compile("integration\\.request\\.(?:path|querystring|header)\\.[A-Za-z0-9._$:-]+");
    private static final Pattern PARAMETER = Pattern.compile("method\\.request\\.(?:path|querystring|header)\\..+");
    private static final Pattern LATER = Pattern.compile(
            "(?:context|method\\.request\\." + "(?:multivalueheader|multivaluequerystring|body))(?:\\..+)?");
    private static final String STAGE_VARIABLE = "stageVariables.";

    private RequestMappings() {}

    static void check(Method method, Integration integration) {
        Map<String, String> mappings = integration.requestParameters();
        Map<String, Boolean> declared = method.requestParameters();
        Set<String> known = declared == null ? Set.of() : declared.keySet();
        if (mappings != null) {
            mappings.forEach((target, source) -> check(known, target, source));
        }
        Set<String> targets = mappings == null ? Set.of() : mappings.keySet();
        List<String> cacheKeys = integration.cacheKeyParameters();
        for (String key : cacheKeys == null ? List.<String>of() : cacheKeys) {
            if (!known.contains(key) && !targets.contains(key)) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Invalid cache key parameter specified");
            }
        }
    }

    private static void check(Set<String> declared, String target, String source) {
        if (!TARGET.matcher(target).matches()) {
            throw MethodRules.invalidParameter(target);
        }
        Templates.checkPrintable(target, source);
        if (Templates.isQuoted(source) || source.startsWith(STAGE_VARIABLE)) {
            return;
        }
        if (LATER.matcher(source).matches()) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Mapping expressions on context, body and multiple values are not" + " supported yet: " + source);
        }
        if (!PARAMETER.matcher(source).matches()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid mapping expression specified: " + source);
        }
        if (!declared.contains(source)) {
            throw MethodRules.invalidParameter(source);
        }
    }

    /** With the values of stage variables put in. */
    static Map<String, String> filled(@Nullable Map<String, String> mappings, Map<String, String> variables) {
        Map<String, String> filled = new HashMap<>();
        if (mappings != null) {
            mappings.forEach((target, source) -> filled.put(
                    target,
                    source.startsWith(STAGE_VARIABLE)
                            ? "'" + variables.getOrDefault(source.substring(STAGE_VARIABLE.length()), "") + "'"
                            : source));
        }
        return filled;
    }
}
