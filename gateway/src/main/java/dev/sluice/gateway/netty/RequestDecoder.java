/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.GatewaySettings.Bounds;
import dev.sluice.gateway.filter.GatewayError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Netty's decoder, which sees a head only when it is complete and has passed the {@link HeadScan}. Confined to the event loop. */
final class RequestDecoder extends HttpRequestDecoder {
    private static final int MAX_CONTENT_PART_BYTES = 65_536;
    private static final int MAX_METHOD_AND_VERSION_BYTES = 64;

    private final HeadScan scan;
    private boolean atHead = true;
    private boolean bad;

    RequestDecoder(Bounds bounds) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(bounds.urlBytes() + MAX_METHOD_AND_VERSION_BYTES)
                .setMaxHeaderSize(bounds.headerBytes())
                .setMaxChunkSize(MAX_CONTENT_PART_BYTES));
        scan = new HeadScan(bounds.urlBytes(), bounds.headerBytes());
    }

    /** Whether the client has begun a head that it has not completed. */
    boolean inHead() {
        return atHead && scan.inHead();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (bad) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (atHead && !passes(buffer, out)) {
            return;
        }
        int before = out.size();
        super.decode(ctx, buffer, out);
        for (int i = before; i < out.size(); i++) {
            HttpObject part = (HttpObject) out.get(i);
            bad |= part.decoderResult().isFailure();
            atHead = part instanceof LastHttpContent;
        }
    }

    private boolean passes(ByteBuf buffer, List<Object> out) {
        GatewayError error = switch (scan.scan(buffer)) {
            case INCOMPLETE -> null;
            case COMPLETE -> {
                scan.reset();
                atHead = false;
                yield null;
            }
            case BAD -> GatewayError.BAD_REQUEST;
            case URL_TOO_LONG -> GatewayError.URI_TOO_LONG;
            case HEADERS_TOO_LARGE -> GatewayError.HEADERS_TOO_LARGE;
        };
        if (error != null) {
            bad = true;
            buffer.skipBytes(buffer.readableBytes());
            out.add(new UnreadableHead(error));
        }
        return !atHead;
    }
}
