/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.Decision;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.LiveQuotaLimit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Quota;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.Quotas;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that spends a quota on a real ledger as fast as it can, killed at random instants, again and again. */
final class KilledQuotaTest {
    private static final int THREADS = 4;
    private static final int PER_ROUND = 4_000;
    private static final QuotaId ID = new QuotaId("plan", "key");
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z"));

    @TempDir
    private Path temporary;

    @Test
    void neverGivesAUnitTwice() throws Exception {
        kill(3);
    }

    @Test
    @Tag("slow")
    void neverGivesAUnitTwiceInAHundredLives() throws Exception {
        kill(100);
    }

    private void kill(int rounds) throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        Random random = new Random(seed);
        long limit = 3L * rounds * PER_ROUND; // more than is spent before the last kill
        long admitted = 0;
        long lost = 0;
        long mostLost = 0;
        int kills = 0;
        for (int round = 0; round < rounds; round++) {
            Life life = live(limit, random.nextInt(2 * PER_ROUND));
            admitted += life.admitted;
            kills += life.killed ? 1 : 0;
            long lostNow = booked(limit) - admitted - lost;
            // What was admitted and not yet told when the process died counts as lost here.
            assertThat(lostNow).as("seed %d, round %d", seed, round).isBetween(0L, Quota.MAX_AHEAD + THREADS);
            mostLost = Math.max(mostLost, lostNow);
            lost += lostNow;
        }
        Life last = live(limit, Long.MAX_VALUE);
        admitted += last.admitted;
        System.out.printf(
                "KilledQuotaTest: -Dsluice.seed=%d, %d kills, limit %d, admitted %d, lost %d, at most %d by one kill%n",
                seed, kills, limit, admitted, lost, mostLost);
        assertThat(admitted).as("seed %d", seed).isEqualTo(limit - lost);
        assertThat(booked(limit)).isEqualTo(limit);
        assertThat(kills).as("seed %d", seed).isEqualTo(rounds);
    }

    private record Life(long admitted, boolean killed) {}

    /** Starts the spender and kills it once it has told of so many units; until it ends by itself if it does not tell of so many. */
    private Life live(long limit, long killAfter) throws IOException, InterruptedException {
        Process process = ChildJvm.of(Spender.class, temporary.resolve("data").toString(), Long.toString(limit))
                .start();
        long admitted = 0;
        boolean killed = false;
        byte[] buffer = new byte[1024];
        try (InputStream units = process.getInputStream()) {
            for (int read = units.read(buffer); read >= 0; read = units.read(buffer)) {
                admitted += read;
                if (admitted >= killAfter && !killed) {
                    process.toHandle().destroyForcibly(); // unlike the process's own, this leaves its output readable
                    killed = true;
                }
            }
        }
        int status = process.waitFor();
        assertThat(status).isIn(0, 137);
        return new Life(admitted, status != 0);
    }

    private long booked(long limit) {
        try (var folder = DataFolder.open(temporary.resolve("data"));
                var store = EmbeddedStore.open(folder, null, "test")) {
            QuotaLimit monthly = monthly(limit);
            return limit
                    - store.quotas().remaining(ID, monthly.day(NOON.instant()).period(), limit);
        }
    }

    private static QuotaLimit monthly(long limit) {
        return new QuotaLimit(limit, QuotaLimit.Period.MONTH, 0);
    }

    /** What the killed process runs: writes a byte for each unit it was given, and ends when the quota is used up. */
    static final class Spender {
        private Spender() {}

        public static void main(String[] arguments) throws InterruptedException {
            var folder = DataFolder.open(Path.of(arguments[0]));
            var store = EmbeddedStore.open(folder, null, "test");
            var quotas = new Quotas(store.quotas(), NOON);
            var limit = LiveQuotaLimit.of(monthly(Long.parseLong(arguments[1])));
            Limiter limiter = Limiter.inMemory(NanoClock.SYSTEM);
            Thread[] threads = new Thread[THREADS];
            for (int i = 0; i < THREADS; i++) {
                threads[i] = Thread.ofPlatform().start(() -> spend(limiter, quotas, limit));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            quotas.close();
            store.close();
            folder.close();
        }

        private static void spend(Limiter limiter, Quotas quotas, LiveQuotaLimit limit) {
            while (true) {
                switch (limiter.admit(limiter.newLevels().quota(quotas.open(1, ID, limit)), 1)) {
                    case Decision.Admitted _ -> {
                        System.out.write('.');
                        System.out.flush();
                    }
                    case Decision.AwaitQuota(var ready) ->
                        ready.toCompletableFuture().join();
                    case Decision.QuotaExceeded _ -> {
                        return;
                    }
                    case Decision.Throttled _, Decision.Delayed _ ->
                        throw new IllegalStateException("there is no rate");
                }
            }
        }
    }
}
