/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Exchange;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Stage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the event that a function behind an AWS_PROXY integration gets, in the payload format 1.0 of Amazon API Gateway's REST APIs ("Input
 * format of a Lambda function for proxy integration"). Stateless.
 */
final class ProxyEvent {
    /** What the client sends to the gateway alone. */
    private static final Set<String> NOT_FORWARDED = Set.of(
            "connection",
            "content-length",
            "content-md5",
            "expect",
            "max-forwards",
            "proxy-authenticate",
            "server",
            "te",
            "transfer-encoding",
            "trailer",
            "upgrade",
            "www-authenticate");

    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter REQUEST_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    /** Room for what every event has beside the body and headers. */
    private static final int TYPICAL_BYTES = 2048;

    private ProxyEvent() {}

    static byte[] write(Exchange exchange, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES + body.length);
        try (JsonGenerator json = JSON.createGenerator(tools.jackson.core.ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("resource", exchange.route().resourcePath());
            json.writeStringProperty("path", withoutLeadingSlashes(path(exchange)));
            json.writeStringProperty("httpMethod", exchange.httpMethod());
            writeMultiMap(json, "headers", "multiValueHeaders", headers(exchange));
            writeMultiMap(json, "queryStringParameters", "multiValueQueryStringParameters", exchange.queryParameters());
            writeMap(json, "pathParameters", exchange.pathParameters());
            writeMap(json, "stageVariables", exchange.stage().variables());
            writeContext(json, exchange);
            writeBody(json, exchange, body);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** By a custom domain AWS gives the whole path, with the base path and, where the path names it, the stage. */
    private static String path(Exchange exchange) {
        return exchange.basePath() == null ? exchange.path() : exchange.stagePath();
    }

    /** AWS collapses the slashes before the first segment and keeps all others. */
    private static String withoutLeadingSlashes(String path) {
        int start = 0;
        while (start + 1 < path.length() && path.charAt(start) == '/' && path.charAt(start + 1) == '/') {
            start++;
        }
        return path.substring(start);
    }

    /** By name in any case, under the first spelling; with what the gateway adds. */
    private static Map<String, List<String>> headers(Exchange exchange) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : exchange.headers()) {
            if (isForwarded(header.name().toLowerCase(Locale.ROOT))) {
                headers.computeIfAbsent(header.name(), _ -> new ArrayList<>(1)).add(header.value());
            }
        }
        List<String> forwardedFor = headers.getOrDefault("X-Forwarded-For", List.of());
        replace(headers, "X-Amzn-Trace-Id", exchange.traceId());
        replace(
                headers,
                "X-Forwarded-For",
                forwardedFor.isEmpty()
                        ? exchange.peerIp()
                        : String.join(", ", forwardedFor) + ", " + exchange.peerIp());
        replace(headers, "X-Forwarded-Port", Integer.toString(exchange.localPort()));
        replace(headers, "X-Forwarded-Proto", exchange.scheme());
        return headers;
    }

    /** Drops a name with underscores, too, that frameworks within functions read as one of the gateway's own. */
    private static boolean isForwarded(String lowerName) {
        String hyphenated = lowerName.replace('_', '-');
        boolean twin = !hyphenated.equals(lowerName)
                && (hyphenated.startsWith("x-forwarded-")
                        || hyphenated.startsWith("x-amzn-")
                        || hyphenated.equals("host"));
        return !twin && !NOT_FORWARDED.contains(lowerName);
    }

    private static void replace(Map<String, List<String>> headers, String name, String value) {
        headers.remove(name);
        headers.put(name, List.of(value));
    }

    private static void writeMultiMap(
            JsonGenerator json, String lastName, String allName, Map<String, List<String>> values) {
        if (values.isEmpty()) {
            json.writeNullProperty(lastName);
            json.writeNullProperty(allName);
            return;
        }
        json.writeObjectPropertyStart(lastName);
        values.forEach((name, list) -> json.writeStringProperty(name, list.getLast()));
        json.writeEndObject();
        json.writeObjectPropertyStart(allName);
        values.forEach((name, list) -> {
            json.writeArrayPropertyStart(name);
            list.forEach(json::writeString);
            json.writeEndArray();
        });
        json.writeEndObject();
    }

    private static void writeMap(JsonGenerator json, String name, Map<String, String> values) {
        if (values.isEmpty()) {
            json.writeNullProperty(name);
            return;
        }
        json.writeObjectPropertyStart(name);
        values.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    private static void writeContext(JsonGenerator json, Exchange exchange) {
        Stage stage = exchange.stage();
        String host = exchange.host();
        int dot = host.indexOf('.');
        json.writeObjectPropertyStart("requestContext");
        json.writeStringProperty("resourceId", exchange.route().resourceId());
        json.writeStringProperty("resourcePath", exchange.route().resourcePath());
        json.writeStringProperty("httpMethod", exchange.httpMethod());
        json.writeStringProperty("extendedRequestId", exchange.extendedRequestId());
        json.writeStringProperty("requestTime", REQUEST_TIME.format(exchange.receivedAt()));
        json.writeStringProperty("path", exchange.stagePath());
        json.writeStringProperty("accountId", stage.id().accountId());
        json.writeStringProperty("protocol", exchange.protocol());
        json.writeStringProperty("stage", stage.id().stageName());
        json.writeStringProperty("domainPrefix", dot < 0 ? host : host.substring(0, dot));
        json.writeNumberProperty("requestTimeEpoch", exchange.receivedAt().toEpochMilli());
        json.writeStringProperty("requestId", exchange.requestId());
        writeIdentity(json, exchange);
        json.writeStringProperty("domainName", host);
        json.writeStringProperty("deploymentId", stage.deploymentId());
        json.writeStringProperty("apiId", stage.id().apiId());
        json.writeEndObject();
    }

    private static void writeIdentity(JsonGenerator json, Exchange exchange) {
        json.writeObjectPropertyStart("identity");
        json.writeNullProperty("cognitoIdentityPoolId");
        ApiKey key = exchange.apiKey();
        if (key != null) {
            writeNullable(json, "apiKey", exchange.header("x-api-key"));
            json.writeStringProperty("apiKeyId", key.id());
        }
        json.writeNullProperty("accountId");
        json.writeNullProperty("cognitoIdentityId");
        json.writeNullProperty("caller");
        json.writeStringProperty("sourceIp", exchange.sourceIp());
        json.writeNullProperty("principalOrgId");
        json.writeNullProperty("accessKey");
        json.writeNullProperty("cognitoAuthenticationType");
        json.writeNullProperty("cognitoAuthenticationProvider");
        json.writeNullProperty("userArn");
        writeNullable(json, "userAgent", exchange.header("User-Agent"));
        json.writeNullProperty("user");
        json.writeEndObject();
    }

    private static void writeNullable(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    private static void writeBody(JsonGenerator json, Exchange exchange, byte[] body) {
        if (body.length == 0) {
            json.writeNullProperty("body");
            json.writeBooleanProperty("isBase64Encoded", false);
            return;
        }
        boolean binary = MediaTypes.contains(
                exchange.stage().binaryMediaTypes(), MediaTypes.first(exchange.header("Content-Type")));
        if (binary) {
            json.writeName("body");
            json.writeBinary(body);
        } else {
            json.writeStringProperty("body", new String(body, StandardCharsets.UTF_8));
        }
        json.writeBooleanProperty("isBase64Encoded", binary);
    }
}
