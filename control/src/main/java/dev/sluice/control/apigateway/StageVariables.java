/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Stage variables: their rules, and {@code ${stageVariables.name}} in the URIs of integrations. */
final class StageVariables {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{stageVariables\\.([A-Za-z0-9_]+)}");
    private static final Pattern PORT = Pattern.compile(":\\$\\{stageVariables\\.[A-Za-z0-9_]+}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9 \\-._~:/?#&=,]{0,512}");
    private static final int MAX_VARIABLES = 100;

    private StageVariables() {}

    static @Nullable Map<String, String> checked(@Nullable Map<String, String> variables) {
        if (variables == null) {
            return null;
        }
        if (variables.size() > MAX_VARIABLES) {
            throw ApiGatewayErrors.BAD_REQUEST.with("A stage can have at most " + MAX_VARIABLES + " stage variables");
        }
        variables.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw ApiGatewayErrors.BAD_REQUEST.with(
                        "Invalid stage variable name: " + name + ". Please use names with only word characters.");
            }
            if (!VALUE.matcher(value).matches()) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Invalid stage variable value of key " + name
                        + ".  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/',"
                        + " '?', '&', '=', and ','.");
            }
        });
        return variables;
    }

    /** The text with the variables' values put in; nothing for one that the stage has not. */
    static String fill(String text, Map<String, String> variables) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), "")));
    }

    /** The text with plausible values put in, to check its form before there is a stage. */
    static String sample(String text) {
        return REFERENCE.matcher(PORT.matcher(text).replaceAll(":1")).replaceAll("v");
    }
}
