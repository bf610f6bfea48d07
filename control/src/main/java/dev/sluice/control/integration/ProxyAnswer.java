/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads what a function behind an AWS_PROXY integration returned: an object of {@code statusCode}, {@code headers}, {@code multiValueHeaders},
 * {@code body} and {@code isBase64Encoded}, all optional; anything else is malformed. Not thread-safe; one for each answer.
 */
final class ProxyAnswer {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MIN_STATUS = 200;
    private static final int MAX_STATUS = 599;

    private int status = MIN_STATUS;
    private Map<String, String> single = Map.of();
    private Map<String, List<String>> multi = Map.of();
    private @Nullable String body;
    private boolean base64;

    private ProxyAnswer() {}

    /**
     * @param accept the client's Accept header
     * @param binaryMediaTypes the API's; a base64 body is decoded only for a client that asks for one of them
     */
    static BackendResponse read(byte[] payload, @Nullable String accept, List<String> binaryMediaTypes) {
        ProxyAnswer answer = new ProxyAnswer();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), payload)) {
            if (!answer.readRoot(json) || json.nextToken() != null) {
                return new BackendResponse.Failed(BackendResponse.Kind.MALFORMED, InvokeStatus.OK);
            }
        } catch (JacksonException e) {
            return new BackendResponse.Failed(BackendResponse.Kind.MALFORMED, InvokeStatus.OK);
        }
        boolean decode = answer.base64 && MediaTypes.contains(binaryMediaTypes, MediaTypes.first(accept));
        return answer.build(decode);
    }

    private boolean readRoot(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            boolean understood = switch (name) {
                case "statusCode" -> readStatus(json, value);
                case "headers" -> readHeaders(json, value);
                case "multiValueHeaders" -> readMultiHeaders(json, value);
                case "body" -> readBody(json, value);
                case "isBase64Encoded" -> readBase64(value);
                default -> false;
            };
            if (!understood) {
                return false;
            }
        }
        return true;
    }

    /** A number or a string of digits; anything else, and a status that is no final one, is malformed. */
    private boolean readStatus(JsonParser json, JsonToken value) {
        if (value != JsonToken.VALUE_NUMBER_INT && value != JsonToken.VALUE_STRING) {
            return false;
        }
        String text = json.getString();
        if (text.length() != 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        status = Integer.parseInt(text);
        return status >= MIN_STATUS && status <= MAX_STATUS;
    }

    private boolean readHeaders(JsonParser json, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return true;
        }
        if (value != JsonToken.START_OBJECT) {
            return false;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            if (!token.isScalarValue()) {
                return false;
            }
            headers.put(name, json.getString());
        }
        single = headers;
        return true;
    }

    private boolean readMultiHeaders(JsonParser json, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return true;
        }
        if (value != JsonToken.START_OBJECT) {
            return false;
        }
        Map<String, List<String>> headers = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (json.nextToken() != JsonToken.START_ARRAY) {
                return false;
            }
            List<String> values = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (!json.currentToken().isScalarValue()) {
                    return false;
                }
                values.add(json.getString());
            }
            headers.put(name, values);
        }
        multi = headers;
        return true;
    }

    private boolean readBody(JsonParser json, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            body = json.getString();
        }
        return value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NULL;
    }

    private boolean readBase64(JsonToken value) {
        base64 = value == JsonToken.VALUE_TRUE;
        return value.isBoolean() || value == JsonToken.VALUE_NULL;
    }

    private BackendResponse build(boolean decode) {
        byte[] bytes;
        try {
            String text = body == null ? "" : body;
            bytes = decode ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return new BackendResponse.Failed(BackendResponse.Kind.CONFIGURATION, InvokeStatus.OK);
        }
        return new BackendResponse.Answer(status, mergedHeaders(), bytes);
    }

    /** A header in both maps is sent once for each value: the multi ones first, all in the spelling of the multi map. */
    private List<Header> mergedHeaders() {
        Map<String, String> rest = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        rest.putAll(single);
        List<Header> headers = new ArrayList<>();
        boolean typed = false;
        for (var entry : multi.entrySet()) {
            for (String value : entry.getValue()) {
                headers.add(new Header(entry.getKey(), value));
            }
            String solo = rest.remove(entry.getKey());
            if (solo != null) {
                headers.add(new Header(entry.getKey(), solo));
            }
        }
        rest.forEach((name, value) -> headers.add(new Header(name, value)));
        for (Header header : headers) {
            typed |= header.name().toLowerCase(Locale.ROOT).equals("content-type");
        }
        if (!typed) {
            headers.add(new Header("Content-Type", "application/json"));
        }
        return headers;
    }
}
