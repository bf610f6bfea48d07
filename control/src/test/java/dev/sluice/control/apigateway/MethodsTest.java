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
import tools.jackson.databind.JsonNode;

final class MethodsTest {
    private static final String NONE = "{\"authorizationType\":\"NONE\"}";

    @TempDir
    Path dir;

    private ControlPlane plane;
    private ControlPlane.Sample sample;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        sample = plane.sample();
    }

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void putsAndGets() {
        JsonNode method = plane.put(
                        sample.method("POST"),
                        "{\"authorizationType\":\"NONE\",\"apiKeyRequired\":true,\"operationName\":\"add\","
                                + "\"requestParameters\":{\"method.request.header.h\":true},"
                                + "\"requestModels\":{\"application/json\":\"Empty\"}}")
                .ok(201);
        assertThat(method.toString())
                .isEqualTo("{\"httpMethod\":\"POST\",\"authorizationType\":\"NONE\",\"apiKeyRequired\":true,"
                        + "\"operationName\":\"add\",\"requestParameters\":{\"method.request.header.h\":true},"
                        + "\"requestModels\":{\"application/json\":\"Empty\"}}");
        assertThat(plane.get(sample.method("POST")).ok(200)).isEqualTo(method);
        assertThat(plane.put(sample.method("PUT"), NONE)
                        .ok(201)
                        .get("apiKeyRequired")
                        .asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FETCH | {\"authorizationType\":\"NONE\"} | Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
                "POST | {\"authorizationType\":\"CUSTOM\",\"authorizerId\":\"abc\"} | Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
                "POST | {\"authorizationType\":\"COGNITO_USER_POOLS\"} | Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
                "POST | {\"authorizationType\":\"NONE\",\"requestValidatorId\":\"abc\"} | Invalid Request Validator identifier specified",
                "POST | {\"authorizationType\":\"NONE\",\"requestModels\":{\"application/json\":\"Pet\"}} | Invalid model identifier specified: Pet",
                "POST | {\"authorizationType\":\"NONE\",\"requestParameters\":{\"method.request.header.a\":true,\"method.request.path.a\":true}} | Parameter names must be unique across querystring, header and path",
                "POST | {\"authorizationType\":\"NONE\",\"requestParameters\":{\"request.a\":true}} | Invalid mapping expression parameter specified: request.a",
                "POST | {\"authorizationType\":\"NONE\",\"authorizationScopes\":[\"s\"]} | Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type",
            })
    void refusesBadMethods(String verb, String json, String message) {
        plane.put(sample.method(verb), json).isBadRequest(message);
        plane.get(sample.method(verb)).isNotFound("Invalid Method identifier specified");
    }

    @Test
    void refusesWhatIsMissingOrThereTwice() {
        plane.put(sample.method("GET"), NONE).isConflict("Method already exists for this resource");
        plane.put(sample.path() + "/resources/nobody/methods/GET", NONE)
                .isNotFound("Invalid Resource identifier specified");
        plane.delete(sample.method("POST")).isNotFound("Invalid Method identifier specified");
        plane.put(sample.method("POST"), "{\"authorizationType\":\"AWS_IAM\"}")
                .isUnsupported("The authorization type AWS_IAM is not supported yet");
    }

    @Test
    void updatesScalarsAndMaps() {
        String get = sample.method("GET");
        JsonNode updated = plane.patch(
                        get,
                        "replace /apiKeyRequired rubbish",
                        "replace /operationName read",
                        "add /requestParameters/method.request.querystring.q true",
                        "add /requestModels/application~1json Error")
                .ok(200);
        assertThat(updated.get("apiKeyRequired").asBoolean()).isFalse();
        assertThat(updated.get("operationName").asString()).isEqualTo("read");
        assertThat(updated.at("/requestParameters/method.request.querystring.q").asBoolean())
                .isTrue();
        assertThat(updated.at("/requestModels/application~1json").asString()).isEqualTo("Error");
        updated = plane.patch(
                        get,
                        "remove /requestParameters/method.request.querystring.q",
                        "remove /requestModels/application~1json")
                .ok(200);
        assertThat(updated.has("requestParameters") || updated.has("requestModels"))
                .isFalse();
        assertThat(updated.has("methodIntegration")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replace /httpMethod POST | Invalid patch path /httpMethod",
                "add /operationName x | Invalid patch path /operationName",
                "replace /requestValidatorId abc | Invalid Request Validator identifier specified",
                "replace /authorizationType CUSTOM | Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
                "add /requestModels/application~1json Pet | Invalid model identifier specified: Pet",
                "add /requestParameters/nonsense true | Invalid mapping expression parameter specified: nonsense",
                "add /requestParameters true | Invalid patch path /requestParameters",
            })
    void refusesBadUpdatesAndKeepsTheRest(String operation, String message) {
        plane.patch(sample.method("GET"), "replace /operationName half", operation)
                .isBadRequest(message);
        assertThat(plane.get(sample.method("GET")).ok(200).has("operationName")).isFalse();
    }

    @Test
    void deletes() {
        plane.delete(sample.method("GET")).ok(204);
        plane.get(sample.method("GET")).isNotFound("Invalid Method identifier specified");
        assertThat(plane.get(sample.path() + "/resources/" + sample.resource())
                        .ok(200)
                        .has("resourceMethods"))
                .isFalse();
    }

    @Test
    void responsesLiveAndDieWithTheirMethod() {
        String response = sample.method("GET") + "/responses/404";
        String json = "{\"responseParameters\":{\"method.response.header.X-A\":false},"
                + "\"responseModels\":{\"application/json\":\"Error\"}}";
        JsonNode put = plane.put(response, json).ok(201);
        assertThat(put.get("statusCode").asString()).isEqualTo("404");
        assertThat(plane.get(response).ok(200)).isEqualTo(put);
        plane.put(response, json).isConflict("Response already exists for this resource");
        JsonNode updated = plane.patch(
                        response,
                        "add /responseParameters/method.response.header.X-B true",
                        "remove /responseModels/application~1json")
                .ok(201);
        assertThat(updated.toString())
                .isEqualTo("{\"statusCode\":\"404\",\"responseParameters\":"
                        + "{\"method.response.header.X-A\":false,\"method.response.header.X-B\":true}}");
        plane.patch(response, "replace /statusCode 500").isBadRequest("Invalid patch path /statusCode");
        plane.delete(response).ok(204);
        plane.get(response).isNotFound("Invalid Response status code specified");
        plane.delete(response).isNotFound("Invalid Response status code specified");
    }

    @Test
    void refusesBadResponses() {
        String response = sample.method("GET") + "/responses/404";
        plane.put(response, "{\"responseModels\":{\"application/json\":\"Pet\"}}")
                .isBadRequest("Invalid model identifier specified: Pet");
        plane.put(response, "{\"responseParameters\":{\"header.X\":true}}")
                .isBadRequest("Invalid mapping expression parameter specified: header.X");
        assertThat(plane.put(sample.method("GET") + "/responses/99", "{}").code())
                .isEqualTo("ValidationException");
        plane.get(sample.method("PUT") + "/responses/200").isNotFound("Invalid Method identifier specified");
    }
}
