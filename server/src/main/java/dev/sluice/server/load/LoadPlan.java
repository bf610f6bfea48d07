/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What to send: the same request again and again, at times fixed beforehand whatever the answers do (open loop).
 *
 * @param request a whole HTTP/1.1 request without a body, kept alive
 * @param perSecond requests a second, evenly spaced
 * @param connections kept open; a request goes to one that is idle, else it is pipelined
 * @param patience how long to wait for answers after the last request was due
 */
public record LoadPlan(
        InetSocketAddress address,
        byte[] request,
        int perSecond,
        Duration duration,
        int connections,
        Duration patience) {
    private static final int MAX_REQUESTS = 10_000_000;

    public LoadPlan {
        if (perSecond < 1 || connections < 1 || duration.isNegative()) {
            throw new IllegalArgumentException("perSecond: " + perSecond + ", connections: " + connections
                    + ", duration: " + duration + " (expected: 1 or more, 1 or more, 0 or longer)");
        }
        if (requests(perSecond, duration) > MAX_REQUESTS) {
            throw new IllegalArgumentException(
                    "duration: " + duration + " (expected: at most " + MAX_REQUESTS + " requests)");
        }
    }

    int requests() {
        return (int) requests(perSecond, duration);
    }

    private static long requests(int perSecond, Duration duration) {
        return Math.multiplyExact(perSecond, duration.toMillis()) / 1000;
    }

    /** When request {@code index} is due, in nanoseconds after the start. */
    long dueNanos(int index) {
        return index * 1_000_000_000L / perSecond;
    }
}
