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
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Frames one answer by HTTP/2. The last of it carries the end of the stream. Confined to the event loop. */
final class Http2AnswerWriter implements AnswerWriter, AnswerHead {
    private static final int MEAN_FIELDS = 16;
    private static final AsciiString DATE = AsciiString.cached("date");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString ERROR_TYPE = AsciiString.cached("x-amzn-errortype");
    private static final AsciiString REQUEST_ID = AsciiString.cached("x-amzn-requestid");
    private static final AsciiString TRACE_ID = AsciiString.cached("x-amzn-trace-id");
    private static final AsciiString EXTENDED_REQUEST_ID = AsciiString.cached("x-amz-apigw-id");

    private final Http2Connection connection;
    private final LoopContext loop;
    private final Http2Stream stream;
    private final boolean toHead;
    private final Http2Headers head = new DefaultHttp2Headers(false, MEAN_FIELDS);
    /** The lines that the head is made of. */
    private byte[] copied = {};

    private boolean headSent;
    private boolean bodiless;
    private @Nullable ByteBuf unsent;
    private int status;
    private boolean keepAlive;
    private long bodyBytes;

    /** @param toHead whether it answers a HEAD request */
    Http2AnswerWriter(Http2Connection connection, LoopContext loop, Http2Stream stream, boolean toHead) {
        this.connection = connection;
        this.loop = loop;
        this.stream = stream;
        this.toHead = toHead;
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
        head.status(HttpResponseStatus.valueOf(answered).codeAsText());
        return this;
    }

    @Override
    public void field(String name, String value) {
        head.add(new AsciiString(name).toLowerCase(), new AsciiString(value));
    }

    @Override
    public void traceId(String value) {
        head.add(TRACE_ID, new AsciiString(value));
    }

    @Override
    public void line(FieldLines from, int index) {
        head.add(Http2Names.of(from, index), value(from, index));
    }

    @Override
    public void line(FieldName name, FieldLines from, int index) {
        head.add(name.lower(), value(from, index));
    }

    /** Of a copy: the bytes are those of the connection it came by, and this head may be encoded later. */
    private AsciiString value(FieldLines from, int index) {
        if (copied.length == 0) {
            copied = Arrays.copyOf(from.bytes(), from.valueEnd(from.size() - 1));
        }
        int start = from.valueStart(index);
        return new AsciiString(copied, start, from.valueEnd(index) - start, false);
    }

    @Override
    public void begin(LiveExchange exchange, long length, boolean hasBody, boolean keepConnection) {
        keepAlive = keepConnection;
        boolean none = status == 204 || status == 304;
        bodiless = none || toHead;
        if (!none && (length >= 0 || !hasBody) && !(toHead && length < 0)) {
            head.add(CONTENT_LENGTH, decimal(hasBody ? length : 0));
        }
        date();
        ids(exchange);
        fields(exchange.announced());
    }

    @Override
    public void refuse(Refusal refusal, LiveExchange exchange, boolean keepConnection) {
        Refusals.Encoded encoded = loop.refusals.of(refusal);
        keepAlive = keepConnection;
        bodiless = toHead;
        int length = encoded.bodyLength();
        String errorType = refusal.error().errorType();
        head(refusal.error().status());
        head.add(CONTENT_TYPE, new AsciiString(encoded.contentType())).add(CONTENT_LENGTH, decimal(length));
        if (errorType != null) {
            head.add(ERROR_TYPE, new AsciiString(errorType));
        }
        date();
        if (errorType != null || !loop.settings.strictAws()) {
            ids(exchange);
        }
        fields(refusal.headers());
        fields(exchange.announced());
        if (!toHead) {
            bodyBytes = length;
            unsent = encoded.writeBody(context().alloc().ioBuffer(length), exchange.requestId());
        }
    }

    @Override
    public void content(ByteBuf data) {
        if (bodiless || !data.isReadable()) {
            data.release();
            return;
        }
        bodyBytes += data.readableBytes();
        sendUnsent();
        unsent = data;
    }

    @Override
    public boolean hasRoom() {
        return stream.state().localSideOpen() && encoder().flowController().isWritable(stream);
    }

    @Override
    public void flush() {
        sendHead(false, context().newPromise());
        sendUnsent();
        connection.flushSoon();
    }

    @Override
    public void end(Consumer<Boolean> written) {
        ChannelPromise promise = context().newPromise();
        promise.addListener(done -> written.accept(done.isSuccess()));
        ByteBuf last = unsent;
        unsent = null;
        if (last == null && !headSent) {
            sendHead(true, promise);
        } else {
            sendHead(false, context().newPromise());
            data(last == null ? Unpooled.EMPTY_BUFFER : last, true, promise);
        }
        connection.flushSoon();
    }

    @Override
    public void discard() {
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
    }

    private void sendHead(boolean end, ChannelPromise promise) {
        if (!headSent) {
            headSent = true;
            var _ = encoder().writeHeaders(context(), stream.id(), head, 0, end, promise);
        }
    }

    private void sendUnsent() {
        if (unsent != null) {
            sendHead(false, context().newPromise());
            ByteBuf data = unsent;
            unsent = null;
            data(data, false, context().newPromise());
        }
    }

    private void data(ByteBuf data, boolean end, ChannelPromise promise) {
        connection.guard().dataSent(data.readableBytes());
        var _ = encoder().writeData(context(), stream.id(), data, 0, end, promise);
    }

    private void date() {
        head.add(DATE, loop.date.ascii());
    }

    private void ids(LiveExchange exchange) {
        head.add(REQUEST_ID, new AsciiString(exchange.requestId()))
                .add(EXTENDED_REQUEST_ID, new AsciiString(exchange.extendedRequestId()));
    }

    private void fields(List<Header> fields) {
        for (Header field : fields) {
            field(field.name(), field.value());
        }
    }

    private static AsciiString decimal(long number) {
        return new AsciiString(Long.toString(number));
    }

    private Http2ConnectionEncoder encoder() {
        return connection.encoder();
    }

    private ChannelHandlerContext context() {
        return connection.context();
    }
}
