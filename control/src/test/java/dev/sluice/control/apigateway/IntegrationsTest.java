/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class IntegrationsTest {
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f";

    @TempDir
    Path dir;

    private ControlPlane plane;
    private String method;
    private String integration;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        ControlPlane.Sample sample = plane.sample();
        method = sample.method("POST");
        integration = method + "/integration";
        plane.put(method, "{\"authorizationType\":\"NONE\",\"requestParameters\":{\"method.request.path.id\":true}}")
                .ok(201);
        plane.put(method + "/responses/200", "{\"responseParameters\":{\"method.response.header.X-A\":true}}")
                .ok(201);
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private static String lambda(String uri) {
        return "{\"type\":\"AWS_PROXY\",\"httpMethod\":\"POST\",\"uri\":\"" + uri + "\"}";
    }

    private static String uri(String function) {
        return "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + function + "/invocations";
    }

    @Test
    void fillsInAwsDefaults() {
        JsonNode put = plane.put(integration, lambda(uri(FUNCTION))).ok(201);
        assertThat(put.get("type").asString()).isEqualTo("AWS_PROXY");
        assertThat(put.get("httpMethod").asString()).isEqualTo("POST");
        assertThat(put.get("passthroughBehavior").asString()).isEqualTo("WHEN_NO_MATCH");
        assertThat(put.get("timeoutInMillis").asInt()).isEqualTo(29_000);
        assertThat(integration)
                .contains("/resources/" + put.get("cacheNamespace").asString() + "/");
        assertThat(put.get("cacheKeyParameters").size()).isZero();
        assertThat(plane.get(integration).ok(200)).isEqualTo(put);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://backend.example/pets",
                "https://backend.example:8443/pets/{id}?x=y",
                "http://${stageVariables.host}/pets",
                "http://backend.example:${stageVariables.port}/"
            })
    void takesHttpEndpoints(String uri) {
        plane.put(
                        integration,
                        "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"ANY\",\"uri\":\"" + uri
                                + "\",\"requestParameters\":{\"integration.request.path.id\":\"method.request.path.id\","
                                + "\"integration.request.header.X\":\"'fixed'\","
                                + "\"integration.request.querystring.v\":\"stageVariables.version\"}}")
                .ok(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"HTTP_PROXY\",\"uri\":\"http://a/\"} | Enumeration value for HttpMethod must be non-empty",
                "{\"type\":\"AWS_PROXY\",\"uri\":\"x\"} | Enumeration value for HttpMethod must be non-empty",
                "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"GET\"} | Invalid HTTP endpoint specified for URI",
                "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"GET\",\"uri\":\"ftp://a/\"} | Invalid HTTP endpoint specified for URI",
                "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"GET\",\"uri\":\"http://{id}/\"} | Invalid HTTP endpoint specified for URI",
                "{\"type\":\"AWS_PROXY\",\"httpMethod\":\"POST\",\"uri\":\"http://a/\"} | Invalid ARN specified in the request",
                "{\"type\":\"AWS_PROXY\",\"httpMethod\":\"POST\",\"uri\":\"arn:aws:apigateway:us-east-1:lambda:x\"} | AWS ARN for integration must contain path or action",
                "{\"type\":\"AWS_PROXY\",\"httpMethod\":\"POST\",\"uri\":\"arn:aws:apigateway:us-east-1:dynamodb:action/PutItem\"} | Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
                "{\"type\":\"MOCK\",\"timeoutInMillis\":49} | Timeout should be between 50 ms and 29000 ms",
                "{\"type\":\"MOCK\",\"timeoutInMillis\":29001} | Timeout should be between 50 ms and 29000 ms",
                "{\"type\":\"MOCK\",\"connectionType\":\"VPC_LINK\"} | ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK",
                "{\"type\":\"MOCK\",\"cacheKeyParameters\":[\"method.request.path.x\"]} | Invalid cache key parameter specified",
                "{\"type\":\"MOCK\",\"requestParameters\":{\"integration.request.header.x\":\"'a\\nb'\"}} | Invalid mapping expression specified: the value of integration.request.header.x holds a control character",
                "{\"type\":\"MOCK\",\"requestParameters\":{\"x\":\"'a'\"}} | Invalid mapping expression parameter specified: x",
                "{\"type\":\"MOCK\",\"requestParameters\":{\"integration.request.path.x\":\"nonsense\"}} | Invalid mapping expression specified: nonsense",
                "{\"type\":\"MOCK\",\"requestParameters\":{\"integration.request.path.x\":\"method.request.path.other\"}} | Invalid mapping expression parameter specified: method.request.path.other",
                "{\"type\":\"MOCK\",\"requestTemplates\":{\"application/json\":\"$input.body\"}} | Mapping templates are not supported yet: requestTemplates of 'application/json' holds '$' or '#', only literal text works",
            })
    void refusesBadIntegrations(String json, String message) {
        plane.put(integration, json).isBadRequest(message);
        plane.get(integration).isNotFound("Invalid Integration identifier specified");
    }

    @Test
    void refusesUnknownTypesAndNamesUnsupportedOnes() {
        assertThat(plane.put(integration, "{\"type\":\"SOAP\"}").text("message"))
                .contains("Value 'SOAP' at 'putIntegrationInput.type' failed to satisfy constraint:"
                        + " Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]");
        for (String type : new String[] {"HTTP", "AWS"}) {
            plane.put(integration, "{\"type\":\"" + type + "\",\"httpMethod\":\"POST\",\"uri\":\"http://a/\"}")
                    .isUnsupported("Integrations of type " + type
                            + " are not supported yet. Supported are MOCK, HTTP_PROXY and AWS_PROXY");
        }
        plane.put(integration, "{\"type\":\"MOCK\",\"connectionType\":\"VPC_LINK\",\"connectionId\":\"x\"}")
                .isUnsupported("The connection type VPC_LINK is not supported yet");
        plane.put(integration, "{\"type\":\"MOCK\",\"tlsConfig\":{\"insecureSkipVerification\":true}}")
                .isUnsupported("insecureSkipVerification is not supported yet");
    }

    @Test
    void updates() {
        plane.put(integration, lambda(uri(FUNCTION))).ok(201);
        JsonNode updated = plane.patch(
                        integration,
                        "replace /uri " + uri(FUNCTION + ":live"),
                        "replace /timeoutInMillis 5000",
                        "replace /passthroughBehavior NEVER",
                        "add /requestParameters/integration.request.header.X 'a b'",
                        "add /requestTemplates/application~1json $input.body",
                        "add /cacheKeyParameters/method.request.path.id")
                .ok(200);
        assertThat(updated.get("uri").asString()).isEqualTo(uri(FUNCTION + ":live"));
        assertThat(updated.get("timeoutInMillis").asInt()).isEqualTo(5_000);
        assertThat(updated.at("/requestParameters/integration.request.header.X").asString())
                .isEqualTo("'a b'");
        assertThat(updated.get("cacheKeyParameters").toString()).isEqualTo("[\"method.request.path.id\"]");
        plane.patch(integration, "replace /timeoutInMillis 1")
                .isBadRequest("Timeout should be between 50 ms and 29000 ms");
        plane.patch(integration, "replace /uri http://a/").isBadRequest("Invalid ARN specified in the request");
        plane.patch(integration, "replace /type MOCK").isBadRequest("Invalid patch path /type");
        plane.patch(integration, "remove /requestTemplates/text~1xml").isNotFound("Invalid parameter name specified");
    }

    @Test
    void timeoutsAreBoundedAsTheServerIsTold() {
        plane.close();
        plane = ControlPlane.allowing(dir, 300_000);
        plane.put(integration, "{\"type\":\"MOCK\",\"timeoutInMillis\":300000}").ok(201);
        plane.put(integration, "{\"type\":\"MOCK\",\"timeoutInMillis\":300001}")
                .isBadRequest("Timeout should be between 50 ms and 300000 ms");
        assertThat(plane.put(integration, "{\"type\":\"MOCK\"}")
                        .ok(201)
                        .get("timeoutInMillis")
                        .asInt())
                .isEqualTo(29_000);
    }

    @Test
    void deletes() {
        plane.put(integration, "{\"type\":\"MOCK\"}").ok(201);
        plane.delete(integration).ok(204);
        plane.delete(integration).isNotFound("Invalid Integration identifier specified");
        plane.put(method.replace("POST", "PUT") + "/integration", "{\"type\":\"MOCK\"}")
                .isNotFound("Invalid Method identifier specified");
    }

    @Test
    void responsesFollowTheMethodsDeclarations() {
        plane.put(integration, "{\"type\":\"MOCK\"}").ok(201);
        String response = integration + "/responses/200";
        JsonNode put = plane.put(
                        response,
                        "{\"selectionPattern\":\"2..\",\"responseParameters\":{\"method.response.header.X-A\":\"'a'\"},"
                                + "\"responseTemplates\":{\"application/json\":\"{}\"}}")
                .ok(201);
        assertThat(plane.get(response).ok(200)).isEqualTo(put);
        plane.put(integration + "/responses/404", "{}").isNotFound("Invalid Response status code specified");
        plane.put(response, "{\"responseParameters\":{\"method.response.header.X-B\":\"'a'\"}}")
                .isBadRequest("Invalid mapping expression parameter specified: method.response.header.X-B");
        plane.put(response, "{\"selectionPattern\":\"(\"}").isBadRequest("Invalid regex pattern specified");
        JsonNode updated = plane.patch(
                        response,
                        "replace /responseTemplates/application~1json {\"a\":1}",
                        "replace /selectionPattern ",
                        "remove /responseParameters/method.response.header.X-A")
                .ok(200);
        assertThat(updated.toString())
                .isEqualTo("{\"statusCode\":\"200\",\"responseTemplates\":{\"application/json\":\"{\\\"a\\\":1}\"}}");
        plane.delete(response).ok(204);
        plane.delete(response).isNotFound("Invalid Response status code specified");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"responseTemplates\":{\"application/json\":\"#set($a=1)\"}} | Mapping templates are not supported yet: responseTemplates of 'application/json' holds '$' or '#', only literal text works",
                "{\"responseParameters\":{\"method.response.header.X-A\":\"context.requestId\"}} | Mapping expressions are not supported yet: responseParameters sets method.response.header.X-A from context.requestId, only a quoted 'literal' works",
                "{\"responseParameters\":{\"method.response.header.X-A\":\"'a\\r\\nb'\"}} | Invalid mapping expression specified: the value of method.response.header.X-A holds a control character",
            })
    void refusesMockResponsesThatCompute(String json, String message) {
        plane.put(integration, "{\"type\":\"MOCK\"}").ok(201);
        plane.put(integration + "/responses/200", json).isBadRequest(message);
    }
}
