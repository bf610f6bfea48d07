/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static dev.sluice.functions.FunctionsFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecipeTest {
    private static final String RECIPE = """
            import json
            import time
            import os

            def lambda_handler(event, context):
                # Simulate some processing time
                time.sleep(0.1)

                return {
                    'statusCode': 200,
                    'headers': {
                        'Content-Type': 'application/json',
                        'Access-Control-Allow-Origin': '*'
                    },
                    'body': json.dumps({
                        'message': 'Hello from throttled API!',
                        'timestamp': int(time.time()),
                        'requestId': context.aws_request_id,
                        'region': os.environ.get('AWS_REGION', 'unknown')
                    })
                }
            """;

    @TempDir
    Path folder;

    @Test
    void runsTheRecipesFunctionAsItIs() {
        try (var fixture = new FunctionsFixture(folder)) {
            var function =
                    fixture.deploy(Zips.of("lambda_function.py", RECIPE)).handler("lambda_function.lambda_handler");
            function.runtime = "python3.13";

            InvokeResult result =
                    function.call("{}", InvokeContext.of("request-1", function.arn(), Duration.ofSeconds(20)));

            assertThat(result).as(text(result)).isInstanceOf(InvokeResult.Returned.class);
            assertThat(text(result))
                    .contains("\"statusCode\": 200", "Hello from throttled API!")
                    .contains("\\\"requestId\\\": \\\"request-1\\\"", "\\\"region\\\": \\\"eu-west-1\\\"");
        }
    }

    @Test
    void runsFiftyCallsAtOnce() throws Exception {
        try (var fixture = new FunctionsFixture(folder);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var function =
                    fixture.deploy(Zips.of("lambda_function.py", RECIPE)).handler("lambda_function.lambda_handler");
            List<Future<InvokeResult>> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(callers.submit(() -> function.call("{}")));
            }
            for (Future<InvokeResult> call : calls) {
                assertThat(call.get()).as(text(call.get())).isInstanceOf(InvokeResult.Returned.class);
            }
        }
    }
}
