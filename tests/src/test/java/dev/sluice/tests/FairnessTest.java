/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static dev.sluice.tests.MockApi.replace;
import static dev.sluice.tests.MockApi.throttle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.NanoClock;
import dev.sluice.server.load.LoadGenerator;
import dev.sluice.server.load.LoadPlan;
import dev.sluice.server.load.LoadResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.ApiStage;
import software.amazon.awssdk.services.apigateway.model.CreateApiKeyResponse;

/** A stage at 200/s, a key that offers five times that, and twenty keys of 6/s each, which all fit: with fairness and without. */
class FairnessTest {
    private static final int RATE = 200;
    private static final int BURST = 40;
    private static final int SMALL_KEYS = 20;
    private static final int SMALL_PER_SECOND = 6;
    private static final Duration LOAD = Duration.ofSeconds(5);

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
    void smallKeysGetWhatTheyWantBesideANoisyOne() throws Exception {
        MockApi unfairApi = api(false);
        MockApi fairApi = api(true);
        List<String> keys = keys(unfairApi, fairApi);
        Outcome unfair = offer(unfairApi, keys);
        Outcome fair = offer(fairApi, keys);
        String figures = "with fairness: " + fair + "; without: " + unfair;
        assertThat(fair.smallSuccess()).as(figures).isGreaterThanOrEqualTo(0.95);
        assertThat(unfair.smallSuccess()).as(figures).isLessThan(0.7);
        assertThat(fair.used()).as(figures).isBetween(0.97, 1.0);
        assertThat(unfair.used()).as(figures).isLessThanOrEqualTo(1.0);
        System.getLogger(FairnessTest.class.getName()).log(System.Logger.Level.INFO, figures);
    }

    /**
     * What came of a load.
     *
     * @param used of what the stage's limit allows in the time
     * @param smallSuccess the part of the small keys' requests that were let through
     */
    private record Outcome(double used, double smallSuccess, int noisyAdmitted) {}

    private static MockApi api(boolean fairness) {
        MockApi api = MockApi.create(server.aws().apigateway(), "fairness-" + fairness, true);
        api.stageThrottle(RATE, BURST);
        api.client()
                .updateStage(r -> r.restApiId(api.id())
                        .stageName(MockApi.STAGE)
                        .patchOperations(replace("/throttle/fairness", fairness)));
        return api;
    }

    /** The values of the noisy key and then the small ones, of one plan for both. */
    private static List<String> keys(MockApi one, MockApi other) {
        ApiGatewayClient client = one.client();
        String plan = client.createUsagePlan(
                        r -> r.name("all").apiStages(stage(one), stage(other)).throttle(throttle(10_000, 10_000)))
                .id();
        List<String> values = new ArrayList<>();
        for (int i = 0; i <= SMALL_KEYS; i++) {
            String name = "key-" + i;
            CreateApiKeyResponse key = client.createApiKey(r -> r.name(name).enabled(true));
            client.createUsagePlanKey(
                    r -> r.usagePlanId(plan).keyType("API_KEY").keyId(key.id()));
            values.add(key.value());
        }
        return values;
    }

    private static ApiStage stage(MockApi api) {
        return ApiStage.builder().apiId(api.id()).stage(MockApi.STAGE).build();
    }

    private static Outcome offer(MockApi api, List<String> keys) throws Exception {
        URI url = URI.create(api.url(server));
        try (HttpClient client = HttpClient.newHttpClient();
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertThat(status(client, url, "unknown")).as("warms up").isEqualTo(403);
            long began = System.nanoTime();
            Future<Integer> smallAdmitted =
                    other.submit(() -> admittedOfSmall(client, url, keys.subList(1, keys.size())));
            LoadResult result = offerNoisy(api, keys.getFirst());
            int admitted = admitted(smallAdmitted);
            double seconds = (System.nanoTime() - began) / 1e9;
            assertThat(result.failed() + result.lost() + result.other()).isZero();
            return new Outcome(
                    (admitted + result.admitted()) / (BURST + RATE * seconds),
                    (double) admitted / smallRequests(),
                    result.admitted());
        }
    }

    private static int admitted(Future<Integer> admitted) throws InterruptedException {
        try {
            return admitted.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private static int smallRequests() {
        return SMALL_KEYS * SMALL_PER_SECOND * (int) LOAD.toSeconds();
    }

    /** One after the other in turn, evenly. */
    private static int admittedOfSmall(HttpClient client, URI url, List<String> keys)
            throws IOException, InterruptedException {
        int admitted = 0;
        long began = System.nanoTime();
        for (int i = 0; i < smallRequests(); i++) {
            long due = began + i * LOAD.toNanos() / smallRequests();
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int status = status(client, url, keys.get(i % keys.size()));
            assertThat(status).isIn(200, 429);
            admitted += status == 200 ? 1 : 0;
        }
        return admitted;
    }

    private static int status(HttpClient client, URI url, String key) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(url).header("x-api-key", key).build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static LoadResult offerNoisy(MockApi api, String key) throws IOException {
        String request = "GET /restapis/" + api.id() + "/" + MockApi.STAGE + "/_user_request_/data HTTP/1.1\r\n"
                + "Host: localhost\r\nx-api-key: " + key + "\r\n\r\n";
        return LoadGenerator.run(
                new LoadPlan(
                        new InetSocketAddress("127.0.0.1", server.http().getPort()),
                        request.getBytes(StandardCharsets.US_ASCII),
                        5 * RATE,
                        LOAD,
                        8,
                        Duration.ofSeconds(10)),
                NanoClock.SYSTEM);
    }
}
