/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import dev.sluice.gateway.Origin;
import dev.sluice.gateway.loop.Outlet;
import io.netty.buffer.ByteBuf;
import java.time.Duration;

/**
 * What to send.
 *
 * @param head called for each time that it is sent
 * @param expectsBody false for an answer to HEAD, which has none
 * @param repeatable whether sending it twice does what sending it once does
 * @param timeout until the answer's head, and between two parts of its body
 */
public record UpstreamRequest(Origin origin, Head head, boolean expectsBody, boolean repeatable, Duration timeout) {
    /** Request line and header fields. */
    @FunctionalInterface
    public interface Head {
        /** Encodes into a buffer of where it is to be sent. */
        ByteBuf encode(Outlet outlet);
    }
}
