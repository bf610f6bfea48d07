/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of a channel. What can be sent whole goes straight to its socket, past the pipeline and its queue, when neither would do
 * anything to it: when nothing is encrypted and nothing waits. Confined to the event loop.
 */
public final class Outlet {
    private final Channel channel;
    private final SharedBuffer shared;
    /** Null where everything takes the pipeline. */
    private final @Nullable Socket socket;

    Outlet(Channel channel, SharedBuffer shared) {
        this.channel = channel;
        this.shared = shared;
        socket = channel instanceof EpollSocketChannel epoll
                        && channel.pipeline().get(SslHandler.class) == null
                        && epoll.fd() instanceof Socket own
                ? own
                : null;
    }

    /** An empty buffer with room for so many bytes, to be written or sent soon. */
    public ByteBuf buffer(int bytes) {
        return socket == null || bytes > shared.capacity()
                ? channel.alloc().ioBuffer(bytes)
                : shared.take(channel.alloc());
    }

    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** Queues; {@link #flush} sends. */
    public void write(ByteBuf data) {
        var _ = channel.write(shared.keep(data, channel.alloc()), channel.voidPromise());
    }

    public void flush() {
        channel.flush();
    }

    /** As {@link #send}, for who hears of a failure from the channel. */
    public void writeAndFlush(ByteBuf data) {
        if (!sentAtOnce(data)) {
            write(data);
            flush();
        }
    }

    /**
     * Sends, after everything that waits.
     *
     * @param data passed on
     * @return null when all of it is sent already
     */
    public @Nullable ChannelFuture send(ByteBuf data) {
        return sentAtOnce(data) ? null : channel.writeAndFlush(shared.keep(data, channel.alloc()));
    }

    /** Whether there is room for more to wait. */
    public boolean isWritable() {
        return channel.isWritable();
    }

    private boolean sentAtOnce(ByteBuf data) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (socket == null || waiting == null || waiting.totalPendingWriteBytes() != 0 || !data.hasMemoryAddress()) {
            return false;
        }
        if (data.isReadable() && !sent(socket, data)) {
            return false;
        }
        data.release();
        return true;
    }

    private static boolean sent(Socket socket, ByteBuf data) {
        try {
            data.skipBytes(socket.sendAddress(data.memoryAddress(), data.readerIndex(), data.writerIndex()));
            return !data.isReadable();
        } catch (IOException _) {
            // The pipeline finds the same, and tells.
            return false;
        }
    }
}
