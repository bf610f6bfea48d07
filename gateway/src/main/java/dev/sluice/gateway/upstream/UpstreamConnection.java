/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import dev.sluice.gateway.Origin;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.KnownField;
import dev.sluice.gateway.http.ResponseHead;
import dev.sluice.gateway.http.ResponseScan;
import dev.sluice.gateway.http.Verdict;
import dev.sluice.gateway.loop.Deadline;
import dev.sluice.gateway.loop.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
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
    private static final int MAX_TRAILER_BYTES = 16_384;
    /** Answers before the answer; what a server may send of them is bounded. */
    private static final int MAX_INTERIM = 16;

    private final UpstreamClient client;
    private final Origin origin;
    private final Channel channel;
    private final Outlet outlet;
    private final ResponseScan scan = new ResponseScan();
    private final BodyReader body = new BodyReader(MAX_TRAILER_BYTES);
    /** What has been received and not been read. */
    private ByteBuf pending = Unpooled.EMPTY_BUFFER;

    private @Nullable UpstreamCall call;
    private @Nullable Deadline deadline;
    private boolean expectsBody;
    private boolean bytesSeen;
    private boolean inBody;
    private int interim;
    private boolean reused;
    private boolean keepAlive;
    private boolean toPool;
    private @Nullable Duration peerIdle;
    private long idleSinceNanos;

    UpstreamConnection(UpstreamClient client, Origin origin, Channel channel, Outlet outlet) {
        this.client = client;
        this.origin = origin;
        this.channel = channel;
        this.outlet = outlet;
    }

    Origin origin() {
        return origin;
    }

    /** Of the call that it is used for. */
    Deadline deadline() {
        if (deadline == null) {
            throw new IllegalStateException("not begun");
        }
        return deadline;
    }

    /** @param ofCall stays with the connection */
    void begin(UpstreamCall next, Deadline ofCall, boolean bodyExpected) {
        call = next;
        deadline = ofCall;
        expectsBody = bodyExpected;
        bytesSeen = false;
        inBody = false;
        interim = 0;
    }

    void send(UpstreamRequest.Head head) {
        outlet.writeAndFlush(head.encode(outlet));
    }

    void write(UpstreamRequest.Head head) {
        outlet.write(head.encode(outlet));
    }

    void write(ByteBuf data) {
        outlet.write(data);
    }

    void flush() {
        outlet.flush();
    }

    void read() {
        channel.read();
    }

    boolean writable() {
        return outlet.isWritable();
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
        bytesSeen = true;
        if (call == null || !(message instanceof ByteBuf data)) {
            ReferenceCountUtil.release(message);
            toPool = false;
            var _ = ctx.close();
            return;
        }
        if (pending.isReadable()) {
            pending = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, data);
        } else {
            pending.release();
            pending = data;
        }
        boolean moved = true;
        while (moved && call != null && (pending.isReadable() || inBody)) {
            moved = inBody ? readBody(call) : readHead(call);
        }
        if (call == null && pending.isReadable()) {
            toPool = false;
            var _ = ctx.close();
        }
        if (pending.isReadable()) {
            pending = client.keep(pending, channel);
        } else {
            drop();
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
        drop();
        if (deadline != null) {
            deadline.cancel();
        }
        UpstreamCall current = call;
        if (current == null) {
            return;
        }
        call = null;
        if (inBody && body.untilClose()) {
            current.onComplete();
        } else {
            current.onBroken(reused, bytesSeen);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A failed write does not end the call: the server may have answered before it closed.
        if (!(cause instanceof java.io.IOException) || call == null) {
            var _ = ctx.close();
        }
    }

    /** @return whether there may be more to do */
    private boolean readHead(UpstreamCall current) {
        Verdict verdict = scan.scan(pending);
        if (verdict == Verdict.INCOMPLETE) {
            return false;
        }
        ResponseHead head = verdict == Verdict.COMPLETE ? scan.take() : null;
        if (head == null || head.status() == 101 || (head.interim() && ++interim > MAX_INTERIM)) {
            malformed(current);
            return false;
        }
        if (!head.interim()) {
            answer(current, head);
        }
        return true;
    }

    private void answer(UpstreamCall current, ResponseHead head) {
        boolean hasBody = expectsBody && head.status() != 204 && head.status() != 304;
        if (!hasBody) {
            body.beginLength(0);
        } else if (head.chunked()) {
            body.beginChunked();
        } else if (head.contentLength() == ResponseHead.UNKNOWN) {
            body.beginUntilClose();
        } else {
            body.beginLength(head.contentLength());
        }
        inBody = true;
        keepAlive = head.keepAlive() && !body.untilClose();
        int keepAliveField = head.fields().indexOf(KnownField.KEEP_ALIVE, 0);
        peerIdle = keepAliveField < 0 ? null : KeepAlive.timeout(head.fields().value(keepAliveField));
        current.onHead(head, hasBody);
    }

    private boolean readBody(UpstreamCall current) {
        ByteBuf part = body.next(pending);
        if (part != null) {
            current.onContent(part);
        }
        if (call != current) {
            return false;
        }
        if (body.bad()) {
            malformed(current);
        } else if (body.ended()) {
            complete(current);
        }
        return part != null && call == current;
    }

    private void complete(UpstreamCall current) {
        call = null;
        inBody = false;
        boolean whole = current.onComplete();
        if (whole && keepAlive) {
            toPool = true;
        } else {
            var _ = channel.close();
        }
    }

    private void malformed(UpstreamCall current) {
        call = null;
        var _ = channel.close();
        current.fail(UpstreamFailure.MALFORMED);
    }

    private void release() {
        if (!channel.isActive()) {
            return;
        }
        reused = true;
        scan.forget();
        idleSinceNanos = client.nanoTime();
        client.pool(this);
        channel.read();
    }

    private void drop() {
        pending.release();
        pending = Unpooled.EMPTY_BUFFER;
    }
}
