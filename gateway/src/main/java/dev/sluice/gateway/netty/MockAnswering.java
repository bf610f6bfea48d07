/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Integration.Mock;
import io.netty.buffer.ByteBuf;

/** Gives a literal answer once the request is complete. Confined to the event loop. */
final class MockAnswering implements Answering {
    private final ClientExchange exchange;
    private final LoopContext loop;
    private final WholeAnswer answer;

    MockAnswering(ClientExchange exchange, LoopContext loop, Mock mock) {
        this.exchange = exchange;
        this.loop = loop;
        answer = new WholeAnswer(mock.status(), mock.headers(), mock.body());
    }

    @Override
    public void begin() {}

    @Override
    public void content(ByteBuf data) {
        data.release();
    }

    @Override
    public void end() {
        answer.send(exchange, loop.headerRules, false);
    }

    @Override
    public boolean wantsContent() {
        return true;
    }

    @Override
    public void answerWritable() {
        answer.resume(exchange);
    }
}
