/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The connection to an environment's bootstrap, which documents the frames. One direct buffer serves both directions; longer frames go
 * through it in pieces, so an environment costs the same memory whatever was sent. Confined to the one caller that holds the environment,
 * but for {@link #close}.
 */
final class FrameChannel implements Closeable {
    static final byte READY = 0;
    static final byte RETURNED = 1;
    static final byte FAILED = 2;
    static final byte INIT_FAILED = 3;
    private static final int FLAG_LOGGED = 1;
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int HEAD_BYTES = 26;
    private static final int MAX_TEXT_BYTES = 0xffff;
    /** An error's payload may exceed a response's, by its stack trace. */
    private static final int MAX_FRAME_BYTES = Functions.MAX_PAYLOAD_BYTES + (1 << 20);

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    FrameChannel(SocketChannel channel) {
        this.channel = channel;
    }

    /** @param logged whether a marker follows what the call logged */
    record Frame(byte kind, boolean logged, byte[] payload) {}

    void send(byte[] event, InvokeContext context, long deadlineEpochMillis) throws IOException {
        byte[] requestId = utf8(context.requestId());
        byte[] arn = utf8(context.invokedFunctionArn());
        byte[] trace = utf8(context.traceId());
        byte[] client = utf8(context.clientContext());
        byte[] identity = utf8(context.identity());
        if (Math.max(requestId.length, Math.max(arn.length, trace.length)) > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("request id, ARN or trace id too long (expected: at most 65535 bytes)");
        }
        long texts = (long) requestId.length + arn.length + trace.length + client.length + identity.length;
        buffer.clear();
        buffer.putInt(Math.toIntExact(HEAD_BYTES - 4 + texts + event.length));
        buffer.putLong(deadlineEpochMillis);
        buffer.putShort((short) requestId.length)
                .putShort((short) arn.length)
                .putShort((short) trace.length)
                .putInt(client.length)
                .putInt(identity.length);
        for (byte[] part : new byte[][] {requestId, arn, trace, client, identity, event}) {
            put(part);
        }
        flush();
    }

    /** Waits for the next frame. */
    Frame receive() throws IOException {
        buffer.clear();
        fill(Integer.BYTES);
        int length = buffer.flip().getInt();
        if (length < 2 || length > MAX_FRAME_BYTES) {
            throw new IOException("frame of " + length + " bytes (expected: 2 to " + MAX_FRAME_BYTES + ")");
        }
        buffer.compact();
        fill(2);
        buffer.flip();
        byte kind = buffer.get();
        byte flags = buffer.get();
        byte[] payload = new byte[length - 2];
        int at = Math.min(payload.length, buffer.remaining());
        buffer.get(payload, 0, at);
        if (buffer.hasRemaining()) {
            throw new IOException("bytes after the frame");
        }
        while (at < payload.length) {
            buffer.clear().limit(Math.min(buffer.capacity(), payload.length - at));
            if (channel.read(buffer) < 0) {
                throw new EOFException();
            }
            int count = buffer.flip().remaining();
            buffer.get(payload, at, count);
            at += count;
        }
        return new Frame(kind, (flags & FLAG_LOGGED) != 0, payload);
    }

    /** Wakes a caller that waits here, with an exception. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void put(byte[] part) throws IOException {
        int at = 0;
        while (at < part.length) {
            if (!buffer.hasRemaining()) {
                flush();
                buffer.clear();
            }
            int count = Math.min(buffer.remaining(), part.length - at);
            buffer.put(part, at, count);
            at += count;
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private void fill(int count) throws IOException {
        while (buffer.position() < count) {
            if (channel.read(buffer) < 0) {
                throw new EOFException();
            }
        }
    }

    private static byte[] utf8(@Nullable String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }
}
