/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads what one environment writes to its standard output and error, on a virtual thread, cuts it into lines and hands them to the
 * {@link LogBuffer}. A line longer than 256 KiB is split. When a call has used up its share, reading goes on slowly: the function is held
 * back by the full socket and can't occupy a core here.
 *
 * <p>A line that holds the marker (NUL and a random token) ends a call: what follows the marker is the request id.
 */
final class LogPump implements Runnable {
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int MAX_LINE_BYTES = 256 << 10;
    private static final long HOLD_BACK_NANOS = 2_000_000;

    private final SocketChannel logs;
    private final LogBuffer buffer;
    private final byte[] marker;
    private byte[] line = new byte[256];
    private int length;

    LogPump(SocketChannel logs, LogBuffer buffer, String marker) {
        this.logs = logs;
        this.buffer = buffer;
        this.marker = ('\0' + marker).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void run() {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (logs) {
            while (logs.read(chunk) >= 0) {
                if (!take(chunk.array(), chunk.position())) {
                    LockSupport.parkNanos(HOLD_BACK_NANOS);
                }
                chunk.clear();
            }
        } catch (IOException e) {
            // The environment is being stopped; what it wrote so far is taken.
        }
        if (length > 0) {
            flush();
        }
    }

    private boolean take(byte[] bytes, int count) {
        boolean room = true;
        int from = 0;
        while (from < count) {
            int end = from;
            int limit = Math.min(count, from + MAX_LINE_BYTES - length);
            while (end < limit && bytes[end] != '\n') {
                end++;
            }
            append(bytes, from, end);
            if (end == limit && length < MAX_LINE_BYTES) {
                return room;
            }
            room = flush();
            from = end < count && bytes[end] == '\n' ? end + 1 : end;
        }
        return room;
    }

    private void append(byte[] bytes, int from, int to) {
        int added = to - from;
        if (line.length < length + added) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + added));
        }
        System.arraycopy(bytes, from, line, length, added);
        length += added;
    }

    private boolean flush() {
        int at = markerAt();
        boolean room = true;
        if (at < 0 || at > 0) {
            room = buffer.line(line, at < 0 ? length : at);
        }
        if (at >= 0) {
            int from = at + marker.length;
            buffer.marker(new String(line, from, length - from, StandardCharsets.UTF_8));
        }
        length = 0;
        line = line.length > CHUNK_BYTES ? new byte[256] : line;
        return room;
    }

    private int markerAt() {
        for (int at = 0; at + marker.length <= length; at++) {
            if (line[at] == 0 && Arrays.equals(line, at, at + marker.length, marker, 0, marker.length)) {
                return at;
            }
        }
        return -1;
    }
}
