/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.http.Http2RequestCheck;
import dev.sluice.gateway.http.Verdict;
import dev.sluice.gateway.loop.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A client's request on a stream of its own. What comes is handed on at once, unless the exchange waits; the stream's window opens again when more
 * is wanted. Confined to the event loop.
 */
final class Http2Request implements Downstream {
    private final Http2Connection connection;
    private final Http2Stream stream;
    private final Http2AnswerWriter writer;
    private final ClientExchange exchange;
    private final Deadline deadline;
    private final Queue<ByteBuf> pending = new ArrayDeque<>(0);
    private boolean endPending;
    private boolean handing;
    /** Bytes that were handed on and not yet given back to the window. */
    private int owed;

    private boolean over;

    Http2Request(Http2Connection connection, LoopContext loop, Http2Stream stream, boolean toHead) {
        this.connection = connection;
        this.stream = stream;
        writer = new Http2AnswerWriter(connection, loop, stream, toHead);
        exchange = new ClientExchange(this, writer, loop);
        deadline = connection.takeDeadline(exchange::expire);
    }

    void begin(Http2RequestCheck.Result result) {
        connection.moved(this);
        switch (result) {
            case Http2RequestCheck.Ready(var head) -> exchange.begin(head);
            case Http2RequestCheck.Refused(Verdict verdict) ->
                exchange.refuseUnread(Verdicts.error(verdict), connection.peer());
            case Http2RequestCheck.Malformed _ -> throw new IllegalStateException("malformed");
        }
    }

    /**
     * @param data stays the caller's
     * @return how much of it is given back to the window now
     */
    int data(ByteBuf data, boolean end) {
        int length = data.readableBytes();
        if (over) {
            return length;
        }
        connection.moved(this);
        endPending |= end;
        if (length > 0) {
            pending.add(data.retain());
        }
        owed += length;
        hand();
        int given = over || exchange.wantsRead() ? owed : 0;
        owed -= given;
        return given;
    }

    /** No more of it comes. */
    void ended() {
        if (!over) {
            connection.moved(this);
            endPending = true;
            hand();
        }
    }

    void readComplete() {
        if (!over) {
            exchange.readComplete();
        }
    }

    void writabilityChanged() {
        if (!over && writer.hasRoom()) {
            exchange.answerWritable();
        }
    }

    /** The stream is over, for whatever reason. */
    void closed() {
        if (!over) {
            finish();
            exchange.clientGone();
        }
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
        var interim = new DefaultHttp2Headers(false, 1).status(HttpResponseStatus.CONTINUE.codeAsText());
        var _ = connection
                .encoder()
                .writeHeaders(
                        context(), stream.id(), interim, 0, false, context().newPromise());
        connection.flushSoon();
    }

    @Override
    public void readOn() {
        if (over) {
            return;
        }
        hand();
        if (over) {
            return;
        }
        exchange.readComplete();
        if (owed > 0 && exchange.wantsRead()) {
            int given = owed;
            owed = 0;
            try {
                connection.decoder().flowController().consumeBytes(stream, given);
            } catch (Http2Exception e) {
                connection.onError(context(), false, e);
            }
            connection.flushSoon();
        }
    }

    @Override
    public void abort() {
        if (stream.state() != Http2Stream.State.CLOSED) {
            connection.reset(stream.id(), Http2Error.INTERNAL_ERROR);
        }
    }

    @Override
    public void ended(boolean keepAlive, boolean requestComplete) {
        finish();
        connection.guard().answered();
        if (!requestComplete && stream.state().remoteSideOpen()) {
            connection.reset(stream.id(), Http2Error.NO_ERROR);
        }
    }

    private void hand() {
        if (handing) {
            return;
        }
        handing = true;
        try {
            while (!over && !pending.isEmpty() && exchange.takesContent()) {
                exchange.content(pending.remove());
            }
        } finally {
            handing = false;
        }
        if (!over && endPending && pending.isEmpty() && exchange.takesContent()) {
            exchange.requestEnded();
        }
    }

    private void finish() {
        over = true;
        connection.giveBack(deadline);
        pending.forEach(ReferenceCountUtil::release);
        pending.clear();
    }

    private ChannelHandlerContext context() {
        return connection.context();
    }
}
