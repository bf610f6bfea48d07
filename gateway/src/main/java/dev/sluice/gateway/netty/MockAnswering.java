/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Integration.Mock;
import io.netty.buffer.ByteBuf;

/** Gives a literal answer once the request is complete. Confined to the event loop. */
record MockAnswering(ClientExchange exchange, LoopContext loop, Mock mock) implements Answering {
    @Override
    public void begin() {}

    @Override
    public void content(ByteBuf data) {
        data.release();
    }

    @Override
    public void end() {
        new WholeAnswer(mock.status(), mock.headers(), mock.body()).send(exchange, loop.headerRules, false);
    }

    @Override
    public boolean wantsContent() {
        return true;
    }
}
