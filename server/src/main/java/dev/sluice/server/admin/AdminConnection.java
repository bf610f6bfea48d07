/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection: gathers a request, has it handled, writes the answer, then takes the next one. Confined to the event loop.
 *
 * <p>It asks for each message itself (auto-read is off), so nothing of the next request is looked at before the last is answered.
 * Each phase but the handling has a deadline.
 */
final class AdminConnection extends SimpleChannelInboundHandler<HttpObject> {
    private enum Phase {
        HEAD,
        BODY,
        HANDLING,
        WRITING,
        /** The last answer is out; what the client still sends is thrown away so that it can read the answer. */
        LINGERING
    }

    private static final Duration LINGER = Duration.ofSeconds(2);

    private final AdminServer server;
    private Phase phase = Phase.HEAD;
    private RequestHead.@Nullable Accepted head;
    private RequestBody body = new RequestBody();
    private @Nullable Future<?> deadline;
    private boolean wanting;

    AdminConnection(AdminServer server) {
        this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        awaitHead(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancelDeadline();
        releaseBody();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        wanting = false;
        if (phase == Phase.HEAD && message instanceof HttpRequest request) {
            start(context, request);
        } else if (phase == Phase.BODY && message instanceof HttpContent content) {
            append(context, content);
        } else if (phase == Phase.HEAD || phase == Phase.LINGERING) {
            want(context);
        }
    }

    /** What came in held no whole message: the wish for one stands. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (wanting) {
            context.read();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close(context);
    }

    /** The server stops: an idle connection ends now, any other after its answer. */
    void drain(ChannelHandlerContext context) {
        if (phase == Phase.HEAD || phase == Phase.LINGERING) {
            close(context);
        }
    }

    private void awaitHead(ChannelHandlerContext context) {
        if (server.draining()) {
            close(context);
            return;
        }
        phase = Phase.HEAD;
        head = null;
        setDeadline(context, server.limits().idle(), () -> close(context));
        want(context);
    }

    private void start(ChannelHandlerContext context, HttpRequest request) {
        switch (RequestHead.of(request, server.limits().requestBytes())) {
            case RequestHead.Refused refused -> refuse(context, refused);
            case RequestHead.Accepted accepted -> {
                head = accepted;
                phase = Phase.BODY;
                setDeadline(
                        context,
                        server.limits().transfer(),
                        () -> refuse(context, new RequestHead.Refused(408, "the body took too long")));
                if (accepted.expectsContinue()) {
                    context.writeAndFlush(new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER))
                            .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                }
                want(context);
            }
        }
    }

    private void append(ChannelHandlerContext context, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refuse(context, new RequestHead.Refused(400, "the body is not well-formed"));
            return;
        }
        var bytes = content.content();
        if (body.size() + bytes.readableBytes() > server.limits().requestBytes()) {
            refuse(
                    context,
                    new RequestHead.Refused(
                            413, "the body is larger than " + server.limits().requestBytes() + " bytes"));
            return;
        }
        if (!server.reserve(bytes.readableBytes())) {
            refuse(context, new RequestHead.Refused(503, "too many bodies are under way"));
            return;
        }
        body.append(bytes);
        if (content instanceof LastHttpContent) {
            handle(context);
        } else {
            want(context);
        }
    }

    private void handle(ChannelHandlerContext context) {
        var accepted = head;
        if (accepted == null) {
            throw new IllegalStateException("a body without a head");
        }
        cancelDeadline();
        phase = Phase.HANDLING;
        var request = request(context, accepted.request());
        var running = server.handle(
                request, response -> context.executor().execute(() -> answer(context, accepted, response)));
        if (!running) {
            answer(context, accepted, busy());
        }
    }

    private AdminRequest request(ChannelHandlerContext context, HttpRequest request) {
        var uri = request.uri();
        var mark = uri.indexOf('?');
        var headers = request.headers().entries().stream()
                .map(entry -> new AdminHeader(entry.getKey(), entry.getValue()))
                .toList();
        var remote = (InetSocketAddress) context.channel().remoteAddress();
        return new AdminRequest(
                request.method().name(),
                mark < 0 ? uri : uri.substring(0, mark),
                mark < 0 ? null : uri.substring(mark + 1),
                headers,
                body.joined(),
                remote.getAddress().getHostAddress());
    }

    private static AdminResponse busy() {
        return new AdminResponse(503, List.of(new AdminHeader("Retry-After", "1")), new byte[0]);
    }

    private void refuse(ChannelHandlerContext context, RequestHead.Refused refused) {
        var text = refused.reason() + "\n";
        var response = AdminResponse.text(refused.status(), "text/plain; charset=utf-8", text);
        write(context, message(response, false), false);
    }

    private void answer(ChannelHandlerContext context, RequestHead.Accepted accepted, AdminResponse response) {
        var keepAlive = accepted.keepAlive() && !server.draining();
        var message = message(response, accepted.request().method().equals(HttpMethod.HEAD));
        message.headers()
                .set(HttpHeaderNames.CONNECTION, keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        write(context, message, keepAlive);
    }

    private FullHttpResponse message(AdminResponse response, boolean headOnly) {
        var message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(response.body()));
        response.headers().forEach(header -> message.headers().add(header.name(), header.value()));
        if (response.status() != 204 && response.status() != 304) {
            message.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        }
        var now = server.clock().instant().atOffset(ZoneOffset.UTC);
        message.headers().set(HttpHeaderNames.DATE, DateTimeFormatter.RFC_1123_DATE_TIME.format(now));
        message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return message;
    }

    private void write(ChannelHandlerContext context, FullHttpResponse message, boolean keepAlive) {
        phase = Phase.WRITING;
        releaseBody();
        setDeadline(context, server.limits().transfer(), () -> close(context));
        context.writeAndFlush(message).addListener(written -> {
            if (!written.isSuccess()) {
                close(context);
            } else if (keepAlive) {
                awaitHead(context);
            } else {
                linger(context);
            }
        });
    }

    private void linger(ChannelHandlerContext context) {
        phase = Phase.LINGERING;
        setDeadline(context, LINGER, () -> close(context));
        ((SocketChannel) context.channel()).shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        want(context);
    }

    private void want(ChannelHandlerContext context) {
        wanting = true;
        context.read();
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private void releaseBody() {
        server.release(body.size());
        body = new RequestBody();
    }

    private void setDeadline(ChannelHandlerContext context, Duration duration, Runnable atEnd) {
        cancelDeadline();
        deadline = context.executor().schedule(atEnd, duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
