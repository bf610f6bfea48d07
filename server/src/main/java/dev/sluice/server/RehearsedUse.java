/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What clients do with a new server: build an API with a plan and a key, and call it with the key and without. */
final class RehearsedUse {
    private static final String SERVICE = "apigateway";
    private static final String STAGE = "prod";
    private static final int CALLS = 100;

    private final AdminClient admin;
    private final URI gateway;

    RehearsedUse(AdminClient admin, URI gateway) {
        this.admin = admin;
        this.gateway = gateway;
    }

    /**
     * @return the id of a request that was refused
     * @throws IOException when an answer is not the expected one
     */
    String run() throws IOException {
        var api = call("POST", "/restapis", "{\"name\": \"rehearsal\"}")
                .path("id")
                .asString();
        mockMethod(api);
        call("POST", "/restapis/" + api + "/deployments", "{\"stageName\": \"" + STAGE + "\"}");
        var key = key(api);
        var url = gateway.resolve("/restapis/" + api + "/" + STAGE + "/_user_request_/");
        for (int i = 0; i < CALLS; i++) {
            get(url, key, 200);
        }
        return get(url, null, 403).orElseThrow(() -> new IOException(url + ": an answer without a request id"));
    }

    private void mockMethod(String api) throws IOException {
        var resources = "/restapis/" + api + "/resources";
        var root = call("GET", resources, "").at("/item/0/id").asString();
        var method = resources + "/" + root + "/methods/GET";
        call("PUT", method, "{\"authorizationType\": \"NONE\", \"apiKeyRequired\": true}");
        call(
                "PUT",
                method + "/integration",
                "{\"type\": \"MOCK\", \"requestTemplates\": {\"application/json\": \"{\\\"statusCode\\\": 200}\"}}");
        call("PUT", method + "/responses/200", "{}");
        call(
                "PUT",
                method + "/integration/responses/200",
                "{\"responseTemplates\": {\"application/json\": \"{\\\"message\\\": \\\"mock\\\"}\"}}");
    }

    /** @return the value of a key in a plan that is wide enough for {@link #CALLS} */
    private String key(String api) throws IOException {
        var plan = call("POST", "/usageplans", """
                {"name": "rehearsal", "apiStages": [{"apiId": "%s", "stage": "%s"}],
                 "throttle": {"rateLimit": 1000, "burstLimit": 1000}, "quota": {"limit": 1000, "period": "DAY"}}\
                """.formatted(api, STAGE))
                .path("id")
                .asString();
        var key = call("POST", "/apikeys", "{\"name\": \"rehearsal\", \"enabled\": true}");
        call(
                "POST",
                "/usageplans/" + plan + "/keys",
                "{\"keyId\": \"" + key.path("id").asString() + "\", \"keyType\": \"API_KEY\"}");
        return key.path("value").asString();
    }

    private JsonNode call(String method, String path, String body) throws IOException {
        var answer = admin.send(SERVICE, method, path, body);
        if (answer.status() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + answer.status() + " " + answer.body());
        }
        return answer.body();
    }

    private static Optional<String> get(URI url, @Nullable String key, int expected) throws IOException {
        var connection = AdminClient.connect(url);
        if (key != null) {
            connection.setRequestProperty("x-api-key", key);
        }
        var status = connection.getResponseCode();
        try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            body.transferTo(OutputStream.nullOutputStream());
        }
        if (status != expected) {
            throw new IOException("GET " + url + ": " + status + " (expected: " + expected + ")");
        }
        return Optional.ofNullable(connection.getHeaderField("x-amzn-RequestId"));
    }
}
