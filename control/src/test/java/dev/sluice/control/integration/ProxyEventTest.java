/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProxyEventTest {
    private final FakeExchange exchange = new FakeExchange();

    @Test
    void hasEveryFieldThatAwsSends() {
        exchange.headers.add(new Header("User-Agent", "test/1"));

        JsonNode expected = JsonMapper.shared().readTree("""
                        {"resource":"/pets/{id}","path":"/pets/7","httpMethod":"GET",
                         "headers":{"Host":"abc.execute-api.localhost:8080","User-Agent":"test/1",
                          "X-Amzn-Trace-Id":"Root=1-67891233-abcdef012345678912345678","X-Forwarded-For":"192.0.2.7",
                          "X-Forwarded-Port":"8443","X-Forwarded-Proto":"https"},
                         "multiValueHeaders":{"Host":["abc.execute-api.localhost:8080"],"User-Agent":["test/1"],
                          "X-Amzn-Trace-Id":["Root=1-67891233-abcdef012345678912345678"],"X-Forwarded-For":["192.0.2.7"],
                          "X-Forwarded-Port":["8443"],"X-Forwarded-Proto":["https"]},
                         "queryStringParameters":null,"multiValueQueryStringParameters":null,
                         "pathParameters":{"id":"7"},"stageVariables":null,
                         "requestContext":{"resourceId":"res123","resourcePath":"/pets/{id}","httpMethod":"GET",
                          "extendedRequestId":"AbCdEfGhIjK=","requestTime":"09/Apr/2015:12:34:56 +0000","path":"/dev/pets/7",
                          "accountId":"123456789012","protocol":"HTTP/1.1","stage":"dev","domainPrefix":"abc",
                          "requestTimeEpoch":1428582896789,"requestId":"6f2b9a52-0b25-4a06-8f0c-111111111111",
                          "identity":{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,
                           "sourceIp":"192.0.2.7","principalOrgId":null,"accessKey":null,"cognitoAuthenticationType":null,
                           "cognitoAuthenticationProvider":null,"userArn":null,"userAgent":"test/1","user":null},
                          "domainName":"abc.execute-api.localhost","deploymentId":"dep123","apiId":"abc"},
                         "body":null,"isBase64Encoded":false}
                        """);

        assertThat(event("")).isEqualTo(expected);
    }

    @Test
    void keepsAllValuesAndTheLastOne() {
        exchange.headers.add(new Header("tEsT-HEADeR", "one"));
        exchange.headers.add(new Header("test-header", "two"));
        exchange.queryParameters = Map.of("q", List.of("a", "b c"));
        exchange.variables = Map.of("table", "live");

        JsonNode event = event("");

        assertThat(event.path("headers").path("tEsT-HEADeR").asString("")).isEqualTo("two");
        assertThat(event.path("multiValueHeaders").path("tEsT-HEADeR").toString())
                .isEqualTo("[\"one\",\"two\"]");
        assertThat(event.path("queryStringParameters").path("q").asString("")).isEqualTo("b c");
        assertThat(event.path("multiValueQueryStringParameters").path("q").toString())
                .isEqualTo("[\"a\",\"b c\"]");
        assertThat(event.path("stageVariables").path("table").asString("")).isEqualTo("live");
    }

    @Test
    void showsTheKeyOfAMethodThatRequiresOne() {
        exchange.apiKey = new ApiKey(0, "key1", true, List.of());
        exchange.headers.add(new Header("X-Api-Key", "secret-value-of-the-key"));

        JsonNode identity = event("").path("requestContext").path("identity");

        assertThat(identity.path("apiKey").asString("")).isEqualTo("secret-value-of-the-key");
        assertThat(identity.path("apiKeyId").asString("")).isEqualTo("key1");
    }

    @Test
    void believesNoClientAboutWhoItIs() {
        exchange.headers.add(new Header("X-Forwarded-For", "203.0.113.9"));
        exchange.headers.add(new Header("x-forwarded-proto", "gopher"));
        exchange.headers.add(new Header("X_Forwarded_For", "203.0.113.9"));
        exchange.headers.add(new Header("X-Amzn-Trace-Id", "forged"));
        exchange.headers.add(new Header("Connection", "close"));
        exchange.headers.add(new Header("Content-Length", "0"));
        exchange.headers.add(new Header("TE", "trailers"));

        JsonNode headers = event("").path("headers");

        assertThat(headers.propertyNames())
                .containsExactlyInAnyOrder(
                        "Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto");
        assertThat(headers.path("X-Forwarded-For").asString("")).isEqualTo("203.0.113.9, 192.0.2.7");
        assertThat(headers.path("X-Forwarded-Proto").asString("")).isEqualTo("https");
        assertThat(headers.path("X-Amzn-Trace-Id").asString("")).startsWith("Root=1-");
    }

    @ParameterizedTest
    @CsvSource({
        "/pets/7, /pets/7, /dev/pets/7",
        "/pets/7/, /pets/7/, /dev/pets/7/",
        "//pets/7, /pets/7, /dev//pets/7",
        "/pets//7, /pets//7, /dev/pets//7",
        "/pets/a%2Bb, /pets/a%2Bb, /dev/pets/a%2Bb",
    })
    void keepsTheClientsPath(String sent, String path, String contextPath) {
        exchange.path = sent;

        JsonNode event = event("");

        assertThat(event.path("path").asString("")).isEqualTo(path);
        assertThat(event.path("requestContext").path("path").asString("")).isEqualTo(contextPath);
    }

    @Test
    void givesTheWholePathByACustomDomain() {
        exchange.basePath = "v1";

        JsonNode event = event("");

        assertThat(event.path("path").asString("")).isEqualTo("/v1/pets/7");
        assertThat(event.path("requestContext").path("path").asString("")).isEqualTo("/v1/pets/7");
        assertThat(event.path("resource").asString("")).isEqualTo("/pets/{id}");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, image/png, h\u00e9, false",
        "image/png, image/png, aMOp, true",
        "IMAGE/PNG; q=1, image/png, aMOp, true",
        "text/plain, */*, aMOp, true",
        "image/jpeg, image/png, h\u00e9, false",
        ", image/png, h\u00e9, false",
    })
    void encodesBinaryBodiesOnly(String contentType, String binary, String body, boolean encoded) {
        if (contentType != null) {
            exchange.headers.add(new Header("Content-Type", contentType));
        }
        exchange.binaryMediaTypes = List.of(binary);

        JsonNode event = event("h\u00e9");

        assertThat(event.path("body").asString("")).isEqualTo(body);
        assertThat(event.path("isBase64Encoded").asBoolean()).isEqualTo(encoded);
    }

    private JsonNode event(String body) {
        return JsonMapper.shared().readTree(ProxyEvent.write(exchange, body.getBytes(StandardCharsets.UTF_8)));
    }
}
