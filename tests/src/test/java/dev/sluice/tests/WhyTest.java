/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static dev.sluice.tests.MockApi.throttle;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sluice why} and the admin call behind it, for refusals of a running server. */
class WhyTest {
    @TempDir
    private static Path folder;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(
                folder.resolve("data"), "--gateway-throttle-body", "problem", "--gateway-rate-limit-headers-on", "all");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Project.Output why(String... arguments) {
        String[] command = new String[arguments.length + 4];
        command[0] = Project.launcher();
        command[1] = "why";
        command[2] = "--data-dir";
        command[3] = server.folder().toString();
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        return Project.run(folder, Map.of(), command);
    }

    private static String requestId(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-amzn-RequestId").orElseThrow();
    }

    @Test
    void explainsAThrottledRequest() {
        MockApi api = MockApi.create(server.aws().apigateway(), "why", true);
        api.stageThrottle(0.25, 1);
        MockApi.Tier tier = api.tier("tier", throttle(50, 100), MockApi.monthly(1_000));
        HttpResponse<String> admitted = Http.get(api.url(server), "x-api-key", tier.keyValue());
        assertThat(admitted.statusCode()).isEqualTo(200);
        assertThat(admitted.headers().firstValue("RateLimit"))
                .hasValueSatisfying(text -> assertThat(text).matches("\"stage\";r=0;t=4, \"quota\";r=999;t=\\d+"));
        HttpResponse<String> refused = Http.get(api.url(server), "x-api-key", tier.keyValue());
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(refused.body())
                .contains("\"violated-policies\":[\"stage\"]")
                .endsWith("\"instance\":\"urn:uuid:" + requestId(refused) + "\"}");

        Project.Output text = why(requestId(refused));
        assertThat(text.errors()).isEmpty();
        assertThat(text.status()).isZero();
        assertThat(text.output())
                .startsWith("request  " + requestId(refused) + ", at 20")
                .contains(
                        "GET /data of stage prod of API " + api.id() + " was refused with 429: the limit of the stage"
                                + " (0.25 requests a second, burst 1) was used up.",
                        "stage      0.25/s, burst 1: 0 left   <- this one",
                        "quota      1000 requests a MONTH: 999 left",
                        "shared   all requests to stage prod of API " + api.id()
                                + "; refused in the 60 s before: 1, most of key " + tier.keyId() + " (1)",
                        "do       Send less, or raise the stage's limit")
                .containsPattern("(?m)^passes   20\\S+Z, 3\\.\\d+ s later")
                .doesNotContain(tier.keyValue());

        Project.Output json = why(requestId(refused), "--json");
        assertThat(json.status()).isZero();
        assertThat(json.output()).startsWith("{").contains("\"requestId\" : \"" + requestId(refused) + "\"");
    }

    @Test
    void explainsARefusedKeyWithoutItsValue() {
        MockApi api = MockApi.create(server.aws().apigateway(), "keys", true);
        HttpResponse<String> refused = Http.get(api.url(server), "x-api-key", "not-a-key-of-anybody");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(why(requestId(refused)).output())
                .contains("was refused with 403: there is no API key with the value that was sent.")
                .doesNotContain("not-a-key-of-anybody");
    }

    @Test
    void theAdminCallIsForSignedRequestsOnly() {
        String url = server.admin() + "/_sluice/refusals/" + UUID.randomUUID();
        assertThat(Http.get(url).statusCode()).isEqualTo(403);
        Map<String, String> profile = Aws.profile(server.folder().resolve("credentials"));
        String user = profile.get("aws_access_key_id") + ":" + profile.get("aws_secret_access_key");
        Project.Output signed = Project.run(
                folder, Map.of(), "curl", "-s", "--aws-sigv4", "aws:amz:us-east-1:sluice", "--user", user, url);
        assertThat(signed.output()).startsWith("{\"message\":").contains("no such refusal");
    }

    @Test
    void aMistakeIsOneLineAndStatusOne() {
        assertOneLine(why("12"), "12: not a request id");
        String unknown = UUID.randomUUID().toString();
        assertOneLine(why(unknown), unknown + ": no such refusal");
        Project.Output nobody = Project.run(
                folder,
                Map.of(),
                Project.launcher(),
                "why",
                unknown,
                "--data-dir",
                folder.resolve("none").toString());
        assertOneLine(nobody, "no server is running on");
    }

    private static void assertOneLine(Project.Output failed, String part) {
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.output()).isEmpty();
        assertThat(failed.errors()).startsWith("sluice: ").contains(part).hasLineCount(1);
    }
}
