/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.RequestHead;
import dev.sluice.gateway.http.RequestScan;
import dev.sluice.gateway.http.Verdict;
import dev.sluice.gateway.loop.Deadline;
import dev.sluice.gateway.loop.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection by HTTP/1.0 or 1.1: one exchange at a time, in the order of the requests. Confined to the event loop.
 *
 * <p>Nothing is read by itself. A read is asked for when nothing is pending and either no exchange is there, or one that takes content, or
 * one that waits (so that a client that leaves is noticed); so at most one read's worth of pipelined requests is ever pending.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements ClientConnection, Downstream {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII)
                    .asReadOnly());

    private final LoopContext loop;
    private final String scheme;
    private final RequestScan scan;
    private final BodyReader body;
    private final Deadline deadline;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outlet outlet;
    private RequestHead.Connection peer = new RequestHead.Connection("", 0, 0, "http", "", false);
    /** What has been received and not been read. */
    private ByteBuf pending = Unpooled.EMPTY_BUFFER;

    private @Nullable ClientExchange current;
    private boolean advancing;
    private boolean lingering;
    private boolean headTimed;
    private boolean unreadable;

    Http1Connection(LoopContext loop, String scheme) {
        this.loop = loop;
        this.scheme = scheme;
        scan = new RequestScan(
                loop.settings.limits().urlBytes(), loop.settings.limits().headerBytes());
        body = new BodyReader(
                loop.settings.limits().headerBytes(), loop.settings.limits().bodyBytes());
        deadline = new Deadline(loop.eventLoop, loop.nanoClock, this::expire);
    }

    @Override
    public ByteBufAllocator allocator() {
        return context().alloc();
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public void sendContinue() {
        var _ = context().writeAndFlush(CONTINUE.duplicate(), context().voidPromise());
    }

    @Override
    public void readOn() {
        advance();
    }

    @Override
    public void abort() {
        unreadable = true;
        var _ = context().close();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        outlet = loop.buffers.outlet(ctx.channel());
        peer = loop.peer(ctx.channel(), scheme);
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
        if (lingering || unreadable || !(message instanceof ByteBuf data)) {
            ReferenceCountUtil.release(message);
        } else if (pending.isReadable()) {
            pending = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, data);
        } else {
            pending.release();
            pending = data;
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
        drop();
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
    private void advance() {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            boolean moved = true;
            while (moved && !lingering && !unreadable && pending.isReadable()) {
                moved = current == null ? readHead() : current.takesContent() && readContent(current);
            }
        } finally {
            advancing = false;
        }
        if (current != null) {
            current.readComplete();
        }
        if (pending.isReadable()) {
            pending = loop.buffers.keep(pending, context().channel());
        } else {
            drop();
        }
        if (context != null && (lingering || wantsMore())) {
            timeHead();
            context.read();
        }
    }

    private boolean wantsMore() {
        return !pending.isReadable() && (current == null || current.wantsRead());
    }

    /** @return whether there may be more to do with what is pending */
    private boolean readHead() {
        Verdict verdict = scan.scan(pending);
        switch (verdict) {
            case INCOMPLETE -> {
                return false;
            }
            case COMPLETE -> begin(scan.take(peer));
            case BAD, URL_TOO_LONG, HEADERS_TOO_LARGE -> refuse(Verdicts.error(verdict));
        }
        return true;
    }

    private void begin(@Nullable RequestHead head) {
        if (head == null) {
            refuse(GatewayError.BAD_REQUEST);
            return;
        }
        long length = head.framing().contentLength();
        if (length == RequestHead.Framing.UNTIL_END) {
            body.beginChunked();
        } else {
            body.beginLength(length);
        }
        ClientExchange exchange = new ClientExchange(this, writer(head), loop);
        current = exchange;
        exchange.begin(head);
    }

    /** What cannot be read as a request, and whatever comes behind it. */
    private void refuse(GatewayError error) {
        unreadable = true;
        ClientExchange exchange = new ClientExchange(this, writer(null), loop);
        current = exchange;
        exchange.refuseUnread(error, peer);
    }

    private AnswerWriter writer(@Nullable RequestHead head) {
        boolean toHead = head != null && head.method().equals("HEAD");
        boolean http11 = head == null || head.protocol().equals("HTTP/1.1");
        return new Http1AnswerWriter(outlet(), loop, toHead, http11);
    }

    private boolean readContent(ClientExchange exchange) {
        ByteBuf part = body.next(pending);
        if (part != null) {
            exchange.content(part);
        }
        if (body.bad() || body.tooLarge()) {
            unreadable = true;
            exchange.contentUnreadable(body.bad() ? GatewayError.BAD_REQUEST : GatewayError.CONTENT_TOO_LARGE);
        } else if (body.ended() && current == exchange) {
            exchange.requestEnded();
        }
        return part != null || body.ended();
    }

    @Override
    public void ended(boolean keepAlive, boolean requestComplete) {
        current = null;
        if (keepAlive && !loop.draining()) {
            headTimed = false;
            deadline.set(loop.settings.times().idle());
            advance();
        } else if (requestComplete) {
            abort();
        } else {
            linger();
        }
    }

    @Override
    public void drain() {
        if (current == null) {
            abort();
        }
    }

    /** From the first byte of a head there is less time. */
    private void timeHead() {
        if (current == null && !lingering && !headTimed && scan.inHead()) {
            headTimed = true;
            deadline.set(loop.settings.times().head());
        }
    }

    /** Reads and drops what the client still sends, for a while: closing at once could take the answer away from it. */
    private void linger() {
        lingering = true;
        drop();
        deadline.set(LINGER);
        SslHandler tls = context().pipeline().get(SslHandler.class);
        if (tls != null) {
            var _ = tls.closeOutbound();
        } else if (context().channel() instanceof DuplexChannel channel) {
            var _ = channel.shutdownOutput();
        }
        context().read();
    }

    private void drop() {
        pending.release();
        pending = Unpooled.EMPTY_BUFFER;
    }

    private void expire() {
        if (current != null) {
            current.expire();
        } else if (!lingering && scan.inHead()) {
            refuse(GatewayError.REQUEST_TIMEOUT);
        } else {
            abort();
        }
    }

    private Outlet outlet() {
        if (outlet == null) {
            throw new IllegalStateException("not connected");
        }
        return outlet;
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }
}
