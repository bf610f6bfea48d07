/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.GatewaySettings;
import java.time.Duration;

/**
 * How fast a request's body has to come: after a time of grace so many bytes a second, for as long as it is waited for. What came faster is
 * credited, but never for more than what may pass between two bytes. A client that sends a byte now and then would else hold a connection,
 * and an upstream, for ever. Confined to the event loop.
 */
final class BodyPace {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long graceNanos;
    private final long bytesPerSecond;
    /** By when more has to come. */
    private long dueNanos;

    BodyPace(GatewaySettings.BodyPace slowest) {
        graceNanos = slowest.grace().toNanos();
        bytesPerSecond = slowest.bytesPerSecond();
    }

    /** It is waited for from now on; what came before does not count. */
    void begin(long nowNanos) {
        dueNanos = nowNanos + graceNanos;
    }

    void came(int bytes) {
        if (bytesPerSecond > 0) {
            dueNanos += bytes * NANOS_PER_SECOND / bytesPerSecond;
        }
    }

    /**
     * For how long the next byte may be waited for: 0 or less when the body is too slow already.
     *
     * @param idle what may pass between two bytes
     */
    Duration left(long nowNanos, Duration idle) {
        if (bytesPerSecond == 0) {
            return idle;
        }
        long mostNanos = Math.max(graceNanos, idle.toNanos());
        if (dueNanos - nowNanos > mostNanos) {
            dueNanos = nowNanos + mostNanos;
        }
        long leftNanos = dueNanos - nowNanos;
        return leftNanos < idle.toNanos() ? Duration.ofNanos(leftNanos) : idle;
    }
}
