/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import dev.sluice.limits.NanoClock;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends a {@link LoadPlan}'s requests when they are due over a few kept-alive connections, from one thread, with hardly any
 * allocation: it shares the machine with what it measures. Confined to the thread that runs it.
 */
public final class LoadGenerator {
    /** So long it sleeps at most while requests are due soon; a selector's own time-out knows only milliseconds. */
    private static final long NAP_NANOS = 100_000;

    private static final long RECONNECT_NANOS = 10_000_000;

    private final LoadPlan plan;
    private final NanoClock clock;
    private final Recording recording;
    private final List<LoadConnection> connections = new ArrayList<>();
    private int nextRequest;
    private int turn;

    private LoadGenerator(LoadPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
        this.recording = new Recording(plan, clock.nanoTime());
    }

    /** @throws IOException when the address cannot be connected to at the start; later losses are counted */
    public static LoadResult run(LoadPlan plan, NanoClock clock) throws IOException {
        try (var selector = Selector.open()) {
            List<LoadConnection> warm = new ArrayList<>();
            try {
                for (var i = 0; i < plan.connections(); i++) {
                    warm.add(LoadConnection.open(plan, selector, clock));
                }
                var generator = new LoadGenerator(plan, clock);
                generator.connections.addAll(warm);
                return generator.run(selector);
            } finally {
                warm.forEach(LoadConnection::close);
            }
        }
    }

    private LoadResult run(Selector selector) throws IOException {
        connections.forEach(connection -> connection.record(recording));
        var end = recording.dueNanos(plan.requests()) + plan.patience().toNanos();
        while (recording.open() > 0 && clock.nanoTime() < end) {
            sendDue();
            nap(selector);
            selector.selectNow(this::ready);
            revive();
        }
        return recording.result();
    }

    private void sendDue() {
        var now = clock.nanoTime();
        while (nextRequest < plan.requests() && recording.dueNanos(nextRequest) <= now) {
            var connection = leastBusy();
            if (connection == null) {
                break;
            }
            connection.enqueue(nextRequest++);
        }
        for (var connection : connections) {
            connection.flush();
        }
    }

    /** An idle connection if there is one, else the one with the fewest requests under way, else null: all are full. */
    private @Nullable LoadConnection leastBusy() {
        LoadConnection best = null;
        for (var i = 0; i < connections.size(); i++) {
            var connection = connections.get((turn + i) % connections.size());
            if (connection.underWay() == 0 && connection.isOpen()) {
                turn = (turn + i + 1) % connections.size();
                return connection;
            }
            if (connection.accepts() && (best == null || connection.underWay() < best.underWay())) {
                best = connection;
            }
        }
        return best;
    }

    private void nap(Selector selector) throws IOException {
        var now = clock.nanoTime();
        if (nextRequest >= plan.requests()) {
            selector.select(this::ready, 1);
        } else if (recording.dueNanos(nextRequest) > now) {
            LockSupport.parkNanos(Math.min(NAP_NANOS, recording.dueNanos(nextRequest) - now));
        } else if (connections.stream().noneMatch(LoadConnection::accepts)) {
            selector.select(this::ready, 1);
        }
    }

    private void ready(SelectionKey key) {
        var connection = (LoadConnection) key.attachment();
        if (key.isValid() && key.isReadable()) {
            connection.receive();
        }
        if (key.isValid() && key.isWritable()) {
            connection.flush();
        }
    }

    private void revive() {
        for (var connection : connections) {
            if (!connection.isOpen() && clock.nanoTime() - connection.closedNanos() > RECONNECT_NANOS) {
                connection.reopen();
            }
        }
    }
}
