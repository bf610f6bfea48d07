/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.ExchangeListener;
import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.GatewaySettings.ThrottleBody;
import dev.sluice.gateway.filter.Chain;
import dev.sluice.gateway.filter.ClientAddress;
import dev.sluice.gateway.filter.RequestIds;
import dev.sluice.gateway.http.HeadWriter;
import dev.sluice.gateway.http.RequestHead;
import dev.sluice.gateway.loop.LoopBuffers;
import dev.sluice.gateway.upstream.UpstreamClient;
import dev.sluice.limits.NanoClock;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/** What the connections of one event loop share. Confined to that event loop, but for {@link #keepNothingAlive}. */
final class LoopContext {
    final EventLoop eventLoop;
    final GatewaySettings settings;
    final Chain chain;
    final UpstreamClient upstreams;
    final LoopBuffers buffers;
    final GatherBudget.Share gathering;
    final ExchangeListener listener;
    final InstantSource clock;
    final NanoClock nanoClock;
    final RequestIds ids = RequestIds.seeded();
    final HeadWriter heads = new HeadWriter();
    final HttpDate date;
    final HeaderRules headerRules;
    final ClientAddress clients;
    final Refusals refusals;
    private final Set<ClientConnection> connections = new HashSet<>();
    private volatile boolean draining;

    LoopContext(
            EventLoop eventLoop,
            GatewaySettings settings,
            Chain chain,
            UpstreamClient upstreams,
            LoopBuffers buffers,
            GatherBudget.Share gathering,
            ExchangeListener listener,
            InstantSource clock,
            NanoClock nanoClock) {
        this.eventLoop = eventLoop;
        this.settings = settings;
        this.chain = chain;
        this.upstreams = upstreams;
        this.buffers = buffers;
        this.gathering = gathering;
        this.listener = listener;
        this.clock = clock;
        this.nanoClock = nanoClock;
        date = new HttpDate(clock);
        headerRules = new HeaderRules(settings.strictAws());
        clients = new ClientAddress(settings.trustedProxies());
        refusals = new Refusals(
                settings.limits().bodyBytes(),
                settings.strictAws() ? ThrottleBody.AWS : settings.announcing().body());
    }

    /** Who is at the other end of a channel. */
    RequestHead.Connection peer(Channel channel, String scheme) {
        InetAddress remote = channel.remoteAddress() instanceof InetSocketAddress address ? address.getAddress() : null;
        int port = channel.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
        return clients.connected(remote, port, scheme);
    }

    /** Whether answers end their connection. */
    boolean draining() {
        return draining;
    }

    void add(ClientConnection connection) {
        connections.add(connection);
    }

    void remove(ClientConnection connection) {
        connections.remove(connection);
    }

    /** From now on every answer ends its connection. Any thread. */
    void keepNothingAlive() {
        draining = true;
    }

    /** Lets what is in flight end, and ends what is not. */
    void drain() {
        Set.copyOf(connections).forEach(ClientConnection::drain);
    }
}
