/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.http.RequestHead;
import dev.sluice.gateway.loop.Deadline;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection by HTTP/2 (RFC 9113): each stream is one exchange. Frames, windows and stream states are Netty's codec's; what a stream
 * does is its {@link Http2Request}'s. Confined to the event loop.
 *
 * <p>It reads always: what may come is bounded by the windows. What is written leaves when all that was read has been handled, or when the
 * event loop has handled what its other sockets brought.
 */
final class Http2Connection extends Http2ConnectionHandler implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);
    private static final int MAX_STREAMS = 128;
    private static final int STREAM_WINDOW = 262_144;
    private static final int CONNECTION_WINDOW = 1_048_576;
    /** What the codec counts for each field beside its name and value, for about as many as a head has. */
    private static final int HEADER_LIST_OVERHEAD = 4_096;

    private final LoopContext loop;
    private final String scheme;
    private final Http2Guard guard;
    private final Deadline deadline;
    private final Http2Streams streams;
    private final Queue<Http2Request> moved = new ArrayDeque<>();
    /** Of requests that have ended: a deadline is cheap as long as it is kept. */
    private final Deque<Deadline> deadlines = new ArrayDeque<>();

    private @Nullable ChannelHandlerContext context;
    private RequestHead.Connection peer = new RequestHead.Connection("", 0, 0, "http", "", false);
    private int requests;
    private boolean reading;
    private boolean flushing;
    private boolean draining;

    private Http2Connection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            LoopContext loop,
            String scheme,
            Http2Guard guard) {
        super(decoder, encoder, settings);
        this.loop = loop;
        this.scheme = scheme;
        this.guard = guard;
        deadline = new Deadline(loop.eventLoop, loop.nanoClock, this::expire);
        gracefulShutdownTimeoutMillis(0);
        streams = new Http2Streams(this, loop);
        connection().addListener(streams);
        decoder.frameListener(streams);
        encoder.flowController().listener(streams::writabilityChanged);
    }

    static Http2Connection create(LoopContext loop, String scheme) {
        var bounds = loop.settings.limits();
        var settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(MAX_STREAMS)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(bounds.urlBytes() + bounds.headerBytes() + HEADER_LIST_OVERHEAD);
        var guard = new Http2Guard(loop.nanoClock);
        var connection = new DefaultHttp2Connection(true);
        // Not only once the client has acknowledged the settings, which it may never do.
        connection.remote().maxActiveStreams(MAX_STREAMS);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        var encoder = new DefaultHttp2ConnectionEncoder(connection, guard.writer());
        var decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                guard.reader(new Http2Fields(settings.maxHeaderListSize())),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true,
                true,
                true);
        return new Http2Connection(decoder, encoder, settings, loop, scheme, guard);
    }

    ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }

    RequestHead.Connection peer() {
        return peer;
    }

    Http2Guard guard() {
        return guard;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        context = ctx;
        peer = loop.peer(ctx.channel(), scheme);
        loop.add(this);
        decoder()
                .flowController()
                .incrementWindowSize(
                        connection().connectionStream(), CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
        deadline.set(loop.settings.times().head());
        flushSoon();
        if (loop.draining()) {
            drain();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (Http2Request request = moved.poll(); request != null; request = moved.poll()) {
            request.readComplete();
        }
        reading = false;
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop.remove(this);
        super.channelInactive(ctx);
        deadline.cancel();
        deadlines.forEach(Deadline::cancel);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(ctx, cause);
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.debug("connection of {} ended", peer.sourceIp(), cause);
        }
        var _ = ctx.close();
    }

    /** A head that is no request is told of as HTTP/1.1's are, though by RFC 9113, section 8.1.1, its stream is reset. */
    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        boolean tooLarge = error instanceof Http2Exception.HeaderListSizeException;
        if (!outbound && (tooLarge || error.error() == Http2Error.PROTOCOL_ERROR) && streams.isHead(error.streamId())) {
            ExchangeReport.ofUnread(tooLarge ? GatewayError.HEADERS_TOO_LARGE : GatewayError.BAD_REQUEST, peer, loop);
        }
        super.onStreamError(ctx, outbound, cause, error);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception described) {
        if (described == null && !(cause instanceof IOException)) {
            LOG.error("connection of {} failed", peer.sourceIp(), cause);
        } else {
            LOG.debug("connection of {} ended: {}", peer.sourceIp(), cause.getMessage());
        }
        super.onConnectionError(ctx, outbound, cause, described);
    }

    /** No stream begins any more; those that are there end. */
    @Override
    public void drain() {
        draining = true;
        if (!connection().goAwaySent()) {
            int last = connection().remote().lastStreamCreated();
            ChannelHandlerContext ctx = context();
            var _ = goAway(ctx, last, Http2Error.NO_ERROR.code(), ctx.alloc().buffer(0), ctx.newPromise());
            flushSoon();
        }
        closeIfDone();
    }

    /** @param expired called until it is {@link #giveBack given back} */
    Deadline takeDeadline(Runnable expired) {
        Deadline free = deadlines.poll();
        if (free == null) {
            return new Deadline(loop.eventLoop, loop.nanoClock, expired);
        }
        free.handTo(expired);
        return free;
    }

    void giveBack(Deadline free) {
        free.clear();
        deadlines.push(free);
    }

    /** A request has begun, or something of it has come. */
    void moved(Http2Request request) {
        moved.add(request);
    }

    void requestBegun() {
        requests++;
        deadline.clear();
    }

    void requestEnded() {
        requests--;
        if (requests == 0) {
            deadline.set(loop.settings.times().idle());
        }
        closeIfDone();
    }

    void reset(int streamId, Http2Error error) {
        ChannelHandlerContext ctx = context();
        var _ = resetStream(ctx, streamId, error.code(), ctx.newPromise());
        flushSoon();
    }

    /** What has been written is to leave. */
    void flushSoon() {
        if (!reading && !flushing) {
            flushing = true;
            loop.eventLoop.execute(this::flushNow);
        }
    }

    private void flushNow() {
        flushing = false;
        if (context().channel().isActive()) {
            flush(context());
        }
    }

    private void closeIfDone() {
        if (draining && requests == 0) {
            // After what is being written now.
            loop.eventLoop.execute(this::closeNow);
        }
    }

    private void closeNow() {
        var _ = context().close();
    }

    private void expire() {
        if (requests == 0) {
            drain();
        }
    }
}
