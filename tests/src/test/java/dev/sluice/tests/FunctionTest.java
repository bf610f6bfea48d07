/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** Python functions behind the gateway: what goes in, what comes out, what happens when they fail. */
class FunctionTest {
    private static final String BAD_GATEWAY = "{\"message\": \"Internal server error\"}";
    private static RunningServer server;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = RunningServer.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theFunctionSeesTheRequest() {
        HttpResponse<String> answer = call("echo", """
                import json
                def lambda_handler(event, context):
                    return {'statusCode': 201, 'headers': {'X-Seen': event['headers']['x-sent']},
                            'body': json.dumps([event['path'], event['httpMethod'], event['queryStringParameters'],
                                event['requestContext']['stage'], event['requestContext']['identity']['sourceIp'],
                                event['body'], event['isBase64Encoded']])}
                """, "?a=1&b=x%20y", "x-sent", "hello");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("X-Seen")).hasValue("hello");
        assertThat(answer.body())
                .isEqualTo(
                        "[\"/data\", \"GET\", {\"a\": \"1\", \"b\": \"x y\"}, \"prod\", \"127.0.0.1\", null, false]");
    }

    @Test
    void anExceptionACrashAndAMalformedAnswerAreBadGateways() {
        for (String body : List.of("raise ValueError('no')", "import os; os._exit(3)", "return 'text'")) {
            HttpResponse<String> answer = call("fail" + Math.abs(body.hashCode()), """
                    def lambda_handler(event, context):
                        """ + "    " + body + "\n", "");
            assertThat(answer.statusCode()).as(body).isEqualTo(502);
            assertThat(answer.body()).isEqualTo(BAD_GATEWAY);
            assertThat(answer.headers().firstValue("x-amzn-ErrorType")).hasValue("InternalServerErrorException");
        }
    }

    @Test
    void aTimeoutEndsTheCallAndTheNextOneWorks() {
        LambdaApi backend = LambdaApi.create(server, "slow", """
                import time
                def lambda_handler(event, context):
                    if event.get('queryStringParameters'):
                        time.sleep(60)
                    return {'statusCode': 200, 'body': 'quick'}
                """);
        server.aws()
                .lambda()
                .updateFunctionConfiguration(r -> r.functionName("slow").timeout(1));
        MockApi.Tier tier = backend.api().tier("any", null, null);
        assertThat(Http.get(backend.url() + "?wait=1", "x-api-key", tier.keyValue())
                        .statusCode())
                .isEqualTo(502);
        assertThat(Http.get(backend.url(), "x-api-key", tier.keyValue()).body()).isEqualTo("quick");
        var direct = server.aws()
                .lambda()
                .invoke(r -> r.functionName("slow")
                        .payload(SdkBytes.fromUtf8String("{\"queryStringParameters\": {\"wait\": \"1\"}}")));
        assertThat(direct.functionError()).isEqualTo("Unhandled");
        assertThat(direct.payload().asUtf8String()).contains("Task timed out after 1.00 seconds");
    }

    @Test
    void withoutAPermissionTheGatewayMayNotCall() {
        LambdaApi backend =
                LambdaApi.create(server, "guarded", "def lambda_handler(e, c): return {'statusCode': 200}\n");
        MockApi.Tier tier = backend.api().tier("any", null, null);
        assertThat(Http.get(backend.url(), "x-api-key", tier.keyValue()).statusCode())
                .isEqualTo(200);
        server.aws().lambda().removePermission(r -> r.functionName("guarded").statementId("api"));
        HttpResponse<String> refused = Http.get(backend.url(), "x-api-key", tier.keyValue());
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.body()).isEqualTo(BAD_GATEWAY);
    }

    @Test
    void newCodeAnswersFromTheNextCallOn() {
        LambdaApi backend = LambdaApi.create(
                server, "code", "def lambda_handler(e, c): return {'statusCode': 200, 'body': 'one'}\n");
        MockApi.Tier tier = backend.api().tier("any", null, null);
        assertThat(Http.get(backend.url(), "x-api-key", tier.keyValue()).body()).isEqualTo("one");
        server.aws()
                .lambda()
                .updateFunctionCode(r -> r.functionName("code")
                        .zipFile(Zips.of(
                                "lambda_function.py",
                                "def lambda_handler(e, c): return {'statusCode': 200, 'body': 'two'}\n")));
        assertThat(Http.get(backend.url(), "x-api-key", tier.keyValue()).body()).isEqualTo("two");
    }

    @Test
    void manyCallersAreServedAtOnce() throws ExecutionException, InterruptedException {
        LambdaApi backend = LambdaApi.create(server, "many", LambdaApi.RECIPE);
        MockApi.Tier tier = backend.api().tier("any", null, null);
        List<Future<Integer>> calls = new ArrayList<>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                calls.add(callers.submit(() ->
                        Http.get(backend.url(), "x-api-key", tier.keyValue()).statusCode()));
            }
        }
        for (Future<Integer> call : calls) {
            assertThat(call.get()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> call(String name, String python, String query, String... headers) {
        LambdaApi backend = LambdaApi.create(server, name, python);
        MockApi.Tier tier = backend.api().tier(name, null, null);
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "x-api-key";
        all[headers.length + 1] = tier.keyValue();
        return Http.get(backend.url() + query, all);
    }
}
