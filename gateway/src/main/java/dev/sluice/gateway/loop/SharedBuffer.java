/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One buffer that is lent again and again, so that it stays in the processor's cache. Whoever does not give it back in time keeps it, and
 * another takes its place. Confined to the event loop.
 */
final class SharedBuffer {
    private final int capacity;
    private @Nullable ByteBuf buffer;

    /** @param capacity in bytes */
    SharedBuffer(int capacity) {
        this.capacity = capacity;
    }

    /** An empty buffer, to be released. */
    ByteBuf take(ByteBufAllocator allocator) {
        ByteBuf lent = buffer;
        if (lent == null || lent.refCnt() != 1) {
            close();
            lent = allocator.directBuffer(capacity, capacity);
            buffer = lent;
        }
        return lent.clear().retain();
    }

    /** What cannot be given back yet, in a buffer of its size where it would take this one along. */
    ByteBuf keep(ByteBuf data, ByteBufAllocator allocator) {
        if (data != buffer) {
            return data;
        }
        ByteBuf kept = allocator.directBuffer(data.readableBytes()).writeBytes(data);
        data.release();
        return kept;
    }

    /** How much the buffer holds, in bytes. */
    int capacity() {
        return capacity;
    }

    void close() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
