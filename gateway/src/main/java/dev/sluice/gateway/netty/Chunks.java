/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The chunked transfer coding, without extensions and trailers. Thread-safe. */
final class Chunks {
    private static final ByteBuf CRLF = constant("\r\n");
    private static final ByteBuf LAST = constant("0\r\n\r\n");

    private Chunks() {}

    /**
     * @param data not empty; passed on
     * @param out takes the parts in order and releases them
     */
    static void write(ByteBufAllocator allocator, ByteBuf data, Consumer<ByteBuf> out) {
        ByteBuf size = allocator.buffer(10);
        size.writeCharSequence(Integer.toHexString(data.readableBytes()) + "\r\n", StandardCharsets.US_ASCII);
        out.accept(size);
        out.accept(data);
        out.accept(CRLF.duplicate());
    }

    static ByteBuf last() {
        return LAST.duplicate();
    }

    private static ByteBuf constant(String text) {
        return Unpooled.unreleasableBuffer(
                Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII).asReadOnly());
    }
}
