/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class FunctionOperationsTest {
    private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:hello";
    private static final String SOURCE = "def handle(event, context):\n    return {'v': 1}\n";

    @TempDir
    private Path folder;

    private Services services;

    @BeforeEach
    void open() {
        services = new Services(folder.resolve("data"));
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void createsAFunctionAndShowsAllThatAwsShows() {
        Services.Answer created = services.createFunction(
                "hello", SOURCE, ",'Environment':{'Variables':{'GREETING':'hi'}},'Tags':{'team':'a'}");

        assertThat(created.status()).isEqualTo(201);
        JsonNode json = created.json();
        assertThat(json.path("FunctionName").asString("")).isEqualTo("hello");
        assertThat(json.path("FunctionArn").asString("")).isEqualTo(ARN);
        assertThat(json.path("Role").asString("")).isEqualTo("arn:aws:iam::123456789012:role/role-of-hello");
        assertThat(json.path("Runtime").asString("")).isEqualTo("python3.13");
        assertThat(json.path("Handler").asString("")).isEqualTo("handler.handle");
        assertThat(json.path("CodeSize").asInt()).isPositive();
        assertThat(json.path("CodeSha256").asString("")).hasSize(44).endsWith("=");
        assertThat(json.path("Description").asString("none")).isEmpty();
        assertThat(json.path("Timeout").asInt()).isEqualTo(20);
        assertThat(json.path("MemorySize").asInt()).isEqualTo(128);
        assertThat(json.path("LastModified").asString("")).isEqualTo("2026-11-22T12:00:00.000+0000");
        assertThat(json.path("Version").asString("")).isEqualTo("$LATEST");
        assertThat(json.path("State").asString("")).isEqualTo("Active");
        assertThat(json.path("LastUpdateStatus").asString("")).isEqualTo("Successful");
        assertThat(json.path("PackageType").asString("")).isEqualTo("Zip");
        assertThat(json.path("Architectures").get(0).asString()).isEqualTo("x86_64");
        assertThat(json.path("TracingConfig").path("Mode").asString("")).isEqualTo("PassThrough");
        assertThat(json.path("EphemeralStorage").path("Size").asInt()).isEqualTo(512);
        assertThat(json.path("LoggingConfig").path("LogGroup").asString("")).isEqualTo("/aws/lambda/hello");
        assertThat(json.path("RevisionId").asString("")).hasSize(36);
        assertThat(json.path("Environment").path("Variables").path("GREETING").asString(""))
                .isEqualTo("hi");

        Services.Answer shown = get("/hello");
        assertThat(shown.json().path("Configuration")).isEqualTo(json);
        assertThat(shown.json().path("Tags").path("team").asString("")).isEqualTo("a");
        assertThat(services.lambda("GET", "/hello/configuration", "").json()).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "123456789012:function:hello",
                "function:hello",
                "arn:aws:lambda:us-east-1:123456789012:function:hello"
            })
    void findsAFunctionByEachFormOfItsName(String name) {
        services.createFunction("hello", SOURCE, "");

        Services.Answer found = get("/" + name.replace(":", "%3A"));

        assertThat(found.json().path("Configuration").path("FunctionArn").asString(""))
                .isEqualTo(ARN);
    }

    @Test
    void showsTheQualifiedArnWhenAskedForIt() {
        services.createFunction("hello", SOURCE, "");

        assertThat(get("/hello?Qualifier=%24LATEST")
                        .json()
                        .path("Configuration")
                        .path("FunctionArn")
                        .asString(""))
                .isEqualTo(ARN + ":$LATEST");
        assertThat(get("/hello?Qualifier=7").message()).isEqualTo("Function not found: " + ARN + ":7");
        assertThat(get("/hello%3A1?Qualifier=2").message())
                .isEqualTo("The derived qualifier from the function name does not match the specified qualifier.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'Role':'arn:aws:iam::123456789012:role/none' | InvalidParameterValueException | The role defined for the function cannot be assumed by Lambda.
                    'Role':'arn:aws:iam::123456789012:role/other/good' | InvalidParameterValueException | The role defined for the function cannot be assumed by Lambda.
                    'Role':'arn:aws:iam::123456789012:role/api'  | InvalidParameterValueException | The role defined for the function cannot be assumed by Lambda.
                    'Role':'r1'                                  | ValidationException            | Value 'r1' at 'role' failed to satisfy constraint
                    'Code':{}                                    | InvalidParameterValueException | Could not unzip uploaded file. Please check your file, then try to upload again.
                    'Code':{'ZipFile':'AAAA'}                    | InvalidParameterValueException | Could not unzip uploaded file
                    'Code':{'S3Bucket':'abc','S3Key':'k'}        | InvalidParameterValueException | S3Bucket abc is not supported (expected: ZipFile)
                    'Runtime':'cobol1.0'                         | InvalidParameterValueException | cobol1.0
                    'Timeout':901                                | ValidationException            | less than or equal to 900
                    'Timeout':0                                  | ValidationException            | greater than or equal to 1
                    'MemorySize':64                              | ValidationException            | greater than or equal to 128
                    'Publish':true                               | InvalidParameterValueException | Publish true is not supported (expected: false)
                    'Architectures':['arm64']                    | InvalidParameterValueException | Architectures [arm64] is not supported (expected: x86_64)
                    'Layers':['arn:aws:lambda:us-east-1:123456789012:layer:l:1'] | InvalidParameterValueException | Layers
                    'TracingConfig':{'Mode':'Active'}            | InvalidParameterValueException | TracingConfig Active is not supported (expected: PassThrough)
                    'EphemeralStorage':{'Size':1024}             | InvalidParameterValueException | EphemeralStorage 1024 is not supported (expected: 512)
                    'Environment':{'Variables':{'AWS_REGION':'x'}} | InvalidParameterValueException | Reserved keys used in this request: AWS_REGION
                    'FunctionName':'arn:aws:lambda:eu-west-1:123456789012:function:hello' | ResourceNotFoundException | Functions from 'eu-west-1' are not reachable in this region ('us-east-1')
                    'FunctionName':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' | InvalidParameterValueException | less than or equal to 64
                    """)
    void refusesABadFunctionWithOneErrorAndKeepsNothing(String member, String error, String message) {
        services.role("good");
        services.iam(
                "CreateRole",
                "RoleName",
                "api",
                "AssumeRolePolicyDocument",
                Services.TRUST.replace("lambda.", "apigateway."));

        ObjectNode request = object("{'FunctionName':'hello','Runtime':'python3.13','Handler':'handler.handle',"
                + "'Role':'arn:aws:iam::123456789012:role/good','Code':{'ZipFile':'" + Services.base64Zip(SOURCE)
                + "'}}");
        request.setAll(object("{" + member + "}"));
        Services.Answer refused = services.lambda("POST", "", request.toString());

        assertThat(refused.status()).isIn(400, 404);
        assertThat(refused.error()).isEqualTo(error);
        assertThat(refused.message()).contains(message);
        assertThat(services.lambda("GET", "", "").json().path("Functions")).isEmpty();
    }

    @Test
    void refusesASecondFunctionOfAName() {
        services.createFunction("hello", SOURCE, "");

        Services.Answer refused = services.createFunction("hello", SOURCE, "");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.error()).isEqualTo("ResourceConflictException");
        assertThat(refused.message()).isEqualTo("Function already exist: hello");
        assertThat(services.functionStore.live().find("hello")).isPresent();
    }

    @Test
    void saysWhenAnotherRuntimeStandsIn() {
        Services.Answer created = services.createFunction("hello", SOURCE, "");

        boolean installed = services.functions.runtimes().installed().contains("python3.13");
        assertThat(created.json().path("StateReason").isMissingNode()).isEqualTo(installed);
    }

    @Test
    void listsFunctionsByPages() {
        services.createFunction("a", SOURCE, "");
        services.createFunction("b", SOURCE, "");
        services.createFunction("c", SOURCE, "");

        JsonNode first = services.lambda("GET", "?MaxItems=2", "").json();
        JsonNode second = services.lambda(
                        "GET", "?MaxItems=2&Marker=" + first.path("NextMarker").asString(""), "")
                .json();

        assertThat(first.path("Functions")).hasSize(2);
        assertThat(second.path("Functions")).hasSize(1);
        assertThat(second.path("Functions").get(0).path("FunctionName").asString(""))
                .isEqualTo("c");
        assertThat(second.path("NextMarker").isMissingNode()).isTrue();
    }

    @Test
    void updatesTheConfigurationAndLocksByRevision() {
        JsonNode before = services.createFunction("hello", SOURCE, ",'Environment':{'Variables':{'A1':'x'}}")
                .json();

        Services.Answer stale = services.lambda("PUT", "/hello/configuration", "{'Timeout':5,'RevisionId':'old'}");
        Services.Answer changed = services.lambda(
                "PUT",
                "/hello/configuration",
                "{'Timeout':5,'MemorySize':256,'Description':'d','RevisionId':'"
                        + before.path("RevisionId").asString("") + "'}");

        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.error()).isEqualTo("PreconditionFailedException");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("Timeout").asInt()).isEqualTo(5);
        assertThat(changed.json().path("MemorySize").asInt()).isEqualTo(256);
        assertThat(changed.json()
                        .path("Environment")
                        .path("Variables")
                        .path("A1")
                        .asString(""))
                .isEqualTo("x");
        assertThat(changed.json().path("RevisionId")).isNotEqualTo(before.path("RevisionId"));
        assertThat(services.functionStore
                        .live()
                        .find("hello")
                        .orElseThrow()
                        .spec()
                        .memoryMegabytes())
                .isEqualTo(256);
    }

    @Test
    void updatesCodeThatTheNextCallRunsAndDeletesWhatNobodyUses() {
        services.createFunction("hello", SOURCE, "");
        String first = blob("hello");
        String second = Services.base64Zip(SOURCE.replace("1", "2"));
        String third = Services.base64Zip(SOURCE.replace("1", "3"));

        services.lambda("PUT", "/hello/code", "{'ZipFile':'" + second + "','DryRun':true}");
        assertThat(blob("hello")).isEqualTo(first);
        services.lambda("PUT", "/hello/code", "{'ZipFile':'" + second + "'}");
        assertThat(services.lambda("POST", "/hello/invocations", "").text()).isEqualTo("{\"v\": 2}");
        assertThat(services.folder.blobs().has(first))
                .as("kept for calls under way")
                .isTrue();
        services.lambda("PUT", "/hello/code", "{'ZipFile':'" + third + "'}");
        assertThat(services.folder.blobs().has(first)).isFalse();

        String last = blob("hello");
        assertThat(services.lambda("DELETE", "/hello", "").status()).isEqualTo(204);
        assertThat(services.folder.blobs().has(last)).isFalse();
    }

    @Test
    void keepsCodeThatAnotherFunctionUses() {
        services.createFunction("one", SOURCE, "");
        services.createFunction("two", SOURCE, "");

        services.lambda("DELETE", "/one", "");

        assertThat(services.folder.blobs().has(blob("two"))).isTrue();
        assertThat(services.lambda("POST", "/two/invocations", "").text()).isEqualTo("{\"v\": 1}");
    }

    @Test
    void aDeletedFunctionIsGone() {
        services.createFunction("hello", SOURCE, "");

        assertThat(services.lambda("DELETE", "/hello?Qualifier=%24LATEST", "").message())
                .isEqualTo("$LATEST version cannot be deleted without deleting the function.");
        assertThat(services.lambda("DELETE", "/hello", "").status()).isEqualTo(204);

        Services.Answer gone = get("/hello");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.error()).isEqualTo("ResourceNotFoundException");
        assertThat(gone.message()).isEqualTo("Function not found: " + ARN);
        assertThat(services.lambda("DELETE", "/hello", "").status()).isEqualTo(404);
        assertThat(services.lambda("POST", "/hello/invocations", "").status()).isEqualTo(404);
    }

    @Test
    void keepsEverythingOverARestartAndSealsTheVariables() {
        services.createFunction("hello", SOURCE, ",'Environment':{'Variables':{'TOKEN':'s3cr3t-value'}}");
        byte[] record = services.store
                .records()
                .read(records -> records.get("lambda-function", "hello").orElseThrow());
        services.close();

        services = new Services(folder.resolve("data"));

        assertThat(new String(record, StandardCharsets.UTF_8)).doesNotContain("s3cr3t");
        assertThat(get("/hello").text()).contains("s3cr3t-value");
        assertThat(services.lambda("POST", "/hello/invocations", "").text()).isEqualTo("{\"v\": 1}");
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    private Services.Answer get(String path) {
        return services.lambda("GET", path, "");
    }

    private String blob(String name) {
        return services.functionStore.live().find(name).orElseThrow().spec().codeSha256();
    }
}
