/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * Has one channel read into a buffer that it shares with others; into one of its own, and larger, after a read that filled the shared one,
 * until a read would have fitted there again. Confined to the event loop.
 */
final class SharedReads extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int LARGE_BYTES = 65_536;
    /** Of a read that is not shared, until one of them was not enough. */
    private static final int OWN_BYTES = 2048;

    private final SharedBuffer shared;
    private boolean stopped;

    SharedReads(SharedBuffer shared) {
        this.shared = shared;
    }

    /** From now on every read has a buffer of its own. */
    void stop() {
        stopped = true;
    }

    @Override
    public Handle newHandle() {
        return new Reads();
    }

    private final class Reads extends MaxMessageHandle {
        private boolean large;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return large || stopped ? allocator.ioBuffer(guess()) : shared.take(allocator);
        }

        @Override
        public int guess() {
            return large ? LARGE_BYTES : small();
        }

        @Override
        public void lastBytesRead(int bytes) {
            large = bytes >= small();
            super.lastBytesRead(bytes);
        }

        private int small() {
            return stopped ? OWN_BYTES : shared.capacity();
        }
    }
}
