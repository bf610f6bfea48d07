/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Backend;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Integration;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What the gateway keeps whole for back ends, at once, is bounded. */
class GatheringTest {
    private static final int PIECE = 1_000;
    /** Less than the bodies of one connection of {@link #http2} have before the first of them is complete. */
    private static final long MAX = 700_000;

    private static TestGateway gateway(long maxBytes, Backend backend) {
        return TestGateway.start(settings -> settings.withEventLoops(1).withMaxGatheredBytes(maxBytes))
                .route("POST", "/a", new Integration.Called(backend, Duration.ofSeconds(20)));
    }

    private static BackendResponse answer(int bytes) {
        return new BackendResponse.Answer(201, List.of(), new byte[bytes]);
    }

    private static String post(int length) {
        return TestGateway.request("POST", "/a", "Content-Length: " + length + "\r\n");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int waits = 0; !condition.getAsBoolean(); waits++) {
            assertThat(waits).as("waits of 5 ms").isLessThan(1_000);
            Thread.sleep(5);
        }
    }

    @Test
    void refusesWhatFindsNoRoomAndServesTheOthers() throws Exception {
        try (TestGateway gateway = gateway(100_000, (_, _) -> CompletableFuture.completedFuture(answer(10)));
                RawClient slow = gateway.connect()) {
            slow.send(post(60_000)).send(new byte[40_000]);
            await(() -> gateway.gatheredBytes() >= 40_000);
            try (RawClient large = gateway.connect()) {
                RawClient.Answer refused =
                        large.send(post(70_000)).send(new byte[70_000]).answer();
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.text()).isEqualTo("{\"message\": \"Service Unavailable\"}");
                assertThat(refused.header("Retry-After")).isEqualTo("1");
                assertThat(refused.header("Connection")).isEqualTo("close");
            }
            try (RawClient small = gateway.connect()) {
                assertThat(small.send(post(PIECE))
                                .send(new byte[PIECE])
                                .answer()
                                .status())
                        .isEqualTo(201);
            }
            assertThat(gateway.refusedGatherings()).isEqualTo(1);
            assertThat(slow.send(new byte[20_000]).answer().status()).isEqualTo(201);
            await(() -> gateway.gatheredBytes() == 0);
        }
    }

    @Test
    void keepsAConnectionWhoseShortBodyFoundNoRoom() throws Exception {
        try (TestGateway gateway = gateway(PIECE, (_, _) -> CompletableFuture.completedFuture(answer(10)));
                RawClient client = gateway.connect()) {
            assertThat(client.send(post(2 * PIECE))
                            .send(new byte[2 * PIECE])
                            .answer()
                            .status())
                    .isEqualTo(503);
            assertThat(client.send(post(PIECE / 2))
                            .send(new byte[PIECE / 2])
                            .answer()
                            .status())
                    .isEqualTo(201);
        }
    }

    @Test
    void countsARequestUntilTheBackEndHasDoneWithIt() throws Exception {
        CompletableFuture<BackendResponse> late = new CompletableFuture<>();
        try (TestGateway gateway = gateway(1_000_000, (_, _) -> late)) {
            try (RawClient client = gateway.connect()) {
                client.send(TestGateway.request("POST", "/a", "Transfer-Encoding: chunked\r\n")
                        + "3\r\nabc\r\n3\r\ndef\r\n1\r\ng\r\n0\r\n\r\n");
                await(() -> gateway.gatheredBytes() == 7);
            }
            assertThat(gateway.end().status()).isEqualTo(499);
            assertThat(gateway.gatheredBytes()).isEqualTo(7);
            late.complete(answer(10));
            await(() -> gateway.gatheredBytes() == 0);
        }
    }

    @Test
    void givesBackWhatAnUnfinishedBodyHad() throws Exception {
        try (TestGateway gateway = gateway(1_000_000, (_, _) -> CompletableFuture.completedFuture(answer(10)));
                RawHttp2 h2 = RawHttp2.connect(gateway.port())) {
            RawClient client = gateway.connect();
            client.send(post(60_000)).send(new byte[40_000]);
            h2.headers(1, false, RawHttp2.request("POST", "/a")).data(1, false, new byte[PIECE]);
            await(() -> gateway.gatheredBytes() >= 40_000 + PIECE);
            client.close();
            await(() -> gateway.gatheredBytes() == PIECE);
            h2.frame(RawHttp2.RST_STREAM, 0, 1, RawHttp2.number(8));
            await(() -> gateway.gatheredBytes() == 0);
        }
    }

    @Test
    void countsAnAnswerUntilTheClientHasIt() throws Exception {
        try (TestGateway gateway = gateway(500_000, (_, _) -> CompletableFuture.completedFuture(answer(300_000)))) {
            try (RawHttp2 unread = RawHttp2.connect(gateway.port());
                    RawHttp2 other = RawHttp2.connect(gateway.port())) {
                unread.headers(1, true, RawHttp2.request("POST", "/a"));
                await(() -> gateway.gatheredBytes() == 300_000);
                other.headers(1, true, RawHttp2.request("POST", "/a"));
                assertThat(other.answer(1).status()).isEqualTo(503);
                assertThat(gateway.end().integrationStatus()).isEqualTo(201);
            }
            await(() -> gateway.gatheredBytes() == 0);
            try (RawClient client = gateway.connect()) {
                assertThat(client.send(post(0)).answer().body()).hasSize(300_000);
            }
            await(() -> gateway.gatheredBytes() == 0);
        }
    }

    @Test
    void holdsNoMoreThanItMayWhateverClientsDo() throws Exception {
        AtomicLong called = new AtomicLong();
        AtomicLong most = new AtomicLong();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                TestGateway gateway = gateway(MAX, (_, body) -> {
                    most.accumulateAndGet(called.addAndGet(body.length), Math::max);
                    return CompletableFuture.supplyAsync(
                            () -> {
                                called.addAndGet(-body.length);
                                return answer(body.length / 10);
                            },
                            CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS, clients));
                })) {
            Future<Long> sampled = clients.submit(() -> highest(gateway));
            try {
                List<Integer> all = answers(clients, gateway);
                assertThat(all).contains(201, 503).containsOnly(201, 503).hasSize(24 + 4 * 12);
                await(() -> gateway.gatheredBytes() == 0);
                assertThat(sampled.isDone()).as("a sample was out of bounds").isFalse();
            } finally {
                sampled.cancel(true);
            }
            assertThat(most.get()).isPositive().isLessThanOrEqualTo(MAX);
            try (RawClient client = gateway.connect()) {
                assertThat(client.send(post(300_000))
                                .send(new byte[300_000])
                                .answer()
                                .status())
                        .isEqualTo(201);
            }
        }
    }

    private static List<Integer> answers(ExecutorService clients, TestGateway gateway) throws Exception {
        List<Future<List<Integer>>> statuses = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            int number = i;
            statuses.add(clients.submit(() -> http1(gateway, number)));
        }
        for (int i = 0; i < 4; i++) {
            statuses.add(clients.submit(() -> http2(gateway)));
        }
        List<Integer> all = new ArrayList<>();
        for (Future<List<Integer>> some : statuses) {
            all.addAll(some.get(30, TimeUnit.SECONDS));
        }
        return all;
    }

    private static long highest(TestGateway gateway) throws InterruptedException {
        while (true) {
            assertThat(gateway.gatheredBytes()).isBetween(0L, MAX);
            Thread.sleep(1);
        }
    }

    /** Every fourth leaves in the midst of its body. */
    private static List<Integer> http1(TestGateway gateway, int number) throws IOException, InterruptedException {
        int length = 100_000;
        try (RawClient client = gateway.connect()) {
            client.send(post(length));
            int sent = 0;
            try {
                for (; sent < (number % 4 == 0 ? length / 2 : length); sent += length / 10) {
                    client.send(new byte[length / 10]);
                    Thread.sleep(number % 7);
                }
            } catch (IOException _) {
                // It has been refused, and the connection does not take the rest.
            }
            return number % 4 == 0 ? List.of() : List.of(client.answer().status());
        }
    }

    /** Sixteen bodies side by side, of which every fourth is given up. */
    private static List<Integer> http2(TestGateway gateway) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        try (RawHttp2 client = RawHttp2.connect(gateway.port())) {
            for (int i = 0; i < 16; i++) {
                client.headers(1 + 2 * i, false, RawHttp2.request("POST", "/a"));
            }
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 16; i++) {
                    client.data(1 + 2 * i, round == 3 && i % 4 != 0, new byte[15_000]);
                }
            }
            for (int i = 0; i < 16; i++) {
                if (i % 4 == 0) {
                    client.frame(RawHttp2.RST_STREAM, 0, 1 + 2 * i, RawHttp2.number(8));
                } else {
                    statuses.add(client.answer(1 + 2 * i).status());
                }
            }
        }
        return statuses;
    }
}
