/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Many threads on the real clock: no level admits more than its envelope, and what is there is given out. */
final class ConcurrencyTest {
    private static final int THREADS = 8;
    private static final long RUN_NANOS = 400_000_000;

    /** Each thread's own limiter, so that the last reading of its clock is the stamp of its last admission. */
    private static final class StampingClock implements NanoClock {
        private long last;

        @Override
        public long nanoTime() {
            last = System.nanoTime();
            return last;
        }
    }

    private record Outcome(Envelope own, Envelope shared) {}

    @Test
    void keepsTheEnvelopeAtEveryLevel() throws Exception {
        run(new Limit(Rate.perSecond(200_000), 100), NanoClock.SYSTEM, false);
    }

    @Test
    void keepsTheEnvelopeOfATinyBurst() throws Exception {
        run(new Limit(Rate.perSecond(999_983), 2), NanoClock.SYSTEM, false);
    }

    @Test
    void keepsTheEnvelopeWhileTheBaseMoves() throws Exception {
        Limit limit = new Limit(Rate.perSecond(10_007), 1_000);
        Scale scale = Scale.of(limit);
        long usableNanos = scale.maxTicks() * scale.tickNanos();
        run(limit, () -> System.nanoTime() - usableNanos + RUN_NANOS / 2, false);
    }

    @Test
    void keepsTheEnvelopeWhileTheRateChanges() throws Exception {
        run(new Limit(Rate.perSecond(300_000), 50), NanoClock.SYSTEM, true);
    }

    private void run(Limit first, NanoClock creation, boolean changing) throws Exception {
        long seed = System.nanoTime();
        LiveLimit sharedLimit = new LiveLimit("stage", first);
        Bucket shared = Bucket.full(sharedLimit, creation);
        LiveLimit ownLimit = new LiveLimit("key", new Limit(Rate.perSecond(50_000), 10));
        Envelope all = new Envelope(first);
        AtomicBoolean stop = new AtomicBoolean();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1)) {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                long threadSeed = seed + i;
                outcomes.add(
                        threads.submit(() -> hammer(shared, sharedLimit, ownLimit, new Random(threadSeed), start)));
            }
            Future<?> changer = threads.submit(() -> {
                Random random = new Random(seed);
                while (changing && !stop.get()) {
                    Limit next = new Limit(Rate.perSecond(random.nextLong(1, 400_000)), first.burst());
                    long before = sharedLimit.get().rate().tokens()
                            * 1_000_000_000
                            / sharedLimit.get().rate().periodNanos();
                    long after =
                            next.rate().tokens() * 1_000_000_000 / next.rate().periodNanos();
                    all.changed(System.nanoTime(), new Limit(Rate.perSecond(Math.max(before, after)), next.burst()));
                    sharedLimit.set(next, NanoClock.SYSTEM);
                    all.changed(System.nanoTime(), next);
                    LockSupport.parkNanos(10_000);
                }
            });
            List<Envelope> owns = new ArrayList<>();
            List<Envelope> shares = new ArrayList<>();
            for (Future<Outcome> outcome : outcomes) {
                owns.add(outcome.get().own());
                shares.add(outcome.get().shared());
            }
            stop.set(true);
            changer.get();
            shares.forEach(all::addAll);
            owns.forEach(own -> own.check("own level, seed " + seed));
            all.check("shared level, seed " + seed);
            assertThat(all.admitted()).isGreaterThan(100);
        }
    }

    private static Outcome hammer(Bucket shared, LiveLimit sharedLimit, LiveLimit ownLimit, Random random, long start) {
        StampingClock clock = new StampingClock();
        Limiter limiter = Limiter.inMemory(clock);
        Bucket own = Bucket.full(ownLimit, clock);
        Levels both = Deciding.levels(limiter, new Bucket[] {own, shared}, 2, null);
        Envelope ownEnvelope = new Envelope(ownLimit.get());
        Envelope sharedEnvelope = new Envelope(sharedLimit.get());
        while (System.nanoTime() - start < RUN_NANOS) {
            long cost = random.nextInt(8) == 0 ? 2 : 1;
            if (limiter.admit(both, cost) instanceof Decision.Admitted) {
                ownEnvelope.admitted(clock.last, cost);
                sharedEnvelope.admitted(clock.last, cost);
            }
        }
        return new Outcome(ownEnvelope, sharedEnvelope);
    }

    @Test
    void givesOutEveryTokenOnce() throws Exception {
        Bucket[] levels = {
            Bucket.full(new LiveLimit("key", new Limit(Rate.perSecond(0), 60_000)), NanoClock.SYSTEM),
            Bucket.full(new LiveLimit("stage", new Limit(Rate.perSecond(0), 50_000)), NanoClock.SYSTEM),
        };
        Limiter limiter = Limiter.inMemory(NanoClock.SYSTEM);
        assertThat(inParallel(() -> takeUntilNever(limiter, levels))).isEqualTo(50_000);
        assertThat(levels[0].level(System.nanoTime()).remaining()).isEqualTo(10_000);
    }

    @Test
    void givesOutEveryTokenOnceThoughTheLimitChanges() throws Exception {
        LiveLimit limit = new LiveLimit("key", new Limit(Rate.perSecond(0), 50_000));
        Bucket[] levels = {Bucket.full(limit, NanoClock.SYSTEM)};
        Limiter limiter = Limiter.inMemory(NanoClock.SYSTEM);
        AtomicBoolean stop = new AtomicBoolean();
        Thread changer = Thread.startVirtualThread(() -> {
            for (long period = 1; !stop.get(); period = period % 1_000 + 1) {
                limit.set(new Limit(new Rate(0, period), 50_000 + period % 2), NanoClock.SYSTEM);
                limit.set(new Limit(new Rate(0, period), 50_000), NanoClock.SYSTEM);
                LockSupport.parkNanos(10_000);
            }
        });
        long taken = inParallel(() -> takeUntilNever(limiter, levels));
        stop.set(true);
        changer.join();
        assertThat(taken).isBetween(50_000L, 50_001L);
        assertThat(levels[0].level(System.nanoTime()).remaining()).isZero();
    }

    private static long takeUntilNever(Limiter limiter, Bucket[] levels) {
        long taken = 0;
        while (true) {
            Decision decision = Deciding.admit(limiter, levels, levels.length, null, 1);
            if (decision instanceof Decision.Admitted) {
                taken++;
            } else if (decision instanceof Decision.Throttled refusal && refusal.retryAfterNanos() > 1) {
                return taken;
            }
        }
    }

    private static long inParallel(Callable<Long> task) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Long>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                futures.add(threads.submit(task));
            }
            long sum = 0;
            for (Future<Long> future : futures) {
                sum += future.get();
            }
            return sum;
        }
    }
}
