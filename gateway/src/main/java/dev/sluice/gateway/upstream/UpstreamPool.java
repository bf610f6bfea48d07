/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import dev.sluice.gateway.Origin;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Idle connections by origin, the last used first, so that the others can grow old. Confined to the event loop. */
final class UpstreamPool {
    /** More are never kept for one origin. */
    static final int MAX_IDLE = 256;

    private final long maxIdleNanos;
    private final Map<Origin, Deque<UpstreamConnection>> idle = new HashMap<>();
    /** What was asked for last, which is often asked for next. */
    private @Nullable Origin lastOrigin;

    private @Nullable Deque<UpstreamConnection> last;

    UpstreamPool(Duration maxIdle) {
        maxIdleNanos = maxIdle.toNanos();
    }

    @Nullable
    UpstreamConnection take(Origin origin, long nowNanos) {
        Deque<UpstreamConnection> connections = of(origin);
        while (connections != null && !connections.isEmpty()) {
            UpstreamConnection connection = connections.removeFirst();
            if (connection.usable() && !tooOld(connection, nowNanos)) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    void put(UpstreamConnection connection) {
        Deque<UpstreamConnection> connections = of(connection.origin());
        if (connections == null) {
            connections = new ArrayDeque<>();
            idle.put(connection.origin(), connections);
        }
        connections.addFirst(connection);
        if (connections.size() > MAX_IDLE) {
            connections.removeLast().close();
        }
    }

    void remove(UpstreamConnection connection) {
        Deque<UpstreamConnection> connections = of(connection.origin());
        if (connections != null && connections.remove(connection) && connections.isEmpty()) {
            idle.remove(connection.origin());
            lastOrigin = null;
        }
    }

    private @Nullable Deque<UpstreamConnection> of(Origin origin) {
        if (origin != lastOrigin) {
            last = idle.get(origin);
            lastOrigin = last == null ? null : origin;
        }
        return last;
    }

    /** Closes what has been idle for too long. */
    void sweep(long nowNanos) {
        for (Iterator<Deque<UpstreamConnection>> all = idle.values().iterator(); all.hasNext(); ) {
            Deque<UpstreamConnection> connections = all.next();
            while (!connections.isEmpty() && tooOld(connections.getLast(), nowNanos)) {
                connections.removeLast().close();
            }
            if (connections.isEmpty()) {
                all.remove();
                lastOrigin = null;
            }
        }
    }

    /** One second before the server would, where it says when. */
    private boolean tooOld(UpstreamConnection connection, long nowNanos) {
        Duration peer = connection.peerIdle();
        long peerNanos = peer == null ? Long.MAX_VALUE : peer.minusSeconds(1).toNanos();
        return nowNanos - connection.idleSinceNanos() >= Math.min(maxIdleNanos, peerNanos);
    }
}
