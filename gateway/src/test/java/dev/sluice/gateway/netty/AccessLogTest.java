/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.accesslog.AccessLog;
import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What requests leave in an access log: real requests, a real file. */
class AccessLogTest {
    private static final String KEY = "a-key-of-twenty-characters";
    private static final AccessLog.Bounds BOUNDS = new AccessLog.Bounds(1_000_000, 1, 1_000_000);

    @TempDir
    private Path folder;

    @Test
    void writesTheCommonLogFormat() throws Exception {
        String line = logged(
                "$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"
                        + "\"$context.httpMethod $context.resourcePath $context.protocol\" $context.status"
                        + " $context.responseLength $context.requestId $context.extendedRequestId",
                gateway -> {
                    gateway.route("GET", "/pets/{id}", TestGateway.mock("hello"));
                    RawClient.Answer answer = gateway.get("/pets/7?secret=1");
                    return "127.0.0.1 - - [22/Nov/2026:10:00:00 +0000]\"GET /pets/{id} HTTP/1.1\" 200 5 "
                            + answer.header("x-amzn-RequestId") + " " + answer.header("x-amz-apigw-id");
                });
        assertThat(line).doesNotContain("secret");
    }

    @Test
    void writesJson() throws Exception {
        logged(
                "{\"id\":\"$context.requestId\",\"account\":\"$context.accountId\",\"api\":\"$context.apiId\","
                        + "\"stage\":\"$context.stage\",\"deployment\":\"$context.deploymentId\",\"host\":\"$context.domainName\","
                        + "\"prefix\":\"$context.domainPrefix\",\"path\":\"$context.path\",\"resource\":\"$context.resourceId\","
                        + "\"at\":$context.requestTimeEpoch,\"agent\":\"$context.identity.userAgent\","
                        + "\"trace\":\"$context.xrayTraceId\",\"nothing\":\"$context.authorizer.claims.sub\"}\n",
                gateway -> {
                    gateway.route("GET", "/{proxy+}", TestGateway.mock("hello"));
                    RawClient.Answer answer = gateway.exchange(TestGateway.request(
                            "GET",
                            "/a//b%20%22c/",
                            "User-Agent: a \"quoted\" \\ \u00e9\tagent\r\n",
                            "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678;Parent=1\r\n"));
                    return "{\"id\":\"" + answer.header("x-amzn-RequestId")
                            + "\",\"account\":\"123456789012\",\"api\":\"api1\","
                            + "\"stage\":\"dev\",\"deployment\":\"dep1\",\"host\":\"api1.execute-api.localhost\","
                            + "\"prefix\":\"api1\",\"path\":\"/dev/a//b%20%22c/\",\"resource\":\"r0\","
                            + "\"at\":1795341600000,\"agent\":\"a \\\"quoted\\\" \\\\ \\u00e9\\u0009agent\","
                            + "\"trace\":\"1-67891233-abcdef012345678912345678\",\"nothing\":\"-\"}";
                });
    }

    @Test
    void tellsWhoWasRefusedByWhatAndHidesTheKey() throws Exception {
        logged(
                "$context.status $context.error.responseType $context.error.message"
                        + " $context.error.messageString $context.identity.apiKey $context.identity.apiKeyId"
                        + " $context.sluice.planId $context.sluice.policy $context.sluice.wouldRefuseBy"
                        + " $context.integrationLatency $context.responseLength",
                gateway -> {
                    gateway.route(keyed());
                    gateway.key(KEY, new Limit(Rate.perSecond(0), 1), Map.of(), null);
                    for (String key :
                            List.of("x-api-key: " + KEY, "x-api-key: " + KEY, "x-api-key: unknown", "x-a: b")) {
                        gateway.exchange(TestGateway.request("GET", "/k", key + "\r\n"));
                        gateway.end();
                    }
                    String named = "****acters id-" + KEY + " plan-" + KEY;
                    String forbidden = "403 INVALID_API_KEY Forbidden \"Forbidden\" - - - api-key - - 23";
                    return "200 - - - " + named + " - - - 2\n"
                            + "429 THROTTLED Too Many Requests \"Too Many Requests\" " + named + " key - - 31\n"
                            + forbidden + "\n" + forbidden;
                });
    }

    @Test
    void aShortKeyIsHiddenAltogether() throws Exception {
        logged("$context.identity.apiKey", gateway -> {
            gateway.route(keyed());
            gateway.key("short-key", Limit.UNLIMITED, Map.of(), null);
            gateway.exchange(TestGateway.request("GET", "/k", "x-api-key: short-key\r\n"));
            return "****";
        });
    }

    @Test
    void tellsWhatTheIntegrationAnswered() throws Exception {
        try (Origin origin = Origin.serving(Origin.always("HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nbad"))) {
            logged(
                    "$context.httpMethod $context.status $context.integrationStatus $context.integration.integrationStatus"
                            + " $context.integration.status $context.error.message $context.error.responseType",
                    gateway -> {
                        gateway.route("GET", "/up", TestGateway.proxy(origin.url() + "/"));
                        gateway.route("GET", "/gone", TestGateway.proxy("http://127.0.0.1:1/"));
                        gateway.route(
                                "GET",
                                "/fn",
                                new Integration.Called(
                                        (_, _) -> CompletableFuture.completedFuture(
                                                new BackendResponse.Answer(201, List.of(), new byte[0])),
                                        Duration.ofSeconds(5)));
                        gateway.route(
                                "GET",
                                "/bad",
                                new Integration.Called(
                                        (_, _) -> CompletableFuture.completedFuture(
                                                new BackendResponse.Failed(BackendResponse.Kind.MALFORMED, 200)),
                                        Duration.ofSeconds(5)));
                        gateway.route(
                                "GET",
                                "/bug",
                                new Integration.Called(
                                        (_, _) -> CompletableFuture.failedFuture(new IllegalStateException("bug")),
                                        Duration.ofSeconds(5)));
                        for (String path : List.of("/up", "/gone", "/fn", "/bad", "/bug", "/none")) {
                            gateway.get(path);
                            gateway.end();
                        }
                        return """
                                GET 503 503 503 503 - -
                                GET 504 - - - Network error communicating with endpoint INTEGRATION_FAILURE
                                GET 201 200 200 201 - -
                                GET 502 200 200 - Internal server error DEFAULT_5XX
                                GET 502 - - - Internal server error DEFAULT_5XX
                                GET 403 - - - Missing Authentication Token MISSING_AUTHENTICATION_TOKEN""".stripIndent();
                    });
        }
    }

    @Test
    void latenciesAreWholeMillisecondsAndBodiesAreCountedWithoutFraming() throws Exception {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
        try (Origin origin = Origin.serving(Origin.always(chunked))) {
            Path file = folder.resolve("a.log");
            try (AccessLog log = AccessLog.open(folder, BOUNDS, NanoClock.SYSTEM);
                    TestGateway gateway = TestGateway.start()) {
                gateway.log(log, "a", "$context.responseLength $context.responseLatency $context.integration.latency");
                gateway.route("ANY", "/up", TestGateway.proxy(origin.url() + "/"));
                gateway.get("/up");
                gateway.end();
                try (RawClient client = gateway.connect()) {
                    client.send(TestGateway.request("HEAD", "/up")).answerToHead();
                }
                gateway.end();
            }
            List<String> lines = Files.readAllLines(file);
            assertThat(lines.get(0)).matches("11 \\d{1,4} \\d{1,4}");
            assertThat(lines.get(1)).matches("0 \\d{1,4} \\d{1,4}");
        }
    }

    @Test
    void namesEndWhereTheirCharactersEnd() throws Exception {
        logged("$context.stage-$context.stage. $context.Stage $context $contextual $context.stage.x $5", gateway -> {
            gateway.route("GET", "/a", TestGateway.mock("x"));
            gateway.get("/a");
            return "dev-dev. - $context $contextual - $5";
        });
    }

    @Test
    void aStageWithoutOneLeavesNoFile() throws Exception {
        try (AccessLog log = AccessLog.open(folder.resolve("logs"), BOUNDS, NanoClock.SYSTEM);
                TestGateway gateway = TestGateway.start()) {
            gateway.route("GET", "/a", TestGateway.mock("x"));
            gateway.log(log, "a", "$context.requestId");
            assertThat(gateway.get("/a").status()).isEqualTo(200);
            gateway.end();
        }
        assertThat(folder.resolve("logs")).doesNotExist();
    }

    @Test
    void countsWhatFindsNoRoomAndServesOn() throws Exception {
        AccessLog.Counts counts;
        try (AccessLog log = AccessLog.open(folder, new AccessLog.Bounds(1_000_000, 1, 20), NanoClock.SYSTEM)) {
            try (TestGateway gateway = TestGateway.start()) {
                gateway.log(log, "a", "$context.requestId");
                gateway.route("GET", "/a", TestGateway.mock("x"));
                for (int i = 0; i < 10; i++) {
                    assertThat(gateway.get("/a").status()).isEqualTo(200);
                    gateway.end();
                }
            }
            counts = log.counts();
        }
        assertThat(counts).isEqualTo(new AccessLog.Counts(0, 10, 0));
    }

    @Test
    void whatEndedBeforeItClosesIsInTheFile() throws Exception {
        int requests = 200;
        try (AccessLog log = AccessLog.open(folder, BOUNDS, NanoClock.SYSTEM);
                TestGateway gateway = TestGateway.start()) {
            gateway.log(log, "a", "$context.requestId");
            gateway.route("GET", "/a", TestGateway.mock("x"));
            try (RawClient client = gateway.connect()) {
                for (int i = 0; i < requests; i++) {
                    client.send(TestGateway.request("GET", "/a")).answer();
                    gateway.end();
                }
            }
        }
        assertThat(Files.readAllLines(folder.resolve("a.log")))
                .hasSize(requests)
                .doesNotHaveDuplicates();
    }

    /** Requests, and the lines that they have to leave. */
    private interface Scenario {
        String run(TestGateway gateway) throws Exception;
    }

    private String logged(String format, Scenario scenario) throws Exception {
        String expected;
        try (AccessLog log = AccessLog.open(folder, BOUNDS, NanoClock.SYSTEM);
                TestGateway gateway = TestGateway.start()) {
            gateway.log(log, "a", format);
            expected = scenario.run(gateway);
        }
        String found = Files.readString(folder.resolve("a.log"));
        assertThat(found).isEqualTo(expected + "\n");
        return found;
    }

    private static Route keyed() {
        return new Route(
                "r1", "/k", "GET", true, false, TestGateway.bucket("method", Limit.UNLIMITED), TestGateway.mock("ok"));
    }
}
