/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.GatewaySettings.TransportKind;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;

/** How sockets are driven. */
record Transport(
        EventLoopGroup eventLoops,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends Channel> clientChannel) {

    /** @throws IllegalArgumentException when the kernel or its library does not offer it here */
    static Transport open(TransportKind kind, int eventLoops) {
        return switch (kind) {
            case AUTO -> Epoll.isAvailable() ? epoll(eventLoops) : nio(eventLoops);
            case EPOLL -> {
                require("epoll", Epoll.unavailabilityCause());
                yield epoll(eventLoops);
            }
            case IO_URING -> {
                require("io_uring", IoUring.unavailabilityCause());
                yield ioUring(eventLoops);
            }
            case NIO -> nio(eventLoops);
        };
    }

    private static void require(String name, @Nullable Throwable unavailable) {
        if (unavailable != null) {
            throw new IllegalArgumentException(
                    "gateway.transport: " + name + " does not work on this machine: " + unavailable.getMessage()
                            + " (expected: auto or nio)",
                    unavailable);
        }
    }

    private static Transport epoll(int loops) {
        return new Transport(
                group(loops, EpollIoHandler.newFactory()), EpollServerSocketChannel.class, EpollSocketChannel.class);
    }

    private static Transport ioUring(int loops) {
        return new Transport(
                group(loops, IoUringIoHandler.newFactory()),
                IoUringServerSocketChannel.class,
                IoUringSocketChannel.class);
    }

    private static Transport nio(int loops) {
        return new Transport(
                group(loops, NioIoHandler.newFactory()), NioServerSocketChannel.class, NioSocketChannel.class);
    }

    private static EventLoopGroup group(int loops, IoHandlerFactory sockets) {
        return new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("sluice-loop"), sockets);
    }
}
