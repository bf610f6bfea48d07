/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.filter.RequestHead;
import dev.sluice.limits.SourceTable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection: one exchange at a time, in the order of the requests. Confined to the event loop.
 *
 * <p>Nothing is read by itself. A read is asked for when there is nothing pending and either no exchange, or one that takes content, or one
 * that waits (so that a client that leaves is noticed); so at most one read's worth of pipelined requests is ever pending.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final LoopContext loop;
    private final RequestDecoder decoder;
    private final String scheme;
    private final Queue<Object> pending = new ArrayDeque<>(4);
    private final Deadline deadline;
    private @Nullable ChannelHandlerContext context;
    private RequestHead.Connection peer = new RequestHead.Connection("", 0, 0, "http");
    private @Nullable ClientExchange current;
    private boolean advancing;
    private boolean lingering;
    private boolean headTimed;

    ClientConnection(LoopContext loop, RequestDecoder decoder, String scheme) {
        this.loop = loop;
        this.decoder = decoder;
        this.scheme = scheme;
        deadline = new Deadline(loop, this::expire);
    }

    ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }

    Deadline deadline() {
        return deadline;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        peer = new RequestHead.Connection(
                ip(ctx.channel().remoteAddress()),
                source(ctx.channel().remoteAddress()),
                port(ctx.channel().localAddress()),
                scheme);
        loop.add(this);
        if (loop.draining()) {
            var _ = ctx.close();
            return;
        }
        deadline.set(loop.settings.times().head());
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (lingering) {
            ReferenceCountUtil.release(message);
        } else {
            pending.add(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        advance();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (current != null && ctx.channel().isWritable()) {
            current.answerWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.cancel();
        loop.remove(this);
        ClientExchange exchange = current;
        current = null;
        lingering = true;
        if (exchange != null) {
            exchange.clientGone();
        }
        pending.forEach(ReferenceCountUtil::release);
        pending.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof RuntimeException && !(cause instanceof DecoderException)) {
            LOG.error("connection of {} failed", peer.sourceIp(), cause);
        } else if (!(cause instanceof IOException)) {
            LOG.debug("connection of {} ended", peer.sourceIp(), cause);
        }
        var _ = ctx.close();
    }

    /** Serves what is pending, as far as the current exchange lets it, and reads on. */
    void advance() {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            while (!lingering && !pending.isEmpty() && (current == null || current.takesContent())) {
                serve(pending.remove());
            }
        } finally {
            advancing = false;
        }
        if (current != null) {
            current.readComplete();
        }
        if (context != null && (lingering || wantsMore())) {
            timeHead();
            context.read();
        }
    }

    private boolean wantsMore() {
        return pending.isEmpty() && (current == null || current.wantsRead());
    }

    /** Takes the rest of the request if it has come and is empty. */
    boolean takeEmptyEnd() {
        boolean ended = pending.peek() instanceof LastHttpContent last
                && !last.content().isReadable()
                && last.decoderResult().isSuccess();
        if (ended) {
            ReferenceCountUtil.release(pending.remove());
        }
        return ended;
    }

    /** The current exchange is over: its answer is written and its request read, or the connection is to end. */
    void exchangeEnded(boolean keepAlive, boolean requestComplete) {
        current = null;
        if (keepAlive && !loop.draining()) {
            headTimed = false;
            deadline.set(loop.settings.times().idle());
            advance();
        } else if (requestComplete) {
            var _ = context().close();
        } else {
            linger();
        }
    }

    /** Ends the connection: after the current exchange, or now. */
    void drain() {
        if (current == null) {
            var _ = context().close();
        }
    }

    private void serve(Object message) {
        if (current != null) {
            current.content((HttpContent) message);
        } else if (message instanceof HttpRequest request) {
            begin(new ClientExchange(this, loop, request));
        } else if (message instanceof UnreadableHead(var error)) {
            ClientExchange unreadable = new ClientExchange(this, loop, null);
            current = unreadable;
            unreadable.refuseUnread(error, peer);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ClientExchange exchange) {
        current = exchange;
        deadline.set(loop.settings.times().idle());
        exchange.begin(peer);
    }

    /** From the first byte of a head there is less time. */
    private void timeHead() {
        if (current == null && !lingering && !headTimed && decoder.inHead()) {
            headTimed = true;
            deadline.set(loop.settings.times().head());
        }
    }

    /** Reads and drops what the client still sends, for a while: closing at once could take the answer away from it. */
    private void linger() {
        lingering = true;
        pending.forEach(ReferenceCountUtil::release);
        pending.clear();
        deadline.set(LINGER);
        SslHandler tls = context().pipeline().get(SslHandler.class);
        if (tls != null) {
            var _ = tls.closeOutbound();
        } else if (context().channel() instanceof DuplexChannel channel) {
            var _ = channel.shutdownOutput();
        }
        context().read();
    }

    private void expire() {
        if (current != null) {
            current.expire();
        } else if (!lingering && decoder.inHead()) {
            ClientExchange late = new ClientExchange(this, loop, null);
            current = late;
            late.refuseUnread(GatewayError.REQUEST_TIMEOUT, peer);
        } else {
            var _ = context().close();
        }
    }

    private static String ip(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }

    private static long source(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? SourceTable.sourceOf(inet.getAddress().getAddress())
                : 0;
    }

    private static int port(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }
}
