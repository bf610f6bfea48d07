/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The bytes of a head as they come, in one array that is handed out with it. No more is taken from a buffer than was asked for, a piece at a
 * time, so that a body behind the head is hardly ever copied, and what was copied is given back. Confined to the event loop.
 */
final class HeadBytes {
    private static final int PIECE = 2048;
    private static final int SMALLEST = 256;

    private static final byte[] NONE = {};
    /** An array that a longer head made grow is not kept. */
    private static final int MAX_KEPT = 4096;

    private byte[] bytes = NONE;
    private int length;

    /** For another head; the array may be the same. */
    void clear() {
        if (bytes.length > MAX_KEPT) {
            bytes = NONE;
        }
        length = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** @return whether there were any */
    boolean takeFrom(ByteBuf in) {
        int taken = Math.min(in.readableBytes(), PIECE);
        if (taken == 0) {
            return false;
        }
        if (length + taken > bytes.length) {
            int larger = bytes.length == 0 ? Math.max(SMALLEST, taken) : Math.max(2 * bytes.length, length + taken);
            bytes = Arrays.copyOf(bytes, larger);
        }
        in.readBytes(bytes, length, taken);
        length += taken;
        return true;
    }

    /** @param used how many of all bytes are the head's; the others were taken from {@code in} last */
    void giveBack(ByteBuf in, int used) {
        in.readerIndex(in.readerIndex() - (length - used));
        length = used;
    }
}
