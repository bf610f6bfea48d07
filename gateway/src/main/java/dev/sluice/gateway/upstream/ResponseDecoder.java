/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Netty's decoder, told whether the request was a HEAD, and able to tell whether bytes came. Confined to the event loop. */
final class ResponseDecoder extends HttpResponseDecoder {
    private static final int MAX_LINE_BYTES = 16_384;
    private static final int MAX_HEADER_BYTES = 65_536;
    private static final int MAX_CONTENT_PART_BYTES = 65_536;

    private boolean expectsBody;
    private boolean bytesSeen;

    ResponseDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_CONTENT_PART_BYTES));
    }

    void expect(boolean body) {
        expectsBody = body;
    }

    boolean bytesSeen() {
        return bytesSeen;
    }

    void forgetBytes() {
        bytesSeen = false;
    }

    /** Whether nothing is left of what was received. */
    boolean clean() {
        return actualReadableBytes() == 0;
    }

    boolean hasBody(HttpResponse response) {
        return !isContentAlwaysEmpty(response);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) throws Exception {
        bytesSeen = true;
        super.channelRead(ctx, data);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return !expectsBody || super.isContentAlwaysEmpty(message);
    }
}
