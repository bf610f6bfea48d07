/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens, accepts connections within {@link AdminLimits} and runs the handler on virtual threads. Thread-safe. */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int EVENT_LOOPS = 1;

    private final AdminHandler handler;
    private final AdminLimits limits;
    private final InstantSource clock;
    private final Duration drain;
    private final MultiThreadIoEventLoopGroup group;
    private final ChannelGroup connections = new DefaultChannelGroup("admin-connections", GlobalEventExecutor.INSTANCE);
    private final ExecutorService virtualThreads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("admin-", 0).factory());
    private final Semaphore slots;
    private final AtomicLong bufferedBytes = new AtomicLong();
    private volatile boolean draining;
    private final Channel listener;

    private AdminServer(
            InetSocketAddress address, AdminHandler handler, AdminLimits limits, InstantSource clock, Duration drain)
            throws IOException {
        this.handler = handler;
        this.limits = limits;
        this.clock = clock;
        this.drain = drain;
        this.slots = new Semaphore(limits.requests());
        this.group = new MultiThreadIoEventLoopGroup(
                EVENT_LOOPS, new DefaultThreadFactory("admin-loop"), NioIoHandler.newFactory());
        this.listener = bind(address);
    }

    /**
     * @param address port 0 picks a free one
     * @param drain how long {@link #close} lets requests that are under way finish
     * @throws IOException when the address cannot be bound; says which and why
     */
    public static AdminServer start(
            InetSocketAddress address, AdminHandler handler, InstantSource clock, Duration drain) throws IOException {
        return start(address, handler, AdminLimits.DEFAULT, clock, drain);
    }

    static AdminServer start(
            InetSocketAddress address, AdminHandler handler, AdminLimits limits, InstantSource clock, Duration drain)
            throws IOException {
        return new AdminServer(address, handler, limits, clock, drain);
    }

    /** Where it listens, with the port it got. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Accepts nothing new, lets requests that are under way finish within the drain time, then ends every connection. */
    @Override
    public void close() {
        if (draining) {
            return;
        }
        draining = true;
        listener.close().syncUninterruptibly();
        for (var connection : connections) {
            var context = connection.pipeline().context(AdminConnection.class);
            if (context != null) {
                context.executor().execute(() -> ((AdminConnection) context.handler()).drain(context));
            }
        }
        if (!connections.newCloseFuture().awaitUninterruptibly(drain.toMillis())) {
            LOG.warn("{} admin requests did not end in {} s and are cut off", connections.size(), drain.toSeconds());
        }
        virtualThreads.shutdownNow();
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    AdminLimits limits() {
        return limits;
    }

    InstantSource clock() {
        return clock;
    }

    boolean draining() {
        return draining;
    }

    /** False when so many bytes do not fit beside the bodies that are held now. */
    boolean reserve(int bytes) {
        if (bufferedBytes.addAndGet(bytes) <= limits.bufferedBytes()) {
            return true;
        }
        bufferedBytes.addAndGet(-bytes);
        return false;
    }

    void release(int bytes) {
        bufferedBytes.addAndGet(-bytes);
    }

    /** Has the request handled on a virtual thread; false, and no answer, when too many are being handled. */
    boolean handle(AdminRequest request, Consumer<AdminResponse> answer) {
        if (!slots.tryAcquire()) {
            return false;
        }
        virtualThreads.execute(() -> {
            try {
                answer.accept(answered(request));
            } finally {
                slots.release();
            }
        });
        return true;
    }

    private AdminResponse answered(AdminRequest request) {
        try {
            return handler.handle(request);
        } catch (RuntimeException bug) {
            LOG.error("no answer to {} {}", request.method(), request.rawPath(), bug);
            return AdminResponse.text(500, "text/plain; charset=utf-8", "internal error\n");
        }
    }

    private Channel bind(InetSocketAddress address) throws IOException {
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 256)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ConnectionSetUp())
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
            throw new IOException(
                    address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return bound.channel();
    }

    private final class ConnectionSetUp extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            if (connections.size() >= limits.connections()) {
                var _ = channel.close();
                return;
            }
            connections.add(channel);
            channel.pipeline()
                    .addLast(new HttpResponseEncoder())
                    .addLast(new StrictRequestDecoder())
                    .addLast(new FlowControlHandler())
                    .addLast(new AdminConnection(AdminServer.this));
        }
    }
}
