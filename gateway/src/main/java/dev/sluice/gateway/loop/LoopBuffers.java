/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * What the plain connections of one event loop read into and write from: mostly one buffer each way, as nearly everything that is read has
 * been dealt with, and nearly everything that is written is with the kernel, before the loop turns to another connection. Only where sockets
 * are driven by epoll. Confined to the event loop.
 */
public final class LoopBuffers implements AutoCloseable {
    /** Of a read, until one of them was not enough. */
    static final int READ_BYTES = 16_384;

    private static final int WRITE_BYTES = 16_384;

    private final SharedBuffer reads = new SharedBuffer(READ_BYTES);
    private final SharedBuffer writes = new SharedBuffer(WRITE_BYTES);

    /** Lets a channel that is not secured read into the shared buffer; before its first read. */
    public void shareReads(Channel channel) {
        if (channel instanceof EpollSocketChannel) {
            channel.config().setRecvByteBufAllocator(new SharedReads(reads));
        }
    }

    /** The channel goes over to somebody who keeps what it has read. */
    public static void keepReads(Channel channel) {
        if (channel.config().getRecvByteBufAllocator() instanceof SharedReads shared) {
            shared.stop();
        }
    }

    /** What a channel is written to by; once its protocol is known. */
    public Outlet outlet(Channel channel) {
        return new Outlet(channel, writes);
    }

    /**
     * What stays of a read until another.
     *
     * @param data passed on
     */
    public ByteBuf keep(ByteBuf data, Channel channel) {
        return reads.keep(data, channel.alloc());
    }

    @Override
    public void close() {
        reads.close();
        writes.close();
    }
}
