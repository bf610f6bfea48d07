/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.loop.Deadline;
import dev.sluice.gateway.loop.LoopBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives its place to HTTP/2 or HTTP/1: with TLS as ALPN says (RFC 7301), else by the preface of HTTP/2, which cannot begin a request of HTTP/1
 * (RFC 9113, section 3.3). Confined to the event loop.
 */
final class ProtocolChoice extends ChannelInboundHandlerAdapter implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ProtocolChoice.class);

    private final LoopContext loop;
    private final String scheme;
    private final boolean secure;
    private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    private final Deadline deadline;
    private @Nullable ChannelHandlerContext context;
    /** What has come of a preface. */
    private @Nullable ByteBuf begun;

    ProtocolChoice(LoopContext loop, String scheme, boolean secure) {
        this.loop = loop;
        this.scheme = scheme;
        this.secure = secure;
        deadline = new Deadline(loop.eventLoop, loop.nanoClock, this::drain);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
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
        if (secure || !(message instanceof ByteBuf data)) {
            throw new IllegalStateException("before its protocol was known: " + message);
        }
        ByteBuf all = begun == null ? data : begun.writeBytes(data);
        if (begun != null) {
            data.release();
        }
        begun = null;
        int compared = Math.min(all.readableBytes(), preface.readableBytes());
        boolean same = ByteBufUtil.equals(all, all.readerIndex(), preface, preface.readerIndex(), compared);
        if (same && compared < preface.readableBytes()) {
            begun = ctx.alloc().buffer(preface.readableBytes()).writeBytes(all);
            all.release();
        } else {
            choose(ctx, same, all);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        ctx.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            choose(ctx, ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol()), null);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection of {} ended", ctx.channel().remoteAddress(), cause);
        var _ = ctx.close();
    }

    @Override
    public void drain() {
        if (context != null) {
            var _ = context.close();
        }
    }

    private void choose(ChannelHandlerContext ctx, boolean http2, @Nullable ByteBuf data) {
        leave();
        if (http2) {
            LoopBuffers.keepReads(ctx.channel());
        }
        ChannelHandler chosen = http2 ? Http2Connection.create(loop, scheme) : new Http1Connection(loop, scheme);
        ctx.pipeline().addAfter(ctx.name(), null, chosen);
        if (!http2) {
            ctx.fireChannelActive();
        }
        if (data != null) {
            ctx.fireChannelRead(data);
        } else {
            ctx.read();
        }
        // What else this read brings goes straight to the chosen one.
        ctx.pipeline().remove(this);
    }

    private void leave() {
        deadline.cancel();
        loop.remove(this);
        preface.release();
        if (begun != null) {
            ReferenceCountUtil.release(begun);
            begun = null;
        }
    }
}
