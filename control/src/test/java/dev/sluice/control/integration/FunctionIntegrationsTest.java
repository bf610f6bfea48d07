/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.Services;
import dev.sluice.control.apigateway.FunctionBackends.Target;
import dev.sluice.functions.Ticker;
import dev.sluice.gateway.Backend;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.BackendResponse.Answer;
import dev.sluice.gateway.BackendResponse.Failed;
import dev.sluice.gateway.BackendResponse.Kind;
import dev.sluice.gateway.Header;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A function returns what it got as the request's body, so each row of the contract is a real call of a real process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionIntegrationsTest {
    private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:";
    private static final String SOURCE = """
            import json, os, time
            def handle(event, context):
                body = event['body']
                if body == 'raise':
                    raise ValueError('as told')
                if body == 'exit':
                    os._exit(3)
                if body == 'slow':
                    time.sleep(0.3)
                    body = '{}'
                if body == 'echo':
                    return {'statusCode': 200, 'body': json.dumps(event)}
                return json.loads(body)
            """;

    private Services services;

    @BeforeAll
    void open(@TempDir Path folder) {
        services = new Services(folder);
        services.createFunction("proxy", SOURCE, "");
        allow("proxy", "all", "");
    }

    @AfterAll
    void close() {
        services.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"statusCode":200}                            | 200 | Content-Type: application/json |
                    {}                                            | 200 | Content-Type: application/json |
                    {"headers":{"a":"b"}}                         | 200 | a: b, Content-Type: application/json |
                    {"statusCode":"201"}                          | 201 | Content-Type: application/json |
                    {"statusCode":404,"body":"no"}                | 404 | Content-Type: application/json | no
                    {"statusCode":200,"headers":null}             | 200 | Content-Type: application/json |
                    {"statusCode":200,"headers":{"h":"v","b":true,"n":1}} | 200 | b: true, h: v, n: 1, Content-Type: application/json |
                    {"statusCode":200,"multiValueHeaders":{"m":["1","2"]}} | 200 | m: 1, m: 2, Content-Type: application/json |
                    {"statusCode":200,"headers":{"test-multi":"solo"},"multiValueHeaders":{"tesT-Multi":["multi"]}} | 200 | tesT-Multi: multi, tesT-Multi: solo, Content-Type: application/json |
                    {"statusCode":200,"headers":{"content-type":"text/html"},"body":"<p>"} | 200 | content-type: text/html | <p>
                    {"statusCode":200,"body":"dGVzdA==","isBase64Encoded":true}  | 200 | Content-Type: application/json | dGVzdA==
                    {"statusCode":200,"body":"dGVzdA==","isBase64Encoded":false} | 200 | Content-Type: application/json | dGVzdA==
                    {"statusCode":200,"body":null}                | 200 | Content-Type: application/json |
                    """)
    void answersAsTheFunctionSays(String returned, int status, String headers, @Nullable String body) {
        Answer answer = (Answer) call("proxy", new FakeExchange(), returned);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(String.join(
                        ", ",
                        answer.headers().stream()
                                .map(header -> header.name() + ": " + header.value())
                                .toList()))
                .isEqualTo(headers);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(body == null ? "" : body);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"statusCode":"test"}                            | MALFORMED
                    {"statusCode":200.5}                             | MALFORMED
                    {"statusCode":99}                                | MALFORMED
                    {"statusCode":600}                               | MALFORMED
                    {"statusCode":null}                              | MALFORMED
                    {"statusCode":200,"wrongValue":"value"}          | MALFORMED
                    "just a string"                                  | MALFORMED
                    ["a"]                                            | MALFORMED
                    null                                             | MALFORMED
                    {"statusCode":200,"multiValueHeaders":{"m":"1"}} | MALFORMED
                    {"statusCode":200,"headers":["a"]}               | MALFORMED
                    {"statusCode":200,"headers":{"a":{}}}            | MALFORMED
                    {"statusCode":200,"body":{"a":1}}                | MALFORMED
                    {"statusCode":200,"body":7}                      | MALFORMED
                    raise                                            | ERROR
                    exit                                             | ERROR
                    """)
    void failsAsAwsDoes(String returned, Kind kind) {
        assertThat(call("proxy", new FakeExchange(), returned)).isEqualTo(new Failed(kind, 200));
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, test",
        "'image/png;q=0.9, text/html', test",
        "'text/html, image/png', dGVzdA==",
        "*/*, dGVzdA=="
    })
    void decodesABinaryBodyForAClientThatAsksForItFirst(String accept, String body) {
        FakeExchange exchange = new FakeExchange();
        exchange.binaryMediaTypes = List.of("image/png");
        exchange.headers.add(new Header("Accept", accept));

        Answer answer = (Answer) call("proxy", exchange, "{\"body\":\"dGVzdA==\",\"isBase64Encoded\":true}");

        assertThat(answer.body()).asString(StandardCharsets.UTF_8).isEqualTo(body);
    }

    @Test
    void aBodyThatIsNoBase64IsAConfigurationError() {
        byte[] payload = "{\"body\":\"?\",\"isBase64Encoded\":true}".getBytes(StandardCharsets.UTF_8);
        assertThat(ProxyAnswer.read(payload, null, List.of("*/*"))).isEqualTo(new Failed(Kind.CONFIGURATION, 200));
    }

    @Test
    void theFunctionSeesTheEvent() {
        FakeExchange exchange = new FakeExchange();
        exchange.httpMethod = "POST";

        Answer answer = (Answer) call("proxy", exchange, "echo");

        assertThat(answer.body())
                .asString(StandardCharsets.UTF_8)
                .contains("\"resource\": \"/pets/{id}\"", "\"sourceIp\": \"192.0.2.7\"", "\"body\": \"echo\"");
    }

    @Test
    void aRequestOverSixMegabytesIsTooLarge() {
        assertThat(call("proxy", new FakeExchange(), "x".repeat(6_291_456))).isEqualTo(new Failed(Kind.TOO_LARGE, 413));
    }

    @Test
    void anUnknownFunctionOrVersionIsAConfigurationError() {
        assertThat(call("none", new FakeExchange(), "{}")).isEqualTo(new Failed(Kind.CONFIGURATION, 404));
        assertThat(call("proxy:7", new FakeExchange(), "{}")).isEqualTo(new Failed(Kind.CONFIGURATION, 404));
        assertThat(call("proxy:$LATEST", new FakeExchange(), "{}")).isInstanceOf(Answer.class);
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:execute-api:us-east-1:123456789012:abc/*, false, true",
        "arn:aws:execute-api:us-east-1:123456789012:abc/dev/GET/pets/*, false, true",
        "arn:aws:execute-api:us-east-1:123456789012:abc/dev/GET/pets/{id}, false, true",
        "arn:aws:execute-api:us-east-1:123456789012:abc/dev/POST/*, false, false",
        "arn:aws:execute-api:us-east-1:123456789012:other/*, false, false",
        "arn:aws:apigateway:us-east-1::/restapis/abc/*/*, false, true",
        "arn:aws:apigateway:us-east-1::/restapis/abc/dev/GET, false, true",
        "arn:aws:apigateway:us-east-1::/restapis/abc/dev/GET/pets/*, false, true",
        "arn:aws:apigateway:us-east-1::/restapis/abc/dev/POST, false, false",
        "arn:aws:apigateway:us-east-1::/restapis/other/*/*, false, false",
        "arn:aws:apigateway:us-east-1::/restapis/abc/*/*, true, false",
        "arn:aws:execute-api:us-east-1:123456789012:abc/*, true, true",
    })
    void callsOnlyWhatTheFunctionsPolicyAllows(String sourceArn, boolean strictAws, boolean allowed) {
        String name = "f" + Integer.toHexString((sourceArn + strictAws).hashCode());
        services.createFunction(name, SOURCE, "");
        allow(name, "api", ",'SourceArn':'" + sourceArn + "'");
        try (FunctionIntegrations integrations = new FunctionIntegrations(
                services.functions, services.functionStore.live(), services.roles, Ticker.SYSTEM, strictAws)) {
            BackendResponse response = await(integrations.backend(target(ARN + name, null)), new FakeExchange(), "{}");

            if (allowed) {
                assertThat(response).isInstanceOf(Answer.class);
            } else {
                assertThat(response).isEqualTo(new Failed(Kind.CONFIGURATION, 403));
            }
        }
    }

    @Test
    void aPermissionIsLiveAtOnce() {
        services.createFunction("late", SOURCE, "");

        BackendResponse before = call("late", new FakeExchange(), "{}");
        allow("late", "api", "");
        BackendResponse with = call("late", new FakeExchange(), "{}");
        services.lambda("DELETE", "/late/policy/api", "");
        BackendResponse after = call("late", new FakeExchange(), "{}");

        assertThat(before).isEqualTo(new Failed(Kind.CONFIGURATION, 403));
        assertThat(with).isInstanceOf(Answer.class);
        assertThat(after).isEqualTo(new Failed(Kind.CONFIGURATION, 403));
    }

    @Test
    void aRoleOfTheIntegrationStandsInForTheFunctionsPolicy() {
        services.createFunction("private", SOURCE, "");
        services.iam(
                "CreateRole",
                "RoleName",
                "caller",
                "AssumeRolePolicyDocument",
                Services.TRUST.replace("lambda.", "apigateway."));
        String role = "arn:aws:iam::123456789012:role/caller";
        Backend backend = services.integrations.backend(target(ARN + "private", role));

        BackendResponse before = await(backend, new FakeExchange(), "{}");
        services.iam(
                "AttachRolePolicy",
                "RoleName",
                "caller",
                "PolicyArn",
                "arn:aws:iam::aws:policy/service-role/AWSLambdaRole");

        assertThat(before).isEqualTo(new Failed(Kind.CONFIGURATION, 403));
        assertThat(await(backend, new FakeExchange(), "{}")).isInstanceOf(Answer.class);
    }

    @Test
    void aCallThatNobodyWaitsForAnyMoreEndsByItself() {
        services.createFunction("slow", SOURCE, "");
        allow("slow", "api", "");
        Backend backend = services.integrations.backend(target(ARN + "slow", null));

        CompletableFuture<BackendResponse> abandoned = backend.call(
                        new FakeExchange(), "slow".getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .orTimeout(50, TimeUnit.MILLISECONDS);

        assertThatThrownBy(abandoned::join).hasCauseInstanceOf(TimeoutException.class);
        Instant limit = Instant.now().plusSeconds(20);
        while (invocations("slow") < 1) {
            assertThat(Instant.now()).isBefore(limit);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(await(backend, new FakeExchange(), "{}")).isInstanceOf(Answer.class);
    }

    private double invocations(String function) {
        return services.cloudwatch(
                        "GetMetricStatistics",
                        "{'Namespace':'AWS/Lambda','MetricName':'Invocations','Dimensions':[{'Name':'FunctionName','Value':'"
                                + function
                                + "'}],'StartTime':1795348740,'EndTime':1795348860,'Period':60,'Statistics':['Sum']}")
                .json()
                .path("Datapoints")
                .path(0)
                .path("Sum")
                .asDouble(0);
    }

    private void allow(String function, String statement, String more) {
        services.lambda(
                "POST",
                "/" + function + "/policy",
                "{'StatementId':'" + statement
                        + "','Action':'lambda:InvokeFunction','Principal':'apigateway.amazonaws.com'" + more + "}");
    }

    private BackendResponse call(String function, FakeExchange exchange, String body) {
        return await(services.integrations.backend(target(ARN + function, null)), exchange, body);
    }

    private static BackendResponse await(Backend backend, FakeExchange exchange, String body) {
        return backend.call(exchange, body.getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static Target target(String arn, @Nullable String credentials) {
        return new Target(arn, credentials, "123456789012", "us-east-1", "abc", "dev", "GET", "res123", "/pets/{id}");
    }
}
