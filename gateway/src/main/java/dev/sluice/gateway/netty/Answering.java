/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.buffer.ByteBuf;

/** What takes a request's body and sees to its answer; one per exchange. Confined to the event loop. */
interface Answering {
    /** Called once, before any other. */
    void begin();

    /** @param data to be released */
    void content(ByteBuf data);

    /** The request is complete. */
    void end();

    /** Whether more of the request is wanted now. */
    boolean wantsContent();

    /** What was read has been handed over: time to flush. */
    default void readComplete() {}

    /** There is room for more of the answer again. */
    default void answerWritable() {}

    /** Nobody waits for the answer any more, or another has been given. */
    default void abandon() {}
}
