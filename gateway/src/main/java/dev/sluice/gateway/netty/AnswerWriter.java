/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.filter.LiveExchange;
import dev.sluice.gateway.filter.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Frames one answer for its client, by the rules of its protocol. Confined to the event loop. */
interface AnswerWriter {
    /** Whether there is an answer; there can be no other then. */
    boolean begun();

    /** Once it has begun. */
    int status();

    /** Whether the connection outlives the answer; once it has begun. */
    boolean keepAlive();

    /** Bytes of the body so far, without framing. */
    long bodyBytes();

    /** Begins an answer; its fields go into what is returned, until {@link #begin}. */
    AnswerHead head(int status);

    /**
     * The fields are complete.
     *
     * @param length -1 where only the end tells
     * @param hasBody whether the integration sends a body
     */
    void begin(LiveExchange exchange, long length, boolean hasBody, boolean keepConnection);

    /** A whole answer of the gateway's own, but for its end. */
    void refuse(Refusal refusal, LiveExchange exchange, boolean keepConnection);

    /** @param data passed on */
    void content(ByteBuf data);

    /** Whether there is room for more. */
    boolean hasRoom();

    void flush();

    /** @param written hears whether all of it could be written */
    void end(Consumer<Boolean> written);

    /** Nobody takes the answer any more; what has not been sent is dropped. */
    void discard();
}
