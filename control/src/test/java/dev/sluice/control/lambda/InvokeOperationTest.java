/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import dev.sluice.wire.Header;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InvokeOperationTest {
    private static final String SOURCE = """
            import os
            def handle(event, context):
                if event == 'fail':
                    raise ValueError('no such luck')
                print('saw', event)
                custom = context.client_context.custom if context.client_context else None
                return {'event': event, 'arn': context.invoked_function_arn, 'greeting': os.environ.get('GREETING'),
                        'custom': custom}
            """;

    private Services services;

    @BeforeAll
    void open(@TempDir Path folder) {
        services = new Services(folder);
        services.createFunction("hello", SOURCE, ",'Environment':{'Variables':{'GREETING':'hi'}}");
    }

    @AfterAll
    void close() {
        services.close();
    }

    @Test
    void answersWhatTheFunctionReturned() {
        Services.Answer answer = services.lambda("POST", "/hello/invocations", "{'a':1}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("event").path("a").asInt()).isEqualTo(1);
        assertThat(answer.json().path("greeting").asString("")).isEqualTo("hi");
        assertThat(answer.raw().header("X-Amz-Executed-Version")).hasValue("$LATEST");
        assertThat(answer.raw().header("X-Amz-Function-Error")).isEmpty();
        assertThat(answer.raw().header("X-Amz-Log-Result")).isEmpty();
    }

    @Test
    void takesNoPayloadForAnEmptyEvent() {
        assertThat(services.lambda("POST", "/hello/invocations", "")
                        .json()
                        .path("event")
                        .isObject())
                .isTrue();
    }

    @Test
    void tellsAFunctionErrorFromAnAnswer() {
        Services.Answer answer = services.lambda("POST", "/hello/invocations", "'fail'");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.raw().header("X-Amz-Function-Error")).hasValue("Unhandled");
        assertThat(answer.json().path("errorType").asString("")).isEqualTo("ValueError");
        assertThat(answer.json().path("errorMessage").asString("")).isEqualTo("no such luck");
    }

    @Test
    void givesTheEndOfTheLogWhenAsked() {
        Services.Answer answer = invoke("7", new Header("X-Amz-Log-Type", "Tail"));

        String log = new String(
                Base64.getDecoder()
                        .decode(answer.raw().header("X-Amz-Log-Result").orElseThrow()),
                StandardCharsets.UTF_8);
        assertThat(log).contains("START RequestId: ", "saw 7", "END RequestId: ", "REPORT RequestId: ");
    }

    @Test
    void passesTheClientContext() {
        String context =
                Base64.getEncoder().encodeToString("{\"custom\":{\"k\":\"v\"}}".getBytes(StandardCharsets.UTF_8));

        assertThat(invoke("1", new Header("X-Amz-Client-Context", context))
                        .json()
                        .path("custom")
                        .path("k")
                        .asString(""))
                .isEqualTo("v");
        assertThat(invoke("1", new Header("X-Amz-Client-Context", "?")).error())
                .isEqualTo("InvalidRequestContentException");
    }

    @Test
    void aDryRunCallsNothing() {
        Services.Answer answer = invoke("'fail'", new Header("X-Amz-Invocation-Type", "DryRun"));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void refusesWhatItCannotDo() {
        Services.Answer event = invoke("1", new Header("X-Amz-Invocation-Type", "Event"));
        Services.Answer notJson = invoke("{nope");
        Services.Answer unknown = services.lambda("POST", "/none/invocations", "1");
        Services.Answer version = services.lambda("POST", "/hello/invocations?Qualifier=3", "1");

        assertThat(event.status()).isEqualTo(400);
        assertThat(event.message())
                .isEqualTo("InvocationType Event is not supported (expected: RequestResponse or DryRun)");
        assertThat(notJson.error()).isEqualTo("InvalidRequestContentException");
        assertThat(notJson.message()).startsWith("Could not parse request body into json: ");
        assertThat(unknown.message())
                .isEqualTo("Function not found: arn:aws:lambda:us-east-1:123456789012:function:none");
        assertThat(version.message()).endsWith("function:hello:3");
    }

    @Test
    void refusesAPayloadOverSixMegabytes() {
        byte[] payload = ("\"" + "x".repeat(6_291_556) + "\"").getBytes(StandardCharsets.UTF_8);

        Services.Answer refused = services.lambda("POST", "/hello/invocations", payload, List.of());

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.error()).isEqualTo("RequestTooLargeException");
    }

    @Test
    void countsCallsByFunction() {
        services.lambda("POST", "/hello/invocations", "1");
        services.lambda("POST", "/hello/invocations", "'fail'");

        Services.Answer errors = services.cloudwatch(
                "GetMetricStatistics",
                "{'Namespace':'AWS/Lambda','MetricName':'Errors','Dimensions':[{'Name':'FunctionName','Value':'hello'}],"
                        + "'StartTime':1795348740,'EndTime':1795348860,'Period':60,'Statistics':['Sum','SampleCount']}");
        Services.Answer listed = services.cloudwatch("ListMetrics", "{'Namespace':'AWS/Lambda'}");

        JsonNode point = errors.json().path("Datapoints").path(0);
        assertThat(point.path("Sum").asDouble(0)).isPositive();
        assertThat(point.path("SampleCount").asDouble(0))
                .isGreaterThan(point.path("Sum").asDouble(0));
        assertThat(listed.text()).contains("Invocations", "Errors", "Duration", "ConcurrentExecutions");
    }

    private Services.Answer invoke(String payload, Header... headers) {
        return services.lambda(
                "POST",
                "/hello/invocations",
                payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                List.of(headers));
    }
}
