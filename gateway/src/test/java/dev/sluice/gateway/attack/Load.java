/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import dev.sluice.gateway.netty.RawClient;
import dev.sluice.gateway.netty.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that ask one thing after the other, and check that they get their own answers.
 *
 * @param nanos of all exchanges, sorted
 * @param statuses how many answers by status; 0 for exchanges without a whole answer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Load(long[] nanos, long[] statuses, Duration took) {
    private static final int MAX_STATUS = 600;

    /**
     * For a while, each client on a connection of its own as long as it is kept.
     *
     * @param perSecond of all clients together; 0 for as many as there can be
     */
    static Load run(TestGateway gateway, int clients, Duration length, double perSecond) throws InterruptedException {
        long begun = System.nanoTime();
        List<Client> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                long pause = perSecond == 0 ? 0 : (long) (clients / perSecond * 1e9);
                Client client = new Client(gateway, i, begun + length.toNanos(), pause);
                all.add(client);
                running.add(threads.submit(client));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
        long[] statuses = new long[MAX_STATUS];
        for (Client client : all) {
            for (int i = 0; i < MAX_STATUS; i++) {
                statuses[i] += client.statuses[i];
            }
        }
        long[] nanos = all.stream()
                .flatMapToLong(client -> Arrays.stream(client.nanos, 0, Math.min(client.count, client.nanos.length)))
                .sorted()
                .toArray();
        return new Load(nanos, statuses, Duration.ofNanos(System.nanoTime() - begun));
    }

    long count() {
        return Arrays.stream(statuses).sum();
    }

    double perSecond() {
        return count() * 1e9 / took.toNanos();
    }

    Duration quantile(double q) {
        return Duration.ofNanos(nanos[Math.min(nanos.length - 1, (int) (q * nanos.length))]);
    }

    /** What there was, by status. */
    String summary() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < MAX_STATUS; i++) {
            if (statuses[i] > 0) {
                text.append(i == 0 ? "cut" : i)
                        .append(" x ")
                        .append(statuses[i])
                        .append(", ");
            }
        }
        return text + String.format("%.0f per second", perSecond());
    }

    /** One client, on one thread. */
    private static final class Client implements Runnable {
        private static final int MAX_KEPT = 200_000;

        private final TestGateway gateway;
        private final int number;
        private final long endNanos;
        private final long pauseNanos;
        private final long[] nanos = new long[MAX_KEPT];
        private final long[] statuses = new long[MAX_STATUS];
        private int count;

        Client(TestGateway gateway, int number, long endNanos, long pauseNanos) {
            this.gateway = gateway;
            this.number = number;
            this.endNanos = endNanos;
            this.pauseNanos = pauseNanos;
        }

        @Override
        public void run() {
            long next = System.nanoTime();
            while (System.nanoTime() < endNanos) {
                try (RawClient client = gateway.connect()) {
                    boolean kept = true;
                    while (kept && System.nanoTime() < endNanos) {
                        next = pace(next);
                        kept = exchange(client);
                    }
                } catch (IOException e) {
                    throw new AssertionError("client " + number + " could not connect", e);
                }
            }
        }

        private long pace(long next) {
            LockSupport.parkNanos(next - System.nanoTime());
            return Math.max(next + pauseNanos, System.nanoTime() - 1_000_000_000L);
        }

        private boolean exchange(RawClient client) {
            String path = "/own-" + number + "-" + count;
            long begun = System.nanoTime();
            try {
                client.send(TestGateway.request("GET", path));
                StrictAnswer answer = StrictAnswer.read(client.in(), false);
                if (answer.status() == 200 && !answer.body().equals(path)) {
                    throw new AssertionError(path + " got the answer of " + answer.body());
                }
                statuses[answer.status()]++;
                return answer.values("connection").contains("keep-alive");
            } catch (StrictAnswer.Malformed e) {
                throw new AssertionError(path, e);
            } catch (IOException e) {
                statuses[0]++;
                return false;
            } finally {
                nanos[count++ % MAX_KEPT] = System.nanoTime() - begun;
            }
        }
    }
}
