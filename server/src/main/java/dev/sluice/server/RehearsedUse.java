/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.io.IOException;
import java.net.URI;
import tools.jackson.databind.JsonNode;

/**
 * What clients do with a new server: build an API with plans and keys, and call it so often that the profiles of the request path are
 * worth keeping. Its upstream is the gateway itself.
 */
final class RehearsedUse {
    private static final String SERVICE = "apigateway";
    private static final String STAGE = "prod";

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
        var stage = gateway + "/restapis/" + api + "/" + STAGE + "/_user_request_/";
        var resources = "/restapis/" + api + "/resources";
        var root = call("GET", resources, "").at("/item/0/id").asString();
        mock(resources, resource(resources, root, "items"));
        proxy(resources, resource(resources, resource(resources, root, "proxied"), "{proxy+}"), stage);
        call("POST", "/restapis/" + api + "/deployments", "{\"stageName\": \"" + STAGE + "\"}");
        var wide = key(api, RehearsedLoad.LIMIT);
        var narrow = key(api, 1);
        return new RehearsedLoad(URI.create(stage + "proxied/items?id=42"), wide, narrow).run();
    }

    private String resource(String resources, String parent, String pathPart) throws IOException {
        return call("POST", resources + "/" + parent, "{\"pathPart\": \"" + pathPart + "\"}")
                .path("id")
                .asString();
    }

    private void mock(String resources, String resource) throws IOException {
        var method = method(resources, resource);
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

    private void proxy(String resources, String resource, String upstream) throws IOException {
        call("PUT", method(resources, resource) + "/integration", """
                {"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "%s{proxy}",
                 "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"}}\
                """.formatted(upstream));
    }

    private String method(String resources, String resource) throws IOException {
        var method = resources + "/" + resource + "/methods/GET";
        call("PUT", method, """
                {"authorizationType": "NONE", "apiKeyRequired": true, "requestParameters": {"method.request.path.proxy": true}}\
                """);
        return method;
    }

    /** @return the value of a key in a plan of that rate, burst and, for each method, throttle */
    private String key(String api, int limit) throws IOException {
        var plan = call("POST", "/usageplans", """
                {"name": "%3$d a second", "throttle": {"rateLimit": %3$d, "burstLimit": %3$d},
                 "apiStages": [{"apiId": "%1$s", "stage": "%2$s", "throttle": {"/proxied/{proxy+}/GET": {"rateLimit": %3$d, "burstLimit": %3$d}}}],
                 "quota": {"limit": 10000000, "period": "DAY"}}\
                """.formatted(api, STAGE, limit))
                .path("id")
                .asString();
        var key = call("POST", "/apikeys", "{\"name\": \"" + limit + "\", \"enabled\": true}");
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
}
