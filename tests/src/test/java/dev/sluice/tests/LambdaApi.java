/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.apigateway.model.IntegrationType;

/** A Python function behind {@code GET /data} of an API, by the recipe's own calls. */
record LambdaApi(RunningServer server, String functionName, MockApi api) {
    static final String TRUST = """
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
             "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}""";
    static final String RECIPE = """
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

    static String role(RunningServer server, String name) {
        return server.aws()
                .iam()
                .createRole(r -> r.roleName(name).assumeRolePolicyDocument(TRUST))
                .role()
                .arn();
    }

    static String function(RunningServer server, String name, String role, String python) {
        SdkBytes zip = Zips.of("lambda_function.py", python);
        return server.aws()
                .lambda()
                .createFunction(r -> r.functionName(name)
                        .runtime("python3.13")
                        .role(role)
                        .handler("lambda_function.lambda_handler")
                        .code(c -> c.zipFile(zip))
                        .timeout(5)
                        .memorySize(128))
                .functionArn();
    }

    static LambdaApi create(RunningServer server, String name, String python) {
        String arn = function(server, name, role(server, name + "-role"), python);
        var client = server.aws().apigateway();
        String api = client.createRestApi(r -> r.name(name)).id();
        String root =
                client.getResources(r -> r.restApiId(api)).items().getFirst().id();
        String resource = client.createResource(
                        r -> r.restApiId(api).parentId(root).pathPart("data"))
                .id();
        client.putMethod(r -> r.restApiId(api)
                .resourceId(resource)
                .httpMethod("GET")
                .authorizationType("NONE")
                .apiKeyRequired(true));
        client.putIntegration(r -> r.restApiId(api)
                .resourceId(resource)
                .httpMethod("GET")
                .type(IntegrationType.AWS_PROXY)
                .integrationHttpMethod("POST")
                .uri("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + arn + "/invocations"));
        server.aws()
                .lambda()
                .addPermission(r -> r.functionName(name)
                        .statementId("api")
                        .action("lambda:InvokeFunction")
                        .principal("apigateway.amazonaws.com")
                        .sourceArn("arn:aws:apigateway:us-east-1::/restapis/" + api + "/*/*"));
        client.createDeployment(r -> r.restApiId(api).stageName(MockApi.STAGE));
        return new LambdaApi(server, name, new MockApi(client, api, resource));
    }

    String url() {
        return api.url(server);
    }
}
