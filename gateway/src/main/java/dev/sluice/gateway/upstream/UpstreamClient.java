/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.Origin;
import dev.sluice.gateway.loop.Deadline;
import dev.sluice.gateway.loop.LoopBuffers;
import dev.sluice.limits.NanoClock;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls upstreams over connections of one event loop. Confined to that event loop. */
public final class UpstreamClient {
    private static final long SWEEP_MILLIS = 500;

    private final EventLoop eventLoop;
    private final LoopBuffers buffers;
    private final Bootstrap bootstrap;
    private final SslContext tls;
    private final long connectMillis;
    private final EgressRule egress;
    private final HostResolver resolver;
    private final UpstreamPool pool;
    /** Connections to each server, also those being made and those in use. */
    private final Map<Origin, Integer> open = new HashMap<>();

    private final int maxOpen;
    private final NanoClock clock;

    /** @param channelType what fits the event loop */
    public UpstreamClient(
            EventLoop eventLoop,
            LoopBuffers buffers,
            Class<? extends Channel> channelType,
            GatewaySettings settings,
            SslContext tls,
            NanoClock clock) {
        this.eventLoop = eventLoop;
        this.buffers = buffers;
        this.tls = tls;
        this.clock = clock;
        connectMillis = settings.times().connect().toMillis();
        egress = new EgressRule(settings.egress());
        maxOpen = Math.ceilDiv(settings.maxUpstreamConnections(), settings.eventLoops());
        resolver = new HostResolver(eventLoop);
        pool = new UpstreamPool(settings.times().upstreamIdle());
        bootstrap = new Bootstrap()
                .group(eventLoop)
                .channel(channelType)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectMillis);
    }

    /** Begins to close idle connections in time. */
    public void start() {
        var _ = eventLoop.scheduleWithFixedDelay(
                () -> pool.sweep(clock.nanoTime()), SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A call to be started; the request's body, if any, goes through it. */
    public UpstreamCall call(UpstreamRequest request, UpstreamListener listener) {
        return new UpstreamCall(this, request, listener);
    }

    Deadline newDeadline(Runnable expired) {
        return new Deadline(eventLoop, clock, expired);
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    ByteBuf keep(ByteBuf data, Channel channel) {
        return buffers.keep(data, channel);
    }

    @Nullable
    UpstreamConnection pooled(Origin origin, long nowNanos) {
        return pool.take(origin, nowNanos);
    }

    void pool(UpstreamConnection connection) {
        pool.put(connection);
    }

    void forget(UpstreamConnection connection) {
        pool.remove(connection);
    }

    void connect(UpstreamCall call) {
        Origin origin = call.request().origin();
        resolver.resolve(origin.host(), addresses -> {
            List<InetAddress> allowed = addresses.stream()
                    .filter(address -> egress.allows(address, origin.port()))
                    .toList();
            if (allowed.isEmpty()) {
                call.fail(addresses.isEmpty() ? UpstreamFailure.NETWORK : UpstreamFailure.REFUSED);
            } else {
                connect(call, allowed, 0);
            }
        });
    }

    private void connect(UpstreamCall call, List<InetAddress> addresses, int index) {
        if (call.isEnded()) {
            return;
        }
        Origin origin = call.request().origin();
        if (open.getOrDefault(origin, 0) >= maxOpen) {
            call.fail(UpstreamFailure.NETWORK);
            return;
        }
        ChannelFuture connecting = bootstrap
                .clone()
                .handler(initializer(origin))
                .connect(new InetSocketAddress(addresses.get(index), origin.port()));
        open.merge(origin, 1, Integer::sum);
        connecting
                .channel()
                .closeFuture()
                .addListener(_ -> open.computeIfPresent(origin, (_, count) -> count == 1 ? null : count - 1));
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                onConnected(call, connecting.channel());
            } else if (index + 1 < addresses.size()) {
                connect(call, addresses, index + 1);
            } else {
                call.fail(UpstreamFailure.NETWORK);
            }
        });
    }

    private ChannelInitializer<SocketChannel> initializer(Origin origin) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                if (origin.tls()) {
                    SslHandler handler = tls.newHandler(channel.alloc(), origin.host(), origin.port());
                    handler.setHandshakeTimeoutMillis(connectMillis);
                    channel.pipeline().addLast(handler);
                } else {
                    buffers.shareReads(channel);
                }
                channel.pipeline()
                        .addLast(new UpstreamConnection(UpstreamClient.this, origin, channel, buffers.outlet(channel)));
            }
        };
    }

    private static void onConnected(UpstreamCall call, Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            attach(call, channel, true);
        } else {
            handler.handshakeFuture().addListener(shaken -> attach(call, channel, shaken.isSuccess()));
        }
    }

    private static void attach(UpstreamCall call, Channel channel, boolean ready) {
        UpstreamConnection connection = channel.pipeline().get(UpstreamConnection.class);
        if (!ready || call.isEnded() || connection == null) {
            var _ = channel.close();
            call.fail(UpstreamFailure.NETWORK);
        } else {
            call.attach(connection);
        }
    }
}
