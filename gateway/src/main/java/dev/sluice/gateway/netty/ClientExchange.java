/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.filter.Fields;
import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.filter.LiveExchange;
import dev.sluice.gateway.filter.Refusal;
import dev.sluice.gateway.filter.RequestHead;
import dev.sluice.gateway.filter.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a client's connection: takes the request through the chain, hands it to what answers its route, and frames
 * the answer for this client. Confined to the event loop.
 *
 * <p>It is over when the answer is written and the request read. A request body that nobody wants is read to its end when it is short, else
 * the connection ends with the answer.
 */
final class ClientExchange {
    /** Request bodies up to this length are read although they are not needed, to keep the connection. */
    static final long MAX_UNWANTED_BYTES = 65_536;

    private static final int CLIENT_LEFT = 499;
    private static final Fields NO_FIELDS = new NettyFields(EmptyHttpHeaders.INSTANCE);
    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII)
                    .asReadOnly());

    private final ClientConnection connection;
    private final LoopContext loop;
    private final AnswerWriter writer;
    private final @Nullable HttpRequest request;
    private final long receivedNanos;
    private @Nullable LiveExchange exchange;
    private Answering answering = Discarding.INSTANCE;
    private @Nullable Suspension suspension;
    private boolean requestComplete;
    private boolean mustClose;
    private boolean answerWritten;
    private boolean over;
    private boolean reported;
    private long contentLength = -1;
    private long contentBytes;
    private @Nullable String refusedBy;
    private long calledNanos;
    private long integrationNanos = -1;

    /** @param request null for one whose head was not understood */
    ClientExchange(ClientConnection connection, LoopContext loop, @Nullable HttpRequest request) {
        this.connection = connection;
        this.loop = loop;
        this.request = request;
        receivedNanos = loop.nanoClock.nanoTime();
        boolean head = request != null && request.method().equals(HttpMethod.HEAD);
        boolean http11 = request == null || request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        writer = new AnswerWriter(connection.context(), loop, head, http11);
    }

    /** The request as filters and back ends see it. */
    LiveExchange exchange() {
        if (exchange == null) {
            throw new IllegalStateException("not begun");
        }
        return exchange;
    }

    HttpHeaders requestHeaders() {
        if (request == null) {
            throw new IllegalStateException("no request");
        }
        return request.headers();
    }

    /** Of the request's body: its length, 0 for none, -1 for one in chunks. */
    long contentLength() {
        return contentLength;
    }

    ByteBufAllocator allocator() {
        return context().alloc();
    }

    void begin(RequestHead.Connection peer) {
        RequestHead head =
                request == null ? null : RequestCheck.read(request, peer).orElse(null);
        if (request == null || head == null) {
            refuseUnread(GatewayError.BAD_REQUEST, peer);
            return;
        }
        exchange = new LiveExchange(head, loop.clock.instant(), loop.ids);
        requestComplete = connection.takeEmptyEnd();
        contentLength = HttpUtil.isTransferEncodingChunked(request) ? -1 : HttpUtil.getContentLength(request, 0L);
        String expectation = request.headers().get(HttpHeaderNames.EXPECT);
        if (contentLength > loop.settings.limits().bodyBytes()) {
            refuse(GatewayError.CONTENT_TOO_LARGE);
        } else if (expectation != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
            refuse(GatewayError.EXPECTATION_FAILED);
        } else {
            decide();
        }
    }

    /** Refuses what could not be read as a request, and ends the connection. */
    void refuseUnread(GatewayError error, RequestHead.Connection peer) {
        exchange = new LiveExchange(
                new RequestHead("GET", "/", null, "HTTP/1.1", NO_FIELDS, "", peer), loop.clock.instant(), loop.ids);
        mustClose = true;
        refuse(error);
    }

    boolean takesContent() {
        return !requestComplete && suspension == null;
    }

    boolean wantsRead() {
        return requestComplete || (suspension == null && answering.wantsContent());
    }

    void content(HttpContent content) {
        ByteBuf data = content.content();
        contentBytes += data.readableBytes();
        if (content.decoderResult().isFailure()
                || contentBytes > loop.settings.limits().bodyBytes()) {
            content.release();
            breakOff(content.decoderResult().isFailure() ? GatewayError.BAD_REQUEST : GatewayError.CONTENT_TOO_LARGE);
            return;
        }
        connection.deadline().set(loop.settings.times().idle());
        if (data.isReadable()) {
            answering.content(data);
        } else {
            content.release();
        }
        if (content instanceof LastHttpContent) {
            requestComplete = true;
            if (!writer.begun()) {
                connection.deadline().clear();
            }
            answering.end();
            endIfDone();
        }
    }

    void readComplete() {
        answering.readComplete();
    }

    void answerWritable() {
        connection.deadline().set(loop.settings.times().idle());
        answering.answerWritable();
    }

    /** Nothing has moved for too long. */
    void expire() {
        if (requestComplete) {
            var _ = context().close();
        } else {
            breakOff(GatewayError.REQUEST_TIMEOUT);
        }
    }

    void clientGone() {
        over = true;
        leaveSuspension();
        answering.abandon();
        report();
    }

    /** The integration has been called: its latency counts from now. */
    void integrationCalled() {
        calledNanos = loop.nanoClock.nanoTime();
    }

    /** The integration's answer has begun. */
    void integrationAnswered() {
        integrationNanos = loop.nanoClock.nanoTime() - calledNanos;
    }

    void refuse(GatewayError error) {
        refuse(Refusal.of(error));
    }

    /**
     * What a field of the integration is called towards the client; null for not at all. What the gateway announces itself is not the
     * integration's to set.
     */
    @Nullable
    String returnedName(String name, Set<String> connectionTokens) {
        return exchange().announces(name) ? null : loop.headerRules.returnedName(name, connectionTokens);
    }

    /** @param traced whether the answer carries the trace id */
    void answer(int status, List<Header> headers, byte[] body, boolean traced) {
        if (over || writer.begun()) {
            return;
        }
        HeadWriter head = HeadWriter.answer(allocator(), status);
        boolean typed = false;
        for (Header header : headers) {
            String name = returnedName(header.name(), Set.of());
            if (name != null) {
                head.textField(new Header(name, header.value()));
                typed |= name.equalsIgnoreCase("content-type");
            }
        }
        if (!typed) {
            head.field("Content-Type", "application/json");
        }
        if (traced) {
            head.field("X-Amzn-Trace-Id", exchange().traceId());
        }
        beginAnswer(head, status, body.length, true);
        if (body.length > 0) {
            writer.content(Unpooled.wrappedBuffer(body));
        }
        endAnswer();
    }

    /**
     * Begins an answer that comes in parts.
     *
     * @param head with the integration's fields in it
     * @param length -1 where only the end tells
     * @param hasBody whether the integration sends a body
     */
    void beginAnswer(HeadWriter head, int status, long length, boolean hasBody) {
        connection.deadline().set(loop.settings.times().idle());
        writer.begin(head, exchange(), status, length, hasBody, keepsConnection());
    }

    void answerContent(ByteBuf data) {
        connection.deadline().set(loop.settings.times().idle());
        writer.content(data);
    }

    /** Whether there is room for more of the answer. */
    boolean answerHasRoom() {
        return context().channel().isWritable();
    }

    void flushAnswer() {
        context().flush();
    }

    void endAnswer() {
        writer.end(this::written);
    }

    /** The answer cannot be completed: the client must see that. */
    void breakAnswer() {
        var _ = context().close();
    }

    /** There is room for more of the request again. */
    void readOn() {
        connection.advance();
    }

    static boolean isSendable(int status, List<Header> headers) {
        return status >= 200 && status <= 599 && headers.stream().allMatch(Header::sendable);
    }

    private void decide() {
        switch (loop.chain.proceed(exchange())) {
            case Step.Continue _ -> integrate();
            case Step.Refuse(Refusal refusal) -> refuse(refusal);
            case Step.Suspend(var ready, var otherwise) -> {
                if (suspension == null) {
                    suspension = new Suspension(loop, () -> wake(), () -> giveUp(otherwise.get()));
                }
                suspension.until(ready);
                return;
            }
        }
        leaveSuspension();
    }

    private void wake() {
        decide();
        if (suspension == null) {
            connection.advance();
        }
    }

    private void giveUp(Refusal otherwise) {
        suspension = null;
        refuse(otherwise);
        connection.advance();
    }

    private void leaveSuspension() {
        if (suspension != null) {
            suspension.end();
            suspension = null;
        }
    }

    private void integrate() {
        answering = switch (exchange().route().integration()) {
            case Integration.Mock mock -> new MockAnswering(this, mock);
            case Integration.HttpProxy proxy -> new ProxyAnswering(this, loop, proxy);
            case Integration.Called called -> new CalledAnswering(this, loop, called);
        };
        answering.begin();
        if (requestComplete) {
            connection.deadline().clear();
            answering.end();
        } else if (expectsContinue() && !writer.begun()) {
            var _ = context().writeAndFlush(CONTINUE.duplicate(), context().voidPromise());
        }
    }

    private boolean expectsContinue() {
        return request != null && HttpUtil.is100ContinueExpected(request);
    }

    private void refuse(Refusal refusal) {
        answering.abandon();
        if (over) {
            return;
        }
        if (writer.begun()) {
            var _ = context().close();
            return;
        }
        boolean expecting = answering == Discarding.INSTANCE && !requestComplete && expectsContinue();
        mustClose |= expecting;
        answering = Discarding.INSTANCE;
        refusedBy = refusal.policy();
        connection.deadline().set(loop.settings.times().idle());
        writer.refuse(refusal, exchange(), keepsConnection());
        writer.end(this::written);
    }

    /** The rest of the request cannot or will not be read. */
    private void breakOff(GatewayError error) {
        mustClose = true;
        if (writer.begun()) {
            answering.abandon();
            var _ = context().close();
        } else {
            refuse(error);
        }
    }

    private boolean keepsConnection() {
        boolean readable = requestComplete || (contentLength >= 0 && contentLength <= MAX_UNWANTED_BYTES);
        return request != null && HttpUtil.isKeepAlive(request) && readable && !mustClose && !loop.draining();
    }

    private void written(boolean success) {
        if (success) {
            answerWritten = true;
            report();
            endIfDone();
        } else {
            var _ = context().close();
        }
    }

    private void endIfDone() {
        if (answerWritten && !over && (requestComplete || !writer.keepAlive())) {
            over = true;
            answering.abandon();
            connection.exchangeEnded(writer.keepAlive(), requestComplete);
        }
    }

    private void report() {
        if (reported || exchange == null) {
            return;
        }
        reported = true;
        loop.listener.ended(new ExchangeEnd(
                exchange.stageIfKnown(),
                exchange.routeIfKnown(),
                writer.begun() ? writer.status() : CLIENT_LEFT,
                refusedBy,
                exchange.wouldRefuseBy(),
                loop.nanoClock.nanoTime() - receivedNanos,
                integrationNanos,
                exchange.apiKey() == null ? null : exchange.apiKey().id(),
                exchange.plan() == null ? null : exchange.plan().id(),
                exchange.requestId()));
    }

    private ChannelHandlerContext context() {
        return connection.context();
    }
}
