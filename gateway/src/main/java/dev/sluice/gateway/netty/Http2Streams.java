/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.http.Http2RequestCheck;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes requests of the frames of a connection's streams. Confined to the event loop. */
final class Http2Streams extends Http2EventAdapter {
    private final Http2Connection connection;
    private final LoopContext loop;
    private final PropertyKey key;

    Http2Streams(Http2Connection connection, LoopContext loop) {
        this.connection = connection;
        this.loop = loop;
        key = connection.connection().newKey();
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        Http2Stream stream = connection.connection().stream(streamId);
        if (stream == null) {
            return;
        }
        Http2Request request = stream.getProperty(key);
        if (request != null) {
            trailers(streamId, request, headers);
            return;
        }
        var bounds = loop.settings.limits();
        var result = Http2RequestCheck.read(
                headers, bounds.urlBytes(), bounds.headerBytes(), endOfStream, connection.peer());
        if (result instanceof Http2RequestCheck.Malformed(String why)) {
            throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, why);
        }
        begin(stream, result, headers.method());
    }

    private void begin(Http2Stream stream, Http2RequestCheck.Result result, @Nullable CharSequence method) {
        boolean toHead = method != null && "HEAD".contentEquals(method);
        Http2Request request = new Http2Request(connection, loop, stream, toHead);
        stream.setProperty(key, request);
        connection.requestBegun();
        request.begin(result);
    }

    /** They end a request, and nothing of them is passed on. */
    private static void trailers(int streamId, Http2Request request, Http2Headers headers) throws Http2Exception {
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            if (field.getKey().charAt(0) == ':') {
                throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "pseudo-field in trailers");
            }
        }
        request.ended();
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        Http2Stream stream = connection.connection().stream(streamId);
        Http2Request request = stream == null ? null : stream.getProperty(key);
        int length = data.readableBytes() + padding;
        return request == null ? length : padding + request.data(data, endOfStream);
    }

    /** Whether a stream has begun by what is no request, or is about to. */
    boolean isHead(int streamId) {
        Http2Stream stream = connection.connection().stream(streamId);
        return stream == null
                ? streamId > connection.connection().remote().lastStreamCreated()
                : stream.getProperty(key) == null;
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2Request request = stream.removeProperty(key);
        if (request != null) {
            request.closed();
            connection.requestEnded();
        }
    }

    /** There is room in the windows and the socket again, or not any more. */
    void writabilityChanged(Http2Stream stream) {
        Http2Request request = stream.getProperty(key);
        if (request != null) {
            request.writabilityChanged();
        }
    }
}
