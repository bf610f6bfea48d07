/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.ApiKeyIds;
import dev.sluice.wire.apigateway.ApiKeys;
import dev.sluice.wire.apigateway.ExportResponse;
import dev.sluice.wire.apigateway.GetApiKeysRequest;
import dev.sluice.wire.apigateway.GetExportRequest;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;
import dev.sluice.wire.apigateway.Tags;
import dev.sluice.wire.apigateway.ThrottleSettings;
import dev.sluice.wire.apigateway.UpdateRestApiRequest;
import dev.sluice.wire.apigateway.Usage;
import dev.sluice.wire.apigateway.UsagePlan;
import dev.sluice.wire.lambda.CreateFunctionRequest;
import dev.sluice.wire.lambda.Environment;
import dev.sluice.wire.lambda.FunctionConfiguration;
import dev.sluice.wire.lambda.InvocationRequest;
import dev.sluice.wire.lambda.InvocationResponse;
import dev.sluice.wire.lambda.LambdaErrors;
import dev.sluice.wire.lambda.LambdaOperations;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestJsonProtocolTest {
    @Test
    void writesStatusNumbersTimesAndEmptyCollections() {
        Wire wire = Wire.of(
                "apigateway",
                ApiGatewayOperations.CREATE_USAGE_PLAN,
                (call, input) -> UsagePlan.builder()
                        .id("abc123")
                        .name(input.name())
                        .apiStages(List.of())
                        .tags(Map.of())
                        .throttle(ThrottleSettings.builder()
                                .rateLimit(200.0)
                                .burstLimit(400)
                                .build())
                        .build());
        WireResponse response = wire.send("POST", "/usageplans", "{\"name\": \"Basic\"}");
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.header("Content-Type")).hasValue("application/json");
        assertThat(response.header("x-amzn-requestid")).isPresent();
        assertThat(Wire.text(response))
                .isEqualTo("{\"id\":\"abc123\",\"name\":\"Basic\",\"apiStages\":[],"
                        + "\"throttle\":{\"burstLimit\":400,\"rateLimit\":200.0},\"tags\":{}}");
    }

    @Test
    void writesTimesAsEpochSeconds() {
        Wire wire = Wire.of(
                "apigateway",
                ApiGatewayOperations.GET_STAGE,
                (call, input) -> Stage.builder()
                        .stageName(input.restApiId() + "/" + input.stageName())
                        .createdDate(Instant.ofEpochSecond(1_511_379_050))
                        .lastUpdatedDate(Instant.ofEpochMilli(1_511_379_050_120L))
                        .throttle(ThrottleSettings.builder().rateLimit(1.5).build())
                        .build());
        assertThat(Wire.text(wire.send("GET", "/restapis/a1/stages/prod", "")))
                .isEqualTo("{\"stageName\":\"a1/prod\",\"createdDate\":1511379050,\"lastUpdatedDate\":1511379050.120,"
                        + "\"throttle\":{\"rateLimit\":1.5}}");
    }

    @Test
    void usesTheNamesOfTheWire() {
        Handlers handlers = Handlers.builder()
                .on(
                        ApiGatewayOperations.GET_API_KEYS,
                        (call, input) -> ApiKeys.builder().items(List.of()).build())
                .on(
                        ApiGatewayOperations.GET_USAGE,
                        (call, input) -> Usage.builder()
                                .usagePlanId(input.usagePlanId())
                                .items(Map.of("key", List.of(List.of(10L, 90L))))
                                .build())
                .build();
        Wire wire = Wire.of("apigateway", handlers);
        assertThat(Wire.text(wire.send("GET", "/apikeys", ""))).isEqualTo("{\"item\":[]}");
        assertThat(Wire.text(wire.send("GET", "/usageplans/p/usage?startDate=2026-11-01&endDate=2026-11-02", "")))
                .isEqualTo("{\"usagePlanId\":\"p\",\"values\":{\"key\":[[10,90]]}}");
    }

    @Test
    void readsQueryStrings() {
        List<GetApiKeysRequest> seen = new ArrayList<>();
        Wire wire = Wire.of("apigateway", ApiGatewayOperations.GET_API_KEYS, (call, input) -> {
            seen.add(input);
            return ApiKeys.builder().build();
        });
        wire.send("GET", "/apikeys?name=a%20b%2Bc+d&includeValues=true&limit=-7&unknown=1", "");
        assertThat(seen)
                .containsExactly(GetApiKeysRequest.builder()
                        .nameQuery("a b+c+d")
                        .includeValues(true)
                        .limit(-7)
                        .build());
    }

    @Test
    void readsTheArnOfATagWhicheverWayItIsEncoded() {
        Wire wire = Wire.of(
                "apigateway",
                ApiGatewayOperations.GET_TAGS,
                (call, input) ->
                        Tags.builder().tags(Map.of("arn", input.resourceArn())).build());
        String arn = "arn:aws:apigateway:us-east-1::/restapis/a1b2c3/stages/prod";
        for (String path : List.of(PercentCoding.encode(arn), arn, arn.replace(":", "%3A"))) {
            assertThat(Wire.text(wire.send("GET", "/tags/" + path, ""))).contains("\"arn\":\"" + arn + "\"");
        }
    }

    @Test
    void readsRepeatedQueryParametersAndAnswersWithoutABody() {
        List<String> seen = new ArrayList<>();
        Wire wire = Wire.of("apigateway", ApiGatewayOperations.UNTAG_RESOURCE, (call, input) -> {
            seen.addAll(input.tagKeys());
            return Unit.UNIT;
        });
        WireResponse response = wire.send("DELETE", "/tags/arn%3Ax?tagKeys=b&tagKeys=a%2C", "");
        assertThat(seen).containsExactly("b", "a,");
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(response.header("Content-Type")).isEmpty();
    }

    @Test
    void tellsOperationsApartByConstantsOfTheQuery() {
        Handlers handlers = Handlers.builder()
                .on(
                        ApiGatewayOperations.IMPORT_API_KEYS,
                        (call, input) -> ApiKeyIds.builder()
                                .ids(List.of(new String(input.body(), StandardCharsets.UTF_8)))
                                .build())
                .on(
                        ApiGatewayOperations.IMPORT_REST_API,
                        (call, input) ->
                                RestApi.builder().tags(input.parameters()).build())
                .build();
        Wire wire = Wire.of("apigateway", handlers);
        assertThat(Wire.text(wire.send("POST", "/apikeys?mode=import&format=csv", "name,key\na,b")))
                .isEqualTo("{\"ids\":[\"name,key\\na,b\"]}");
        assertThat(Wire.text(wire.send("POST", "/restapis?basepath=split&mode=import&failonwarnings=true", "{}")))
                .isEqualTo("{\"tags\":{\"basepath\":\"split\"}}");
        assertThat(Wire.text(wire.send("POST", "/apikeys", "{}"))).contains("CreateApiKey of apigateway");
    }

    @Test
    void readsAndWritesHeadersAndRawPayloads() {
        List<GetExportRequest> seen = new ArrayList<>();
        Wire wire = Wire.of("apigateway", ApiGatewayOperations.GET_EXPORT, (call, input) -> {
            seen.add(input);
            return ExportResponse.builder()
                    .contentType("application/yaml")
                    .contentDisposition("attachment; filename=a")
                    .body("swagger".getBytes(StandardCharsets.UTF_8))
                    .build();
        });
        WireResponse response = wire.send(
                "GET", "/restapis/a/stages/b/exports/oas30?extensions=apigateway", "", "accept: application/yaml");
        assertThat(seen)
                .containsExactly(GetExportRequest.builder()
                        .restApiId("a")
                        .stageName("b")
                        .exportType("oas30")
                        .accepts("application/yaml")
                        .parameters(Map.of("extensions", "apigateway"))
                        .build());
        assertThat(Wire.text(response)).isEqualTo("swagger");
        assertThat(response.headers())
                .contains(
                        new Header("Content-Type", "application/yaml"),
                        new Header("Content-Disposition", "attachment; filename=a"));
    }

    @Test
    void invokesFunctionsWithRawPayloads() {
        List<InvocationRequest> seen = new ArrayList<>();
        Wire wire = Wire.of("lambda", LambdaOperations.INVOKE, (call, input) -> {
            seen.add(input);
            return InvocationResponse.builder()
                    .statusCode(202)
                    .functionError("Unhandled")
                    .executedVersion("$LATEST")
                    .payload(input.payload())
                    .build();
        });
        WireResponse response = wire.send(
                "POST",
                "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/invocations?Qualifier=live",
                "not json",
                "X-Amz-Invocation-Type: Event");
        assertThat(seen.getFirst().functionName()).isEqualTo("arn:aws:lambda:us-east-1:123456789012:function:f");
        assertThat(seen.getFirst().invocationType()).isEqualTo("Event");
        assertThat(seen.getFirst().qualifier()).isEqualTo("live");
        assertThat(response.status()).isEqualTo(202);
        assertThat(response.header("X-Amz-Function-Error")).hasValue("Unhandled");
        assertThat(response.header("X-Amz-Executed-Version")).hasValue("$LATEST");
        assertThat(Wire.text(response)).isEqualTo("not json");
    }

    @Test
    void readsBlobsAsBase64AndIgnoresWhatItDoesNotKnow() {
        List<CreateFunctionRequest> seen = new ArrayList<>();
        Wire wire = Wire.of("lambda", LambdaOperations.CREATE_FUNCTION, (call, input) -> {
            seen.add(input);
            return FunctionConfiguration.builder().codeSize(3L).build();
        });
        WireResponse response = wire.send("POST", "/2015-03-31/functions/", """
                {"FunctionName": "f", "Runtime": "python3.14", "Role": "arn:aws:iam::123456789012:role/r", "Handler": "a.b",
                 "Code": {"ZipFile": "AQID"}, "Environment": {"Variables": {"AA": "1", "BB": ""}}, "Timeout": null,
                 "DurableConfig": {"ExecutionTimeout": [1, {"a": 2}]}}""");
        assertThat(Wire.text(response)).isEqualTo("{\"CodeSize\":3}");
        assertThat(response.status()).isEqualTo(201);
        CreateFunctionRequest input = seen.getFirst();
        assertThat(input.code().zipFile()).containsExactly(1, 2, 3);
        assertThat(input.timeout()).isNull();
        assertThat(input.environment())
                .isEqualTo(Environment.builder()
                        .variables(Map.of("AA", "1", "BB", ""))
                        .build());
    }

    @Test
    void namesErrorsInAHeader() {
        Wire wire = Wire.of("apigateway", ApiGatewayOperations.GET_API_KEY, (call, input) -> {
            throw ApiGatewayErrors.NOT_FOUND.with("Invalid API Key identifier specified");
        });
        WireResponse response = wire.send("GET", "/apikeys/x", "");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("x-amzn-ErrorType")).hasValue("NotFoundException");
        assertThat(Wire.text(response)).isEqualTo("{\"message\":\"Invalid API Key identifier specified\"}");
    }

    @Test
    void writesWhatElseAnErrorTells() {
        Wire wire = Wire.of("apigateway", ApiGatewayOperations.CREATE_RESOURCE, (call, input) -> {
            throw ApiGatewayErrors.LIMIT_EXCEEDED.with("Maximum").detail("retryAfterSeconds", null);
        });
        WireResponse response = wire.send("POST", "/restapis/a/resources/b", "{\"pathPart\":\"x\"}");
        assertThat(response.status()).isEqualTo(429);
        assertThat(Wire.text(response)).isEqualTo("{\"message\":\"Maximum\",\"retryAfterSeconds\":null}");
        Wire lambda = Wire.of("lambda", LambdaOperations.GET_FUNCTION, (call, input) -> {
            throw LambdaErrors.RESOURCE_NOT_FOUND.with("Function not found");
        });
        assertThat(Wire.text(lambda.send("GET", "/2015-03-31/functions/f", "")))
                .isEqualTo("{\"Type\":\"User\",\"Message\":\"Function not found\"}");
    }

    @Test
    void refusesWhatIsNoOperation() {
        Wire wire = Wire.of("apigateway", Handlers.builder().build());
        for (String path : List.of("/nothing", "/restapis/a/b", "/", "/restapis//stages", "/restapis/../apikeys/x")) {
            WireResponse response = wire.send("GET", path, "");
            assertThat(response.status()).as(path).isEqualTo(404);
            assertThat(response.header("x-amzn-ErrorType")).hasValue("UnknownOperationException");
        }
    }

    @Test
    void namesAnOperationWithoutAHandler() {
        WireResponse response =
                Wire.of("apigateway", Handlers.builder().build()).send("POST", "/vpclinks", "{}");
        assertThat(response.status()).isEqualTo(501);
        assertThat(response.header("x-amzn-ErrorType")).hasValue("NotImplementedException");
        assertThat(Wire.text(response)).contains("CreateVpcLink");
    }

    @Test
    void tellsOnlyTheRequestIdOfAFaultOfOurs() {
        Wire wire = Wire.of("apigateway", ApiGatewayOperations.GET_ACCOUNT, (call, input) -> {
            throw new IllegalStateException("secret detail");
        });
        WireResponse response = wire.send("GET", "/account", "");
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.header("x-amzn-ErrorType")).hasValue("InternalFailure");
        assertThat(Wire.text(response))
                .doesNotContain("secret")
                .contains(response.header("x-amzn-RequestId").orElseThrow());
    }

    private static WireResponse update(String body) {
        return Wire.of(
                        "apigateway",
                        ApiGatewayOperations.UPDATE_REST_API,
                        (call, input) -> RestApi.builder().id(input.restApiId()).build())
                .send("PATCH", "/restapis/a", body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "\"a\"",
                "{} {}",
                "{\"patchOperations\": [], \"patchOperations\": []}",
                "{\"patchOperations\": [null]}",
                "{\"patchOperations\": {}}",
                "{\"patchOperations\": [1]}",
                "nul"
            })
    void refusesMalformedBodies(String body) {
        WireResponse response = update(body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("x-amzn-ErrorType")).hasValue("SerializationException");
    }

    @Test
    void refusesDeepNesting() {
        WireResponse response = update("{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");
        assertThat(response.header("x-amzn-ErrorType")).hasValue("SerializationException");
    }

    @Test
    void refusesAValueOfAnotherTypeInAwsWords() {
        assertThat(Wire.text(update("{\"patchOperations\": [{\"op\": \"add\", \"path\": true}]}")))
                .isEqualTo("{\"message\":\"class java.lang.Boolean can not be converted to an String\"}");
        assertThat(Wire.text(update("{\"patchOperations\": [{\"op\": \"add\", \"path\": []}]}")))
                .isEqualTo("{\"message\":\"Start of list found where not expected\"}");
    }

    @Test
    void readsAnAbsentBodyAsNoMembers() {
        List<UpdateRestApiRequest> seen = new ArrayList<>();
        Wire.of("apigateway", ApiGatewayOperations.UPDATE_REST_API, (call, input) -> {
                    seen.add(input);
                    return RestApi.builder().build();
                })
                .send("PATCH", "/restapis/a", "");
        assertThat(seen)
                .containsExactly(UpdateRestApiRequest.builder().restApiId("a").build());
    }

    @Test
    void namesTheServicesThatAreServed() {
        WireResponse response = Wire.of("dynamodb", Handlers.builder().build())
                .send("POST", "/", "{}", "X-Amz-Target: DynamoDB_20120810.ListTables");
        assertThat(response.status()).isEqualTo(404);
        assertThat(Wire.text(response))
                .contains("'dynamodb'", "[apigateway, iam, lambda, monitoring, secretsmanager, sts]");
    }
}
