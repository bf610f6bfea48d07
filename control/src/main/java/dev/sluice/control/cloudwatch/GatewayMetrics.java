/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.ExchangeListener;
import dev.sluice.gateway.Stage;
import dev.sluice.metrics.Metrics;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts the gateway's requests for the namespace {@code AWS/ApiGateway}. Requests that found no stage are not counted.
 *
 * <p>Thread-safe. Each calling thread counts into a batch of its own and never waits: it takes the batch out of its place for as long as it
 * writes, and a merge waits for it to be back, then puts an empty one there. A place lives as long as the process, so callers must be few and
 * permanent, as event loops are.
 */
public final class GatewayMetrics implements ExchangeListener {
    private final Metrics metrics;
    private final InstantSource clock;
    private final Map<Thread, Place> places = new ConcurrentHashMap<>();
    private final ReentrantLock merging = new ReentrantLock();

    public GatewayMetrics(Metrics metrics, InstantSource clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void ended(ExchangeEnd end) {
        Stage stage = end.stage();
        if (stage == null) {
            return;
        }
        Place place = places.get(Thread.currentThread());
        if (place == null) {
            place = new Place(new RequestBatch(clock.instant()), new RequestBatch(clock.instant()));
            places.put(Thread.currentThread(), place);
        }
        RequestBatch batch = place.take();
        try {
            batch.add(stage, end);
        } finally {
            place.give(batch);
        }
    }

    /** Records what was counted before the call; on return readers of the metrics see it. */
    public void merge() {
        merging.lock();
        try {
            for (Place place : places.values()) {
                place.swap(clock).drain(metrics);
            }
        } finally {
            merging.unlock();
        }
    }

    /** Where one thread's batch lies. Only that thread takes, only a merge swaps. */
    private static final class Place {
        private final AtomicReference<@Nullable RequestBatch> batch;
        private RequestBatch spare;

        private Place(RequestBatch batch, RequestBatch spare) {
            this.batch = new AtomicReference<>(batch);
            this.spare = spare;
        }

        private RequestBatch take() {
            RequestBatch taken = batch.getAndSet(null);
            if (taken == null) {
                throw new IllegalStateException("a thread counts while it counts");
            }
            return taken;
        }

        private void give(RequestBatch taken) {
            batch.setRelease(taken);
        }

        /** With the merge lock held; the one that is returned has to be drained before the next swap. */
        private RequestBatch swap(InstantSource clock) {
            spare.since(clock.instant());
            RequestBatch full = batch.get();
            while (full == null || !batch.compareAndSet(full, spare)) {
                Thread.onSpinWait();
                full = batch.get();
            }
            spare = full;
            return full;
        }
    }
}
