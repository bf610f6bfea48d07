/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an upstream. Confined to the event loop.
 *
 * <p>It goes back to the pool only after an answer that was framed by length or chunks, to a request that was sent whole, without a byte
 * more than the answer; and only at the end of the read, when such a byte would have been seen. An idle connection is always being read
 * from, so that its end, or anything unasked for, takes it out of the pool.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private final UpstreamClient client;
    private final Origin origin;
    private final Channel channel;
    private final ResponseDecoder decoder;
    private @Nullable UpstreamCall call;
    private boolean reused;
    private boolean interim;
    private boolean keepAlive;
    private boolean toPool;
    private @Nullable Duration peerIdle;
    private long idleSinceNanos;

    UpstreamConnection(UpstreamClient client, Origin origin, Channel channel, ResponseDecoder decoder) {
        this.client = client;
        this.origin = origin;
        this.channel = channel;
        this.decoder = decoder;
    }

    Origin origin() {
        return origin;
    }

    void begin(UpstreamCall next, boolean expectsBody) {
        call = next;
        interim = false;
        decoder.expect(expectsBody);
    }

    void write(ByteBuf data) {
        var _ = channel.write(data, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    void read() {
        channel.read();
    }

    boolean writable() {
        return channel.isWritable();
    }

    void close() {
        call = null;
        var _ = channel.close();
    }

    boolean usable() {
        return channel.isActive();
    }

    /** When it was put into the pool. */
    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** How long the server keeps it, as far as it said so. */
    @Nullable
    Duration peerIdle() {
        return peerIdle;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        UpstreamCall current = call;
        if (current == null) {
            ReferenceCountUtil.release(message);
            toPool = false;
            var _ = ctx.close();
            return;
        }
        if (message instanceof HttpResponse response) {
            onHead(current, response);
        } else if (message instanceof HttpContent content) {
            onContent(current, content);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (toPool) {
            toPool = false;
            release();
        } else if (call != null) {
            call.onReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (call != null && channel.isWritable()) {
            call.onWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        client.forget(this);
        UpstreamCall current = call;
        if (current != null) {
            call = null;
            current.onBroken(reused, decoder.bytesSeen());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A failed write does not end the call: the server may have answered before it closed.
        if (!(cause instanceof java.io.IOException) || call == null) {
            var _ = ctx.close();
        }
    }

    private void onHead(UpstreamCall current, HttpResponse response) {
        int status = response.status().code();
        if (response.decoderResult().isFailure() || status == 101 || status < 100 || status > 599) {
            malformed(current);
            return;
        }
        interim = status < 200;
        if (interim) {
            return;
        }
        long length = length(response);
        boolean hasBody = decoder.hasBody(response);
        boolean chunked = HttpUtil.isTransferEncodingChunked(response);
        keepAlive = HttpUtil.isKeepAlive(response) && (!hasBody || length >= 0 || chunked);
        peerIdle = KeepAlive.timeout(response.headers().get("Keep-Alive"));
        if (!chunked && response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            malformed(current);
            return;
        }
        current.onHead(status, response.headers(), length, hasBody);
    }

    private static long length(HttpResponse response) {
        return HttpUtil.getContentLength(response, -1L);
    }

    private void onContent(UpstreamCall current, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            malformed(current);
            return;
        }
        boolean last = content instanceof LastHttpContent;
        if (interim) {
            content.release();
            interim = !last;
            return;
        }
        if (content.content().isReadable()) {
            current.onContent(content.content());
        } else {
            content.release();
        }
        if (last && call == current) {
            call = null;
            boolean whole = current.onComplete();
            if (whole && keepAlive) {
                toPool = true;
            } else {
                var _ = channel.close();
            }
        }
    }

    private void malformed(UpstreamCall current) {
        call = null;
        var _ = channel.close();
        current.fail(UpstreamFailure.MALFORMED);
    }

    private void release() {
        if (!decoder.clean() || !channel.isActive()) {
            var _ = channel.close();
            return;
        }
        reused = true;
        decoder.forgetBytes();
        idleSinceNanos = client.nanoTime();
        client.pool(this);
        channel.read();
    }
}
