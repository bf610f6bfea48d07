/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One environment's log between the pump that fills it and the caller that wants a call's part of it. Keeps at most 1 MiB of lines per call
 * for the sink and the last 4 KiB for the tail; counts what it drops. Thread-safe.
 */
final class LogBuffer {
    static final int MAX_TAIL_BYTES = 4096;
    private static final long MARKER_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MAX_CALL_BYTES = 1 << 20;

    private final FunctionSpec spec;
    private final String stream;
    private final LogSink sink;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition markerSeen = lock.newCondition();
    private final ArrayDeque<byte[]> tail = new ArrayDeque<>(); // guarded by lock, as all that follows
    private int tailBytes;
    private boolean tailWanted;
    private long keptBytes;
    private long droppedBytes;
    private @Nullable String lastMarker;

    LogBuffer(FunctionSpec spec, String stream, LogSink sink) {
        this.spec = spec;
        this.stream = stream;
        this.sink = sink;
    }

    void begin(boolean wantTail) {
        lock.lock();
        try {
            tailWanted = wantTail;
            lastMarker = null;
            keptBytes = 0;
            droppedBytes = 0;
            tail.clear();
            tailBytes = 0;
        } finally {
            lock.unlock();
        }
    }

    /** @return false when the call has logged its share and the line was dropped */
    boolean line(byte[] bytes, int length) {
        lock.lock();
        try {
            keptBytes += length + 1;
            if (keptBytes > MAX_CALL_BYTES) {
                droppedBytes += length + 1;
                return false;
            }
            emit(Arrays.copyOf(bytes, length));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A line of the platform's own, which is never dropped; first the count of what was. */
    void platformLine(String text) {
        lock.lock();
        try {
            if (droppedBytes > 0) {
                emit(("[sluice: " + droppedBytes + " bytes of log dropped]").getBytes(StandardCharsets.UTF_8));
                droppedBytes = 0;
            }
            emit(text.getBytes(StandardCharsets.UTF_8));
        } finally {
            lock.unlock();
        }
    }

    /** The bootstrap's sign that all a call has logged stands before it. */
    void marker(String requestId) {
        lock.lock();
        try {
            lastMarker = requestId;
            markerSeen.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the call's marker; after half a second its last lines may be counted to the next call. */
    void awaitMarker(String requestId) {
        lock.lock();
        try {
            long left = MARKER_LIMIT_NANOS;
            while (!requestId.equals(lastMarker) && left > 0) {
                left = markerSeen.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** The last 4 KiB of the call's lines; empty if not wanted. */
    byte[] tail() {
        lock.lock();
        try {
            byte[] all = new byte[tailBytes];
            int at = 0;
            for (byte[] line : tail) {
                System.arraycopy(line, 0, all, at, line.length);
                at += line.length;
                all[at++] = '\n';
            }
            return Arrays.copyOfRange(all, Math.max(0, all.length - MAX_TAIL_BYTES), all.length);
        } finally {
            lock.unlock();
        }
    }

    private void emit(byte[] line) {
        if (sink != LogSink.NONE) {
            sink.line(spec, stream, new String(line, StandardCharsets.UTF_8));
        }
        if (tailWanted) {
            tail.addLast(line);
            tailBytes += line.length + 1;
            while (tailBytes - tail.getFirst().length - 1 >= MAX_TAIL_BYTES) {
                tailBytes -= tail.removeFirst().length + 1;
            }
        }
    }
}
