/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.loop.Deadline;
import io.netty.buffer.ByteBufAllocator;

/** The client's side of one exchange, of whatever protocol: how its request comes and when it is over. Confined to the event loop. */
interface Downstream {
    ByteBufAllocator allocator();

    /** When nothing has moved for too long the exchange hears {@link ClientExchange#expire}. */
    Deadline deadline();

    /** The client is told to go on with its body. */
    void sendContinue();

    /** There is room for more of the request. */
    void readOn();

    /** Nothing more comes of this answer, and the client must see that: the connection or the stream breaks. */
    void abort();

    /**
     * The answer is written, and the request read or given up.
     *
     * @param keepAlive whether another request may come on this connection
     */
    void ended(boolean keepAlive, boolean requestComplete);
}
