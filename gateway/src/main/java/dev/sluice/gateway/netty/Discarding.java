/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.buffer.ByteBuf;

/** For a request that has been answered already: what still comes is dropped. */
final class Discarding implements Answering {
    static final Discarding INSTANCE = new Discarding();

    private Discarding() {}

    @Override
    public void begin() {}

    @Override
    public void content(ByteBuf data) {
        data.release();
    }

    @Override
    public void end() {}

    @Override
    public boolean wantsContent() {
        return true;
    }
}
