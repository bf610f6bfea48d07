/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Many threads on the real clock, while segments grow, are swept and replaced: no subject gets more than its envelope, and each gets it. */
final class TableConcurrencyTest {
    private static final int THREADS = 6;
    private static final int SUBJECTS = 3;
    private static final long RUN_NANOS = 500_000_000;

    @Test
    void keepsTheEnvelopeWhileTheTableIsSweptAndGrows() throws Exception {
        run(false);
    }

    @Test
    void keepsTheEnvelopeWhileTheLimitChanges() throws Exception {
        run(true);
    }

    private static void run(boolean changing) throws Exception {
        BucketTable table = new BucketTable(NanoClock.SYSTEM);
        Limit first = new Limit(Rate.perSecond(50_000), 20);
        KeyedLimit limit = table.limit("key", first);
        Bucket stage = Bucket.full(new LiveLimit("stage", new Limit(Rate.perSecond(120_000), 40)), NanoClock.SYSTEM);
        Envelope[] envelopes = new Envelope[SUBJECTS];
        Envelope shared = new Envelope(stage.limit().get());
        for (int i = 0; i < SUBJECTS; i++) {
            envelopes[i] = new Envelope(first);
        }
        AtomicBoolean stop = new AtomicBoolean();
        long seed = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS + 2)) {
            List<Future<List<Envelope>>> outcomes = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                outcomes.add(threads.submit(() -> hammer(limit, stage, random, stop)));
            }
            Future<?> sweeper = threads.submit(() -> {
                while (!stop.get()) {
                    table.sweep(1);
                }
            });
            Future<?> changer = threads.submit(() -> {
                Random random = new Random(seed);
                while (changing && !stop.get()) {
                    Limit next = new Limit(Rate.perSecond(random.nextLong(1, 90_000)), random.nextLong(1, 21));
                    Limit before = limit.get();
                    Rate higher = perSecond(before) > perSecond(next) ? before.rate() : next.rate();
                    Limit both = new Limit(higher, Math.max(before.burst(), next.burst()));
                    change(envelopes, both);
                    limit.set(next);
                    change(envelopes, next);
                    LockSupport.parkNanos(20_000);
                }
            });
            LockSupport.parkNanos(RUN_NANOS);
            stop.set(true);
            sweeper.get();
            changer.get();
            for (Future<List<Envelope>> outcome : outcomes) {
                for (int i = 0; i < SUBJECTS; i++) {
                    envelopes[i].addAll(outcome.get().get(i));
                }
                shared.addAll(outcome.get().getLast());
            }
        }
        for (Envelope envelope : envelopes) {
            envelope.check("seed " + seed);
            assertThat(envelope.admitted()).isGreaterThan(changing ? 20 : 1_000);
        }
        shared.check("stage, seed " + seed);
    }

    private static void change(Envelope[] envelopes, Limit limit) {
        for (Envelope envelope : envelopes) {
            envelope.changed(System.nanoTime(), limit);
        }
    }

    private static double perSecond(Limit limit) {
        return (double) limit.rate().tokens() / limit.rate().periodNanos();
    }

    /** Also touches ever new subjects, so that segments fill and are replaced. */
    private static List<Envelope> hammer(KeyedLimit limit, Bucket stage, Random random, AtomicBoolean stop) {
        long[] stamp = new long[1];
        Limiter limiter = Limiter.inMemory(() -> stamp[0] = System.nanoTime());
        Levels levels = limiter.newLevels();
        List<Envelope> envelopes = new ArrayList<>();
        for (int i = 0; i <= SUBJECTS; i++) {
            envelopes.add(
                    new Envelope(i < SUBJECTS ? limit.get() : stage.limit().get()));
        }
        while (!stop.get()) {
            int subject = random.nextInt(4) > 0 ? random.nextInt(SUBJECTS) : random.nextInt(SUBJECTS, 5_000_000);
            long cost = random.nextInt(8) == 0 ? 2 : 1;
            if (limiter.admit(levels.clear().keyed(limit, subject).add(stage), cost) instanceof Decision.Admitted) {
                if (subject < SUBJECTS) {
                    envelopes.get(subject).admitted(stamp[0], cost);
                }
                envelopes.getLast().admitted(stamp[0], cost);
            }
        }
        return envelopes;
    }
}
