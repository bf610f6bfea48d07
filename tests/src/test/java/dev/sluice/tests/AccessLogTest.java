/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.apigateway.model.BadRequestException;
import software.amazon.awssdk.services.apigateway.model.PatchOperation;

/** Access logs of a server: set by AWS's clients, in files of its folder, without harm from a disk; and who a client is behind a proxy. */
class AccessLogTest {
    private static final String GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/api/shop";
    private static final String FILE = "logs/access/+aws+api+shop.log";

    @Test
    void theCliSetsALogThatAClientCanBeFoundIn(@TempDir Path folder) throws Exception {
        try (RunningServer server =
                RunningServer.start(folder.resolve("data"), "--gateway-trusted-proxies", "127.0.0.0/8")) {
            MockApi api = MockApi.create(server.aws().apigateway(), "logged", true);
            MockApi.Tier tier = api.tier("tier", MockApi.throttle(0.01, 1), null);
            String format =
                    "{\"id\":\"$context.requestId\",\"ip\":\"$context.identity.sourceIp\",\"status\":$context.status,"
                            + "\"type\":\"$context.error.responseType\",\"key\":\"$context.identity.apiKeyId\","
                            + "\"plan\":\"$context.sluice.planId\",\"policy\":\"$context.sluice.policy\"}";
            update(folder, server, api, "op=replace,path=/accessLogSettings/destinationArn,value=" + GROUP);
            Project.Output set = update(
                    folder,
                    server,
                    api,
                    "[{\"op\":\"replace\",\"path\":\"/accessLogSettings/format\",\"value\":" + "\""
                            + format.replace("\"", "\\\"") + "\"}]");
            assertThat(set.output()).contains("\"destinationArn\": \"" + GROUP + "\"");
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = Http.get(
                        api.url(server), "x-api-key", tier.keyValue(), "X-Forwarded-For", "6.6.6.6, 203.0.113.7");
                expected.add("{\"id\":\""
                        + answer.headers().firstValue("x-amzn-requestid").orElseThrow()
                        + "\",\"ip\":\"203.0.113.7\","
                        + (i == 0 ? "\"status\":200,\"type\":\"-\"" : "\"status\":429,\"type\":\"THROTTLED\"")
                        + ",\"key\":\"" + tier.keyId() + "\",\"plan\":\"" + tier.planId() + "\",\"policy\":\""
                        + (i == 0 ? "-" : "key") + "\"}");
            }
            await(() -> lines(server).equals(expected));
            update(folder, server, api, "op=remove,path=/accessLogSettings");
            Http.get(api.url(server));
            assertThat(server.stop()).isZero();
            assertThat(lines(server)).isEqualTo(expected);
        }
    }

    @Test
    void wrongSettingsAreRefusedWithAwssWordsAndChangeNothing(@TempDir Path folder) {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            MockApi api = MockApi.create(server.aws().apigateway(), "wrong", false);
            logTo(api, GROUP, "$context.requestId");
            for (String format : List.of("$context.status", "$context.requestId\n$context.status")) {
                assertThatThrownBy(() -> patch(api, MockApi.replace("/accessLogSettings/format", format)))
                        .isInstanceOf(BadRequestException.class)
                        .hasMessageContaining("Access Log format must ");
            }
            assertThat(api.client()
                            .getStage(r -> r.restApiId(api.id()).stageName(MockApi.STAGE))
                            .accessLogSettings()
                            .format())
                    .isEqualTo("$context.requestId");
        }
    }

    @Test
    void aCleanStopLosesNoLineAndFilesStayBounded(@TempDir Path folder) throws Exception {
        int requests = 900;
        try (RunningServer server = RunningServer.start(
                folder.resolve("data"), "--access-log-max-file-megabytes", "1", "--access-log-keep-files", "1")) {
            MockApi api = MockApi.create(server.aws().apigateway(), "stop", false);
            logTo(api, GROUP, "$context.requestId " + "x".repeat(3_000));
            String last = "";
            for (int i = 0; i < requests; i++) {
                last = Http.get(api.url(server))
                        .headers()
                        .firstValue("x-amzn-requestid")
                        .orElseThrow();
            }
            assertThat(server.stop()).isZero();
            Path file = server.folder().resolve(FILE);
            assertThat(Files.readAllLines(file).getLast()).startsWith(last);
            assertThat(Files.size(file)).isLessThanOrEqualTo(1 << 20);
            assertThat(Files.size(Path.of(file + ".1"))).isBetween((1L << 20) - 70_000, 1L << 20);
            assertThat(Path.of(file + ".2")).doesNotExist();
        }
    }

    @Test
    void aFullDiskStopsNoRequestAndIsCounted(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("data").resolve(FILE);
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            MockApi api = MockApi.create(server.aws().apigateway(), "full", false);
            logTo(api, GROUP, "$context.requestId");
            for (int i = 0; i < 5; i++) {
                assertThat(Http.get(api.url(server)).statusCode()).isEqualTo(200);
            }
            await(() -> metrics(server).contains("sluice_access_log_dropped_lines_total{reason=\"disk\"} 5\n"));
            await(() -> server.log().contains("cannot be written"));
            Files.delete(file);
            Http.get(api.url(server));
            await(() -> metrics(server).contains("sluice_access_log_lines_total 1\n"));
            assertThat(lines(server)).hasSize(1);
            assertThat(server.log()).containsOnlyOnce("cannot be written");
        }
    }

    @Test
    void anIntegrationMayTakeAsLongAsTheServerIsTold(@TempDir Path folder) {
        try (RunningServer server =
                RunningServer.start(folder.resolve("data"), "--gateway-max-integration-seconds", "120")) {
            MockApi api = MockApi.create(server.aws().apigateway(), "long", false);
            patchTimeout(api, 120_000);
            assertThatThrownBy(() -> patchTimeout(api, 120_001))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("Timeout should be between 50 ms and 120000 ms");
        }
    }

    private static void patchTimeout(MockApi api, int millis) {
        api.client()
                .updateIntegration(r -> r.restApiId(api.id())
                        .resourceId(api.resourceId())
                        .httpMethod("GET")
                        .patchOperations(MockApi.replace("/timeoutInMillis", millis)));
    }

    private static void logTo(MockApi api, String destination, String format) {
        patch(
                api,
                MockApi.replace("/accessLogSettings/destinationArn", destination),
                MockApi.replace("/accessLogSettings/format", format));
    }

    private static void patch(MockApi api, PatchOperation... operations) {
        api.client()
                .updateStage(r -> r.restApiId(api.id()).stageName(MockApi.STAGE).patchOperations(operations));
    }

    private static Project.Output update(Path folder, RunningServer server, MockApi api, String operations) {
        Project.Output output = Project.run(
                folder,
                server.environment(),
                "aws",
                "apigateway",
                "update-stage",
                "--rest-api-id",
                api.id(),
                "--stage-name",
                MockApi.STAGE,
                "--patch-operations",
                operations);
        assertThat(output.status()).as(output.errors()).isZero();
        return output;
    }

    private static List<String> lines(RunningServer server) throws IOException {
        Path file = server.folder().resolve(FILE);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static String metrics(RunningServer server) {
        return Http.get(server.admin() + "/metrics").body();
    }

    private static void await(Callable<Boolean> reached) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!reached.call()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(20);
        }
    }
}
