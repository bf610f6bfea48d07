/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.Header;
import dev.sluice.wire.apigateway.Integration;
import dev.sluice.wire.apigateway.IntegrationResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a MOCK integration answers, worked out when the stage is compiled: its templates are literal, so every request gets the same. The
 * request's content type is not looked at: the template for {@code application/json} counts.
 */
final class MockAnswer {
    private static final String JSON = "application/json";
    private static final String HEADER = "method.response.header.";
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .build();

    private MockAnswer() {}

    /** Empty where AWS fails each request: no status code in the request template, or no response that fits it. */
    static Optional<dev.sluice.gateway.Integration.Mock> of(Integration integration) {
        Map<String, String> templates = integration.requestTemplates();
        String template = templates == null ? null : templates.get(JSON);
        OptionalInt status = template == null ? OptionalInt.empty() : status(template);
        return status.isEmpty()
                ? Optional.empty()
                : select(integration, status.getAsInt()).map(MockAnswer::answer);
    }

    private static OptionalInt status(String template) {
        try {
            JsonNode status = LENIENT.readTree(template).path("statusCode");
            return status.isInt() ? OptionalInt.of(status.intValue()) : OptionalInt.empty();
        } catch (JacksonException _) {
            return OptionalInt.empty();
        }
    }

    /** The response whose pattern matches the whole status, else the one without a pattern. */
    private static Optional<IntegrationResponse> select(Integration integration, int status) {
        Map<String, IntegrationResponse> responses = integration.integrationResponses();
        List<IntegrationResponse> all = responses == null ? List.of() : List.copyOf(responses.values());
        return all.stream()
                .filter(response -> hasPattern(response)
                        && String.valueOf(status).matches(String.valueOf(response.selectionPattern())))
                .findFirst()
                .or(() -> all.stream().filter(response -> !hasPattern(response)).findFirst())
                .filter(response -> sendable(String.valueOf(response.statusCode())));
    }

    private static boolean hasPattern(IntegrationResponse response) {
        return response.selectionPattern() != null
                && !response.selectionPattern().isEmpty();
    }

    private static boolean sendable(String statusCode) {
        return statusCode.matches("[2-5]\\d\\d");
    }

    private static dev.sluice.gateway.Integration.Mock answer(IntegrationResponse response) {
        Map<String, String> templates = response.responseTemplates() == null ? Map.of() : response.responseTemplates();
        String mediaType = templates.containsKey(JSON) || templates.isEmpty()
                ? JSON
                : templates.keySet().iterator().next();
        byte[] body = templates.getOrDefault(mediaType, "").getBytes(StandardCharsets.UTF_8);
        int status = Integer.parseInt(String.valueOf(response.statusCode()));
        return new dev.sluice.gateway.Integration.Mock(status, headers(response, mediaType), body);
    }

    private static List<Header> headers(IntegrationResponse response, String mediaType) {
        List<Header> headers = new ArrayList<>();
        Map<String, String> parameters = response.responseParameters();
        if (parameters != null) {
            parameters.forEach((target, value) ->
                    headers.add(new Header(target.substring(HEADER.length()), Templates.unquote(value))));
        }
        if (headers.stream().noneMatch(header -> header.name().equalsIgnoreCase("Content-Type"))) {
            headers.addFirst(new Header("Content-Type", mediaType));
        }
        return headers;
    }
}
