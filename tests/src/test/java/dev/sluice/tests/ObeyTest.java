/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static dev.sluice.tests.MockApi.replace;
import static dev.sluice.tests.MockApi.throttle;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;

/**
 * A client that is alone on the level that fired, and waits as long as {@code Retry-After} says, meets no second 429. It waits in real time, as a
 * client does; all levels but the account's, which is everybody's, at the same time.
 */
class ObeyTest {
    private static final int REFUSALS = 3;

    @Test
    @Timeout(120)
    void whoObeysMeetsNoSecond429(@TempDir Path folder) throws Exception {
        try (RunningServer server = RunningServer.start(folder.resolve("data"));
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            ApiGatewayClient client = server.aws().apigateway();
            List<Future<?>> running = new ArrayList<>();

            MockApi key = MockApi.create(client, "key", true);
            obey(clients, running, server, key, key.tier("plan", throttle(0.5, 2), null), "key");

            MockApi keyMethod = MockApi.create(client, "key-method", true);
            MockApi.Tier tier = keyMethod.tier("plan", throttle(1_000, 1_000), null);
            String override = "/apiStages/" + keyMethod.id() + ":" + MockApi.STAGE + "/throttle/~1data/GET";
            client.updateUsagePlan(r -> r.usagePlanId(tier.planId())
                    .patchOperations(replace(override + "/rateLimit", 0.7), replace(override + "/burstLimit", 1)));
            obey(clients, running, server, keyMethod, tier, "key-method");

            MockApi method = MockApi.create(client, "method", true);
            client.updateStage(r -> r.restApiId(method.id())
                    .stageName(MockApi.STAGE)
                    .patchOperations(
                            replace("/~1data/GET/throttling/rateLimit", 1.5),
                            replace("/~1data/GET/throttling/burstLimit", 3)));
            obey(clients, running, server, method, method.tier("plan", null, null), "method");

            MockApi stage = MockApi.create(client, "stage", true);
            stage.stageThrottle(0.4, 1);
            obey(clients, running, server, stage, stage.tier("plan", null, null), "stage");

            MockApi api = MockApi.create(client, "api", true);
            client.updateRestApi(r -> r.restApiId(api.id())
                    .patchOperations(replace("/throttle/rateLimit", 0.9), replace("/throttle/burstLimit", 2)));
            obey(clients, running, server, api, api.tier("plan", null, null), "api");
            for (Future<?> each : running) {
                each.get();
            }

            MockApi account = MockApi.create(client, "account", true);
            client.updateAccount(
                    r -> r.patchOperations(replace("/throttle/rateLimit", 2), replace("/throttle/burstLimit", 2)));
            obey(server.url(account.id(), MockApi.STAGE, "/data"), account.tier("plan", null, null), "account");
        }
    }

    private static void obey(
            ExecutorService clients,
            List<Future<?>> running,
            RunningServer server,
            MockApi api,
            MockApi.Tier tier,
            String policy) {
        running.add(clients.submit(() -> {
            obey(api.url(server), tier, policy);
            return null;
        }));
    }

    private static void obey(String url, MockApi.Tier tier, String policy) throws InterruptedException {
        for (int refusals = 0; refusals < REFUSALS; ) {
            HttpResponse<String> answer = Http.get(url, "x-api-key", tier.keyValue());
            if (answer.statusCode() == 200) {
                continue;
            }
            assertThat(answer.statusCode()).isEqualTo(429);
            String seconds = answer.headers().firstValue("Retry-After").orElseThrow();
            assertThat(answer.headers().firstValue("RateLimit")).hasValue("\"" + policy + "\";r=0;t=" + seconds);
            await(Duration.ofSeconds(Long.parseLong(seconds)));
            assertThat(Http.get(url, "x-api-key", tier.keyValue()).statusCode())
                    .as("%s, after %s s", policy, seconds)
                    .isEqualTo(200);
            refusals++;
        }
    }

    /** Lets the time pass that the server asked for: what is tested. */
    private static void await(Duration time) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS))
                .isFalse();
    }
}
