/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.GatewaySettings;
import java.time.Duration;

/**
 * How fast a request's body has to come: after a time of grace so many bytes a second on average, for as long as it is waited for. A client
 * that sends a byte now and then would else hold a connection, and an upstream, for ever. Confined to the event loop.
 */
final class BodyPace {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long graceNanos;
    private final long bytesPerSecond;
    private long sinceNanos;
    private long bytes;

    BodyPace(GatewaySettings.BodyPace slowest) {
        graceNanos = slowest.grace().toNanos();
        bytesPerSecond = slowest.bytesPerSecond();
    }

    /** It is waited for from now on; what came before does not count. */
    void begin(long nowNanos) {
        sinceNanos = nowNanos;
        bytes = 0;
    }

    void came(int more) {
        bytes += more;
    }

    /** For how long the next byte may be waited for: 0 or less when the body is too slow already. */
    Duration left(long nowNanos, Duration idle) {
        if (bytesPerSecond == 0) {
            return idle;
        }
        long seconds = bytes / bytesPerSecond;
        long paidNanos = seconds * NANOS_PER_SECOND + bytes % bytesPerSecond * NANOS_PER_SECOND / bytesPerSecond;
        long leftNanos = graceNanos + paidNanos - (nowNanos - sinceNanos);
        return leftNanos < idle.toNanos() ? Duration.ofNanos(leftNanos) : idle;
    }
}
