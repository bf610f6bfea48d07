/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.apigateway.model.GetUsageResponse;

/** Quotas to the unit, over real sockets. */
class QuotaTest {
    private static final int LIMIT = 1_000;
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 3_000;

    @Test
    void eightClientsGetExactlyTheQuota(@TempDir Path folder) {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            MockApi api = MockApi.create(server.aws().apigateway(), "quota", true);
            MockApi.Tier tier = api.tier("quota", null, MockApi.monthly(LIMIT));

            Tally tally = new Tally();
            tally.offer(api.url(server), tier.keyValue(), REQUESTS, () -> false);

            assertThat(tally.admitted()).isEqualTo(LIMIT);
            assertThat(tally.refused()).isEqualTo(REQUESTS - LIMIT);
            HttpResponse<String> refused = Http.get(api.url(server), "x-api-key", tier.keyValue());
            assertThat(refused.body()).isEqualTo("{\"message\":\"Limit Exceeded\"}");
            assertThat(refused.headers().firstValue("x-amzn-ErrorType")).hasValue("LimitExceededException");
            assertThat(usage(server, tier)).containsExactly((long) LIMIT, 0L);
        }
    }

    @Test
    void killingTheServerNeverGivesAUnitTwice(@TempDir Path folder) {
        Path data = folder.resolve("data");
        Tally tally = new Tally();
        MockApi api;
        MockApi.Tier tier;
        try (RunningServer server = RunningServer.start(data)) {
            api = MockApi.create(server.aws().apigateway(), "quota", true);
            tier = api.tier("quota", null, MockApi.monthly(LIMIT));
            AtomicInteger once = new AtomicInteger();
            tally.offer(api.url(server), tier.keyValue(), REQUESTS / 2, () -> {
                if (tally.admitted() >= LIMIT / 3 && once.getAndIncrement() == 0) {
                    server.kill();
                }
                return once.get() > 0;
            });
            assertThat(once.get()).isPositive();
        }
        int beforeCrash = tally.admitted();
        try (RunningServer server = RunningServer.start(data)) {
            long spent = usage(server, tier).getFirst();
            tally.offer(api.url(server), tier.keyValue(), REQUESTS, () -> false);
            // Answers that the crash cut off may have been charged; what was reserved and not used may be lost.
            assertThat(tally.admitted()).isLessThanOrEqualTo(LIMIT);
            assertThat(spent).isGreaterThanOrEqualTo(beforeCrash);
            assertThat(tally.admitted() - beforeCrash).isEqualTo(LIMIT - (int) spent);
            assertThat(spent - beforeCrash - CLIENTS).isLessThanOrEqualTo(LIMIT / 8);
            assertThat(usage(server, tier)).containsExactly((long) LIMIT, 0L);
        }
    }

    private static List<Long> usage(RunningServer server, MockApi.Tier tier) {
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        GetUsageResponse usage = server.aws()
                .apigateway()
                .getUsage(r -> r.usagePlanId(tier.planId()).startDate(today).endDate(today));
        return Objects.requireNonNull(usage.items().get(tier.keyId())).getLast();
    }

    /** Counts what a load of requests was answered. */
    private static final class Tally {
        private final AtomicInteger admitted = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger lost = new AtomicInteger();

        int admitted() {
            return admitted.get();
        }

        int refused() {
            return refused.get();
        }

        /** Offers requests on several connections; {@code stop} is asked after each and ends the load. */
        void offer(String url, String key, int requests, java.util.function.BooleanSupplier stop) {
            Semaphore left = new Semaphore(requests);
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.execute(() -> {
                        while (left.tryAcquire()) {
                            count(url, key);
                            if (stop.getAsBoolean()) {
                                return;
                            }
                        }
                    });
                }
            }
        }

        private void count(String url, String key) {
            try {
                int status = Http.get(url, "x-api-key", key).statusCode();
                (status == 200 ? admitted : status == 429 ? refused : lost).incrementAndGet();
            } catch (UncheckedIOException e) {
                lost.incrementAndGet(); // the server was killed under this request
            }
        }
    }
}
