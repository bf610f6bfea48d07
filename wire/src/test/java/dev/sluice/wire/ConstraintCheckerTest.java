/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.GatewayResponse;
import dev.sluice.wire.apigateway.Integration;
import dev.sluice.wire.apigateway.IntegrationResponse;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.UsagePlanKey;
import dev.sluice.wire.iam.CreateUserResponse;
import dev.sluice.wire.iam.IamOperations;
import dev.sluice.wire.lambda.FunctionConfiguration;
import dev.sluice.wire.lambda.LambdaOperations;
import dev.sluice.wire.secretsmanager.CreateSecretResponse;
import dev.sluice.wire.secretsmanager.SecretsManagerOperations;
import org.junit.jupiter.api.Test;

/** The messages are AWS's, recorded for API Gateway, published for the others. */
class ConstraintCheckerTest {
    private static final Handlers HANDLERS = Handlers.builder()
            .on(
                    ApiGatewayOperations.UPDATE_REST_API,
                    (call, input) -> RestApi.builder().build())
            .on(
                    ApiGatewayOperations.CREATE_REST_API,
                    (call, input) -> RestApi.builder().build())
            .on(
                    ApiGatewayOperations.PUT_INTEGRATION,
                    (call, input) -> Integration.builder().build())
            .on(
                    ApiGatewayOperations.PUT_INTEGRATION_RESPONSE,
                    (call, input) -> IntegrationResponse.builder().build())
            .on(
                    ApiGatewayOperations.GET_GATEWAY_RESPONSE,
                    (call, input) -> GatewayResponse.builder().build())
            .on(
                    ApiGatewayOperations.CREATE_USAGE_PLAN_KEY,
                    (call, input) -> UsagePlanKey.builder().build())
            .on(
                    LambdaOperations.CREATE_FUNCTION,
                    (call, input) -> FunctionConfiguration.builder().build())
            .on(
                    IamOperations.CREATE_USER,
                    (call, input) -> CreateUserResponse.builder().build())
            .on(
                    SecretsManagerOperations.CREATE_SECRET,
                    (call, input) -> CreateSecretResponse.builder().build())
            .build();

    private static WireResponse gateway(String method, String path, String body) {
        return Wire.of("apigateway", HANDLERS).send(method, path, body);
    }

    private static String message(String text) {
        return "{\"message\":\"" + text + "\"}";
    }

    @Test
    void namesTheMemberAndTheValuesItMayHave() {
        WireResponse response = gateway("PATCH", "/restapis/a", """
                {"patchOperations": [{"op": "X", "path": "/name"}]}""");
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("x-amzn-ErrorType")).hasValue("ValidationException");
        assertThat(Wire.text(response))
                .isEqualTo(message("1 validation error detected: Value 'X' at"
                        + " 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must"
                        + " satisfy enum value set: [add, remove, move, test, replace, copy]"));
    }

    @Test
    void joinsAndCountsSeveral() {
        assertThat(Wire.text(gateway("PATCH", "/restapis/a", """
                {"patchOperations": [{"op": "X"}, {"op": "add"}, {"op": "Y"}]}""")))
                .startsWith("{\"message\":\"2 validation errors detected: Value 'X' at")
                .contains("copy]; Value 'Y' at 'updateRestApiInput.patchOperations.3.member.op'");
    }

    @Test
    void checksTheTypeOfAnIntegrationAndTheStatusOfItsResponse() {
        String integration = "/restapis/a/resources/b/methods/GET/integration";
        assertThat(Wire.text(gateway("PUT", integration, "{\"type\": \"HTTPS_PROXY\"}")))
                .isEqualTo(
                        message("1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' failed"
                                + " to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY,"
                                + " HTTP_PROXY, AWS]"));
        assertThat(Wire.text(gateway("PUT", integration + "/responses/9xx", "{}")))
                .isEqualTo(message("1 validation error detected: Value '9xx' at 'statusCode' failed to satisfy"
                        + " constraint: Member must satisfy regular expression pattern: [1-5]\\\\d\\\\d"));
        assertThat(gateway("PUT", integration + "/responses/200", "{}").status())
                .isEqualTo(201);
    }

    @Test
    void namesTheTypesOfGatewayResponsesInAwsOrder() {
        assertThat(Wire.text(gateway("GET", "/restapis/a/gatewayresponses/wrong", "")))
                .contains("Value 'wrong' at 'responseType'", "[REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, ");
    }

    @Test
    void wantsWhatTheModelRequires() {
        assertThat(Wire.text(gateway("POST", "/restapis", "{}")))
                .isEqualTo(message("1 validation error detected: Value null at 'createRestApiInput.name' failed to"
                        + " satisfy constraint: Member must not be null"));
    }

    @Test
    void takesAUsagePlanKeyWithoutAnId() {
        assertThat(gateway("POST", "/usageplans/p/keys", "{\"keyType\": \"API_STAGE\", \"value\": \"a:b\"}")
                        .status())
                .isEqualTo(201);
    }

    private static WireResponse createFunction(String runtime, int memory, String name) {
        return Wire.of("lambda", HANDLERS).send("POST", "/2015-03-31/functions", """
                {"FunctionName": "%s", "Runtime": "%s", "Role": "arn:aws:iam::123456789012:role/r", "MemorySize": %d,
                 "Code": {"ZipFile": ""}}""".formatted(name, runtime, memory));
    }

    @Test
    void leavesRuntimesToTheHandler() {
        for (String runtime : new String[] {"python3.13", "python3.14", "nodejs22.x", "java25", "cobol"}) {
            assertThat(createFunction(runtime, 128, "f").status()).isEqualTo(201);
        }
    }

    @Test
    void checksRangesAndPatterns() {
        assertThat(Wire.text(createFunction("python3.13", 1, "f")))
                .contains("Value '1' at 'memorySize' failed to satisfy constraint: Member must have value greater than"
                        + " or equal to 128");
        assertThat(Wire.text(createFunction("python3.13", 128, "a b")))
                .contains("Value 'a b' at 'functionName'", "Member must satisfy regular expression pattern: (arn:");
    }

    @Test
    void usesTheCodeOfTheQueryProtocol() {
        WireResponse response = Wire.of("iam", HANDLERS)
                .send(
                        "POST",
                        "/",
                        "Action=CreateUser&UserName=a%2Fb&Tags.member.1.Key=k",
                        "Content-Type: application/x-www-form-urlencoded");
        assertThat(response.status()).isEqualTo(400);
        assertThat(Wire.text(response))
                .contains("<Code>ValidationError</Code>", "2 validation errors detected: Value 'a/b' at 'userName'")
                .contains("Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null");
    }

    @Test
    void doesNotRepeatSecrets() {
        WireResponse response = Wire.of("secretsmanager", HANDLERS)
                .send(
                        "POST",
                        "/",
                        "{\"Name\": \"n\", \"SecretString\": \"" + "hidden".repeat(20_000) + "\"}",
                        "X-Amz-Target: secretsmanager.CreateSecret");
        assertThat(Wire.text(response))
                .doesNotContain("hidden")
                .contains("Value at 'secretString' failed to satisfy constraint: Member must have length less than");
    }
}
