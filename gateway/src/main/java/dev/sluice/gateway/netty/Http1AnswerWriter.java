/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Header;
import dev.sluice.gateway.filter.LiveExchange;
import dev.sluice.gateway.filter.Refusal;
import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.FieldName;
import dev.sluice.gateway.http.HeadWriter;
import dev.sluice.gateway.loop.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames one answer by HTTP/1.1: by length, in chunks, or by the end of the connection. Head and a short body leave in one buffer. Confined
 * to the event loop.
 */
final class Http1AnswerWriter implements AnswerWriter, AnswerHead {
    /** A body up to this length is copied behind the head. */
    private static final int MAX_COPIED_BYTES = 4096;

    private static final byte[] DATE = HeadWriter.name("Date");
    private static final byte[] CONTENT_LENGTH = HeadWriter.name("Content-Length");
    private static final byte[] REQUEST_ID = HeadWriter.name("x-amzn-RequestId");
    private static final byte[] EXTENDED_REQUEST_ID = HeadWriter.name("x-amz-apigw-id");
    private static final byte[] TRACE_ID = HeadWriter.name("X-Amzn-Trace-Id");
    private static final byte[] KEEP_ALIVE = StatusLines.bytes("Connection: keep-alive\r\n");
    private static final byte[] CLOSE = StatusLines.bytes("Connection: close\r\n");
    private static final byte[] CHUNKED = StatusLines.bytes("Transfer-Encoding: chunked\r\n");

    private final Outlet client;
    private final LoopContext loop;
    private final HeadWriter head;
    private final boolean toHead;
    private final boolean http11;
    private Framing framing = Framing.NONE;
    private @Nullable ByteBuf unsent;
    private int status;
    private boolean keepAlive;
    private long bodyBytes;

    /** @param toHead whether it answers a HEAD request */
    Http1AnswerWriter(Outlet client, LoopContext loop, boolean toHead, boolean http11) {
        this.client = client;
        this.loop = loop;
        this.head = loop.heads;
        this.toHead = toHead;
        this.http11 = http11;
    }

    private enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        CLOSE
    }

    @Override
    public boolean begun() {
        return status != 0;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public boolean keepAlive() {
        return keepAlive;
    }

    @Override
    public long bodyBytes() {
        return bodyBytes;
    }

    @Override
    public AnswerHead head(int answered) {
        status = answered;
        head.begin().raw(StatusLines.of(answered));
        return this;
    }

    @Override
    public void field(String name, String value) {
        head.field(name, value);
    }

    @Override
    public void traceId(String value) {
        head.field(TRACE_ID, value);
    }

    @Override
    public void line(FieldLines from, int index) {
        head.line(from, index);
    }

    @Override
    public void line(FieldName name, FieldLines from, int index) {
        head.line(name, from, index);
    }

    @Override
    public void begin(LiveExchange exchange, long length, boolean hasBody, boolean keepConnection) {
        keepAlive = keepConnection;
        frame(length, hasBody);
        common();
        ids(exchange);
        fields(exchange.announced());
        int room = framing == Framing.LENGTH && length <= MAX_COPIED_BYTES ? (int) Math.max(0, length) : 0;
        unsent = head.writeTo(client.buffer(head.end() + room));
    }

    @Override
    public void refuse(Refusal refusal, LiveExchange exchange, boolean keepConnection) {
        Refusals.Encoded encoded = loop.refusals.of(refusal);
        status = refusal.error().status();
        keepAlive = keepConnection;
        head.begin().raw(encoded.lines());
        common();
        if (refusal.error().errorType() != null || !loop.settings.strictAws()) {
            ids(exchange);
        }
        fields(refusal.headers());
        fields(exchange.announced());
        int length = encoded.bodyLength();
        ByteBuf out = head.writeTo(client.buffer(head.end() + length));
        bodyBytes = toHead ? 0 : length;
        unsent = toHead ? out : encoded.writeBody(out, exchange.requestId());
    }

    @Override
    public void content(ByteBuf data) {
        bodyBytes += framing == Framing.NONE ? 0 : data.readableBytes();
        switch (framing) {
            case NONE -> data.release();
            case LENGTH, CLOSE -> write(data);
            case CHUNKED -> Chunks.write(client.allocator(), data, this::write);
        }
    }

    @Override
    public boolean hasRoom() {
        return client.isWritable();
    }

    @Override
    public void flush() {
        writeUnsent();
        client.flush();
    }

    @Override
    public void end(Consumer<Boolean> written) {
        if (framing == Framing.CHUNKED) {
            write(Chunks.last());
        }
        ByteBuf last = unsent == null ? Unpooled.EMPTY_BUFFER : unsent;
        unsent = null;
        ChannelFuture writing = client.send(last);
        if (writing == null || writing.isDone()) {
            written.accept(writing == null || writing.isSuccess());
        } else {
            writing.addListener(done -> written.accept(done.isSuccess()));
        }
    }

    @Override
    public void discard() {
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
    }

    private void frame(long length, boolean hasBody) {
        if (status == 204 || status == 304) {
            framing = Framing.NONE;
        } else if (toHead) {
            framing = Framing.NONE;
            if (length >= 0) {
                head.field(CONTENT_LENGTH, length);
            }
        } else if (!hasBody || length >= 0) {
            framing = Framing.LENGTH;
            head.field(CONTENT_LENGTH, hasBody ? length : 0);
        } else if (http11) {
            framing = Framing.CHUNKED;
            head.raw(CHUNKED);
        } else {
            framing = Framing.CLOSE;
            keepAlive = false;
        }
    }

    private void common() {
        head.raw(DATE).raw(loop.date.now()).lineEnd().raw(keepAlive ? KEEP_ALIVE : CLOSE);
    }

    private void ids(LiveExchange exchange) {
        head.field(REQUEST_ID, exchange.requestId()).field(EXTENDED_REQUEST_ID, exchange.extendedRequestId());
    }

    /** Of the gateway's own. */
    private void fields(List<Header> fields) {
        if (fields.isEmpty()) {
            return;
        }
        for (Header field : fields) {
            head.own(field.name(), field.value());
        }
    }

    /** What is there is kept until the end or a flush, in one buffer as long as there is room in it. */
    private void write(ByteBuf data) {
        ByteBuf before = unsent;
        if (before != null && data.readableBytes() <= before.writableBytes()) {
            before.writeBytes(data);
            data.release();
        } else {
            writeUnsent();
            unsent = data;
        }
    }

    private void writeUnsent() {
        if (unsent != null) {
            client.write(unsent);
            unsent = null;
        }
    }
}
