/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.ExchangeListener;
import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.ServerCertificate;
import dev.sluice.gateway.explain.RefusalLog;
import dev.sluice.gateway.filter.Chain;
import dev.sluice.gateway.filter.KeyGuesses;
import dev.sluice.gateway.loop.LoopBuffers;
import dev.sluice.gateway.netty.tls.ServerTls;
import dev.sluice.gateway.upstream.UpstreamClient;
import dev.sluice.limits.Limiter;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The data plane: its listeners and event loops. Thread-safe. */
public final class Gateway implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long STOP_SECONDS = 5;
    private static final long TICKET_KEY_CHECK_SECONDS = 60;

    private final GatewaySettings settings;
    private final Transport transport;
    private final Map<EventLoop, LoopContext> loops = new HashMap<>();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final GatherBudget gathering;
    private final LongAdder refusedConnections = new LongAdder();
    private final List<Channel> listeners = new ArrayList<>(2);
    private @Nullable ServerTls tls;

    private Gateway(GatewaySettings settings, Transport transport) {
        this.settings = settings;
        this.transport = transport;
        gathering = new GatherBudget(settings.maxGatheredBytes(), settings.eventLoops());
    }

    /**
     * Listens and serves what is published; returns when all listeners accept.
     *
     * @param refusals gets every refusal by a key, a limit or a quota
     * @param clock for dates; latencies are measured by the limiter's clock
     * @throws ListenException when a port cannot be listened on
     * @throws IllegalArgumentException when a certificate, the TLS provider or the transport cannot be used here
     */
    public static Gateway start(
            GatewaySettings settings,
            Published published,
            Limiter limiter,
            RefusalLog refusals,
            ExchangeListener listener,
            InstantSource clock) {
        SslContext clientTls = TlsContexts.client(settings.egress().trusted());
        KeyGuesses guesses = KeyGuesses.of(settings, limiter.clock());
        Gateway gateway = new Gateway(settings, Transport.open(settings.transport(), settings.eventLoops()));
        try {
            for (EventExecutor executor : gateway.transport.eventLoops()) {
                EventLoop loop = (EventLoop) executor;
                LoopBuffers buffers = new LoopBuffers();
                UpstreamClient upstreams = new UpstreamClient(
                        loop, buffers, gateway.transport.clientChannel(), settings, clientTls, limiter.clock());
                upstreams.start();
                Chain chain = Chain.create(published, guesses, limiter, refusals.writer(), clock, settings);
                gateway.loops.put(
                        loop,
                        new LoopContext(
                                loop,
                                settings,
                                chain,
                                upstreams,
                                buffers,
                                gateway.gathering.share(),
                                listener,
                                clock,
                                limiter.clock()));
            }
            if (settings.tls() != null) {
                gateway.tls = ServerTls.open(settings.tls(), settings.times().head(), limiter.clock());
                gateway.rotateTicketKeys(gateway.tls);
            }
            gateway.listen("http", settings.host(), settings.httpPort(), null);
            if (settings.tls() != null) {
                gateway.listen("https", settings.tls().host(), settings.tls().port(), gateway.tls);
            }
            return gateway;
        } catch (ListenException | IllegalArgumentException e) {
            gateway.close();
            throw e;
        }
    }

    /**
     * Presents these on connections to come; those that are there, and the sessions of certificates that stay the same, go on.
     *
     * @throws IllegalArgumentException naming a certificate that cannot be used; then nothing has changed
     * @throws IllegalStateException without an HTTPS listener
     */
    public void present(Certificates certificates) {
        tls().present(certificates);
    }

    /**
     * Tries whether a certificate could be presented.
     *
     * @throws IllegalArgumentException when it could not
     * @throws IllegalStateException without an HTTPS listener
     */
    public void check(ServerCertificate certificate) {
        tls().check(certificate);
    }

    /** The port that plain HTTP is served on. */
    public int httpPort() {
        return port(listeners.getFirst());
    }

    /** The port that HTTPS is served on; empty without TLS. */
    public OptionalInt httpsPort() {
        return listeners.size() < 2 ? OptionalInt.empty() : OptionalInt.of(port(listeners.get(1)));
    }

    /** Clients' connections now. */
    public int connections() {
        return connections.size();
    }

    /** How many were closed as they came, because there were as many as there may be. */
    public long refusedConnections() {
        return refusedConnections.sum();
    }

    /** Bytes of request bodies and answers of back ends that are kept whole now. */
    public long gatheredBytes() {
        return gathering.heldBytes();
    }

    /** How many requests were refused because there was no room to keep a body or an answer whole. */
    public long refusedGatherings() {
        return gathering.refusals();
    }

    /** Stops listening, lets the requests in flight end for as long as the settings say, and closes the rest. Blocks. */
    @Override
    public void close() {
        listeners.forEach(listener -> listener.close().awaitUninterruptibly());
        loops.values().forEach(LoopContext::keepNothingAlive);
        loops.forEach((loop, context) -> loop.execute(context::drain));
        connections
                .newCloseFuture()
                .awaitUninterruptibly(settings.times().drain().toMillis());
        connections.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        transport
                .eventLoops()
                .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly();
        loops.values().forEach(loop -> loop.buffers.close());
        if (tls != null) {
            tls.close();
        }
    }

    ServerTls tls() {
        if (tls == null) {
            throw new IllegalStateException("no HTTPS listener");
        }
        return tls;
    }

    private void rotateTicketKeys(ServerTls keys) {
        var _ = transport
                .eventLoops()
                .scheduleWithFixedDelay(
                        keys::rotateTicketKeysIfDue,
                        TICKET_KEY_CHECK_SECONDS,
                        TICKET_KEY_CHECK_SECONDS,
                        TimeUnit.SECONDS);
    }

    private void listen(String scheme, String host, int port, @Nullable ServerTls tls) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.eventLoops())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel, scheme, tls);
                    }
                });
        ChannelFuture bound = bootstrap.bind(host, port).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new ListenException(
                    scheme + " port " + port + " on " + host + " cannot be listened on: " + cause.getMessage(), cause);
        }
        listeners.add(bound.channel());
    }

    private void accept(SocketChannel channel, String scheme, @Nullable ServerTls tls) {
        LoopContext loop = loops.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("unknown event loop: " + channel.eventLoop());
        }
        if (connections.size() >= settings.maxConnections()) {
            refusedConnections.increment();
            var _ = channel.close();
            return;
        }
        connections.add(channel);
        if (tls == null) {
            loop.buffers.shareReads(channel);
        } else {
            tls.addTo(channel.pipeline());
        }
        channel.pipeline().addLast(new ProtocolChoice(loop, scheme, tls != null));
    }

    private static int port(Channel listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }
}
