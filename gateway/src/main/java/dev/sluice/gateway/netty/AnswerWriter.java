/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Header;
import dev.sluice.gateway.filter.LiveExchange;
import dev.sluice.gateway.filter.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import java.util.function.Consumer;

/** Frames one answer for its client: by length, in chunks, or by the end of the connection. Confined to the event loop. */
final class AnswerWriter {
    private final ChannelHandlerContext context;
    private final LoopContext loop;
    private final boolean toHead;
    private final boolean http11;
    private Framing framing = Framing.NONE;
    private int status;
    private boolean keepAlive;

    /** @param toHead whether it answers a HEAD request */
    AnswerWriter(ChannelHandlerContext context, LoopContext loop, boolean toHead, boolean http11) {
        this.context = context;
        this.loop = loop;
        this.toHead = toHead;
        this.http11 = http11;
    }

    private enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        CLOSE
    }

    /** Whether there is an answer; there can be no other then. */
    boolean begun() {
        return status != 0;
    }

    int status() {
        return status;
    }

    /** Whether the connection outlives the answer; once it has begun. */
    boolean keepAlive() {
        return keepAlive;
    }

    void begin(
            HeadWriter head,
            LiveExchange exchange,
            int answered,
            long length,
            boolean hasBody,
            boolean keepConnection) {
        status = answered;
        keepAlive = keepConnection;
        frame(head, length, hasBody);
        head.date(loop.date.now()).field("Connection", keepAlive ? "keep-alive" : "close");
        ids(head, exchange);
        fields(head, exchange.announced());
        var _ = context.write(head.end(), context.voidPromise());
    }

    void refuse(Refusal refusal, LiveExchange exchange, boolean keepConnection) {
        Refusals.Encoded encoded = loop.refusals.of(refusal);
        status = refusal.error().status();
        keepAlive = keepConnection;
        HeadWriter head = HeadWriter.startingWith(context.alloc(), encoded.lines());
        head.date(loop.date.now()).field("Connection", keepAlive ? "keep-alive" : "close");
        if (refusal.error().errorType() != null || !loop.settings.strictAws()) {
            ids(head, exchange);
        }
        fields(head, refusal.headers());
        fields(head, exchange.announced());
        ByteBuf out = head.end();
        var _ = context.write(toHead ? out : encoded.writeBody(out, exchange.requestId()), context.voidPromise());
    }

    /** @param data passed on */
    void content(ByteBuf data) {
        switch (framing) {
            case NONE -> data.release();
            case LENGTH, CLOSE -> write(data);
            case CHUNKED -> Chunks.write(context.alloc(), data, this::write);
        }
    }

    /** @param written hears whether all of it could be written */
    void end(Consumer<Boolean> written) {
        ByteBuf last = framing == Framing.CHUNKED ? Chunks.last() : Unpooled.EMPTY_BUFFER;
        context.writeAndFlush(last).addListener(done -> written.accept(done.isSuccess()));
    }

    private void frame(HeadWriter head, long length, boolean hasBody) {
        boolean never = status == 204 || status == 304;
        if (never) {
            framing = Framing.NONE;
        } else if (toHead) {
            framing = Framing.NONE;
            if (length >= 0) {
                head.field("Content-Length", Long.toString(length));
            }
        } else if (!hasBody || length >= 0) {
            framing = Framing.LENGTH;
            head.field("Content-Length", Long.toString(hasBody ? length : 0));
        } else if (http11) {
            framing = Framing.CHUNKED;
            head.field("Transfer-Encoding", "chunked");
        } else {
            framing = Framing.CLOSE;
            keepAlive = false;
        }
    }

    private static void ids(HeadWriter head, LiveExchange exchange) {
        head.field("x-amzn-RequestId", exchange.requestId()).field("x-amz-apigw-id", exchange.extendedRequestId());
    }

    private static void fields(HeadWriter head, List<Header> fields) {
        for (Header field : fields) {
            head.field(field.name(), field.value());
        }
    }

    private void write(ByteBuf data) {
        var _ = context.write(data, context.voidPromise());
    }
}
