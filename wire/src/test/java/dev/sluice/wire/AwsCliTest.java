/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The installed AWS CLI, unmodified, against each service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsCliTest {
    private WireServer server;

    @BeforeAll
    void start() throws IOException {
        server = WireServer.start(new SampleHandlers().all());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Program.Result aws(Map<String, String> more, String... arguments) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "AWS_ENDPOINT_URL", server.uri().toString(),
                "AWS_ACCESS_KEY_ID", "AKIATEST",
                "AWS_SECRET_ACCESS_KEY", WireServer.SECRET,
                "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_REGION", "us-east-1",
                "AWS_CONFIG_FILE", "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                "AWS_MAX_ATTEMPTS", "1",
                "AWS_EC2_METADATA_DISABLED", "true"));
        environment.putAll(more);
        List<String> command = new ArrayList<>(List.of("aws", "--output", "json"));
        command.addAll(List.of(arguments));
        return Program.run(command, environment);
    }

    private String answer(String... arguments) throws IOException {
        Program.Result result = aws(Map.of(), arguments);
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return result.output().replaceAll("\\s+", " ");
    }

    private String failure(Map<String, String> environment, String... arguments) throws IOException {
        Program.Result result = aws(environment, arguments);
        assertThat(result.exitCode()).as(result.output()).isNotZero();
        return result.errors();
    }

    @Test
    void managesUsagePlans() throws IOException {
        String created = answer(
                "apigateway",
                "create-usage-plan",
                "--name",
                "Basic",
                "--throttle",
                "rateLimit=100,burstLimit=200",
                "--quota",
                "limit=10000,period=MONTH");
        assertThat(created).contains("\"burstLimit\": 200, \"rateLimit\": 100.0", "\"period\": \"MONTH\"");
        assertThat(answer("apigateway", "get-usage-plans")).contains("\"items\": [ {", "\"name\": \"Basic\"");
    }

    @Test
    void tagsArnsAndImportsKeys(@TempDir Path folder) throws IOException {
        String arn = "arn:aws:apigateway:us-east-1::/restapis/a1b2c3";
        assertThat(answer("apigateway", "tag-resource", "--resource-arn", arn, "--tags", "a=b"))
                .isEmpty();
        assertThat(answer("apigateway", "get-tags", "--resource-arn", arn)).contains("\"arn\": \"" + arn + "\"");
        Path keys = Files.writeString(folder.resolve("keys.csv"), "name,key");
        assertThat(answer("apigateway", "import-api-keys", "--format", "csv", "--body", "fileb://" + keys))
                .contains("\"name,key\"");
    }

    @Test
    void createsAndInvokesFunctions(@TempDir Path folder) throws IOException {
        Path zip = zip(folder.resolve("f.zip"));
        assertThat(answer(
                        "lambda",
                        "create-function",
                        "--function-name",
                        "f",
                        "--runtime",
                        "python3.14",
                        "--handler",
                        "a.b",
                        "--role",
                        "arn:aws:iam::123456789012:role/r",
                        "--zip-file",
                        "fileb://" + zip))
                .contains("\"CodeSize\": " + Files.size(zip), "\"Runtime\": \"python3.14\"");
        Path out = folder.resolve("out");
        assertThat(answer("lambda", "invoke", "--function-name", "f", "--payload", "{\"a\": 1}", out.toString()))
                .contains(
                        "\"StatusCode\": 200", "\"FunctionError\": \"Unhandled\"", "\"ExecutedVersion\": \"$LATEST\"");
        assertThat(out).hasContent("{\"a\": 1}");
    }

    private static Path zip(Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("a.py"));
            byte[] noise = new byte[100_000];
            new Random(1).nextBytes(noise);
            zip.write(noise);
        }
        return file;
    }

    @Test
    void putsAndReadsMetrics() throws IOException {
        answer(
                "cloudwatch",
                "put-metric-data",
                "--namespace",
                "N",
                "--metric-name",
                "m",
                "--value",
                "1",
                "--dimensions",
                "A=b");
        assertThat(answer(
                        "cloudwatch",
                        "get-metric-statistics",
                        "--namespace",
                        "N",
                        "--metric-name",
                        "m",
                        "--start-time",
                        "2026-11-22T10:00:00Z",
                        "--end-time",
                        "2026-11-22T11:00:00Z",
                        "--period",
                        "60",
                        "--statistics",
                        "Sum"))
                .contains("\"Timestamp\": 1795341600", "\"Sum\": 1.0");
        assertThat(failure(Map.of(), "cloudwatch", "get-dashboard", "--dashboard-name", "d"))
                .contains("(ResourceNotFound)", "Dashboard d not found");
    }

    @Test
    void tellsWhoCallsAndCreatesRoles() throws IOException {
        assertThat(answer("sts", "get-caller-identity"))
                .contains("\"Account\": \"123456789012\"", ":user/administrator\"");
        assertThat(answer(
                        "iam",
                        "create-role",
                        "--role-name",
                        "r",
                        "--assume-role-policy-document",
                        "{\"Version\": \"2012-10-17\"}",
                        "--tags",
                        "Key=a,Value=b c"))
                .contains("\"AssumeRolePolicyDocument\": { \"Version\": \"2012-10-17\" }", "\"Value\": \"b c\"");
        assertThat(failure(Map.of(), "iam", "get-role", "--role-name", "x"))
                .contains("(NoSuchEntity)", "The role with name x cannot be found.");
    }

    @Test
    void createsSecrets() throws IOException {
        assertThat(answer("secretsmanager", "create-secret", "--name", "s", "--secret-string", "\u00e9"))
                .contains("\"ARN\": \"arn:s\"", "\"VersionId\"");
    }

    @Test
    void understandsErrors() throws IOException {
        assertThat(failure(Map.of(), "apigateway", "get-api-key", "--api-key", "x"))
                .contains("(NotFoundException)", "Invalid API Key identifier specified");
        assertThat(failure(Map.of(), "apigateway", "get-account")).contains("(NotImplementedException)", "GetAccount");
        assertThat(failure(Map.of("AWS_SECRET_ACCESS_KEY", "wrong"), "sts", "get-caller-identity"))
                .contains("(SignatureDoesNotMatch)");
        assertThat(failure(Map.of("AWS_ACCESS_KEY_ID", "AKIANOBODY"), "lambda", "list-functions"))
                .contains("(UnrecognizedClientException)");
        assertThat(failure(
                        Map.of("AWS_REGION", "eu-west-1", "AWS_DEFAULT_REGION", "eu-west-1"),
                        "cloudwatch",
                        "list-metrics"))
                .contains("'eu-west-1'", "'us-east-1'");
    }
}
