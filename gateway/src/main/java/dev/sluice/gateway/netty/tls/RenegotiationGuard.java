/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends a connection whose client asks for a second handshake, which the JDK would do any number of times. Looks at the headers of TLS
 * records (RFC 8446, section 5.1): after a client's change of cipher there is one more handshake record at most, TLS 1.2's Finished or
 * the second hello of TLS 1.3. Confined to the event loop.
 */
final class RenegotiationGuard extends ChannelInboundHandlerAdapter {
    private static final int HEADER_BYTES = 5;
    private static final int CHANGE_OF_CIPHER = 20;
    private static final int HANDSHAKE = 22;

    /** Of the record's header, as far as it has come. */
    private int headerBytes;

    private int length;
    private int contentBytes;
    private boolean changed;
    private int after;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes && !accepts(bytes)) {
            ReferenceCountUtil.release(message);
            ctx.fireExceptionCaught(new DecoderException("renegotiation"));
            return;
        }
        ctx.fireChannelRead(message);
    }

    private boolean accepts(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (contentBytes > 0) {
                int skipped = Math.min(contentBytes, bytes.writerIndex() - at);
                contentBytes -= skipped;
                at += skipped;
            } else if (!acceptsHeader(bytes.getUnsignedByte(at++))) {
                return false;
            }
        }
        return true;
    }

    private boolean acceptsHeader(int next) {
        if (headerBytes == 0 && next == HANDSHAKE && changed && ++after > 1) {
            return false;
        }
        changed |= headerBytes == 0 && next == CHANGE_OF_CIPHER;
        length = length << Byte.SIZE & 0xffff | next;
        headerBytes++;
        if (headerBytes == HEADER_BYTES) {
            headerBytes = 0;
            contentBytes = length;
        }
        return true;
    }
}
