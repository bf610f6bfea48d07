/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} again and again under load on one key: never more than the quota, and little less. */
class QuotaKillTest {
    private static final int CLIENTS = 8;
    private static final int PER_ROUND = 400;

    @Test
    void killsNeverGiveAUnitTwice(@TempDir Path folder) throws InterruptedException {
        kill(folder.resolve("data"), 5);
    }

    @Test
    @Tag("slow")
    void aHundredKillsNeverGiveAUnitTwice(@TempDir Path folder) throws InterruptedException {
        kill(folder.resolve("data"), 100);
    }

    private static void kill(Path data, int rounds) throws InterruptedException {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        Random random = new Random(seed);
        int limit = rounds * PER_ROUND;
        // What is stated: an eighth of what remains, 1000 at most, or what requests wait for; and answers that were on
        // their way.
        int mostLostByAKill = Math.min(1_000, limit / 8) + 2 * CLIENTS;
        Load load = new Load();
        MockApi.Tier tier = null;
        String api = "";
        int lost = 0;
        for (int round = 0; round <= rounds; round++) {
            try (RunningServer server = RunningServer.start(data)) {
                if (tier == null) {
                    MockApi made = MockApi.create(server.aws().apigateway(), "kill", true);
                    tier = made.tier("kill", null, MockApi.monthly(limit));
                    api = made.id();
                } else {
                    int lostNow = used(server, tier) - load.admitted() - lost;
                    assertThat(lostNow).as("seed %d, round %d", seed, round).isBetween(0, mostLostByAKill);
                    lost += lostNow;
                }
                boolean last = round == rounds;
                int enough = last ? Integer.MAX_VALUE : load.admitted() + random.nextInt(2 * PER_ROUND);
                String url = server.url(api, MockApi.STAGE, "/data");
                load.offer(url, tier.keyValue(), enough, server::kill);
                if (last) {
                    assertThat(used(server, tier)).isEqualTo(limit);
                    assertThat(Http.get(url, "x-api-key", tier.keyValue()).body())
                            .isEqualTo("{\"message\":\"Limit Exceeded\"}");
                }
            }
        }
        System.out.printf(
                "QuotaKillTest: -Dsluice.seed=%d, %d lives, limit %d, admitted %d, lost %d%n",
                seed, rounds + 1, limit, load.admitted(), lost);
        assertThat(load.admitted() + lost).as("seed %d", seed).isEqualTo(limit);
    }

    /** Units of yesterday and today: a test may run over midnight. */
    private static int used(RunningServer server, MockApi.Tier tier) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return Objects.requireNonNull(server.aws()
                        .apigateway()
                        .getUsage(r -> r.usagePlanId(tier.planId())
                                .startDate(today.minusDays(1).toString())
                                .endDate(today.toString()))
                        .items()
                        .get(tier.keyId()))
                .stream()
                .mapToInt(day -> day.getFirst().intValue())
                .sum();
    }

    /** Clients that ask until the quota refuses or the server is gone; the one that is answered often enough has it killed. */
    private static final class Load {
        private final AtomicInteger admitted = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger unexpected = new AtomicInteger();

        int admitted() {
            return admitted.get();
        }

        void offer(String url, String key, int enough, Runnable kill) {
            AtomicBoolean killed = new AtomicBoolean();
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.execute(() -> {
                        while (ask(url, key)) {
                            if (admitted.get() >= enough && killed.compareAndSet(false, true)) {
                                kill.run();
                            }
                        }
                    });
                }
            }
            assertThat(unexpected).as("answers but 200 and 429").hasValue(0);
        }

        private boolean ask(String url, String key) {
            try {
                int status = Http.get(url, "x-api-key", key).statusCode();
                (status == 200 ? admitted : status == 429 ? refused : unexpected).incrementAndGet();
                return status == 200;
            } catch (UncheckedIOException e) {
                return false; // the server was killed under this request
            }
        }
    }
}
