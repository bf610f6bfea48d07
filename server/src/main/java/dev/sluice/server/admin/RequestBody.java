/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The bytes of a body as they come in. Confined to the event loop. */
final class RequestBody {
    private final List<byte[]> chunks = new ArrayList<>();
    private int size;

    int size() {
        return size;
    }

    void append(ByteBuf bytes) {
        var chunk = new byte[bytes.readableBytes()];
        bytes.readBytes(chunk);
        chunks.add(chunk);
        size += chunk.length;
    }

    /** All of it in one array; the chunks are let go, the size stays. */
    byte[] joined() {
        var all = new byte[size];
        var at = 0;
        for (var chunk : chunks) {
            System.arraycopy(chunk, 0, all, at, chunk.length);
            at += chunk.length;
        }
        chunks.clear();
        return all;
    }
}
