/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lines that wait to be written, up to a bound. Thread-safe: any thread adds, in the time it takes to copy a line; one takes all at once, and
 * what it took is its own until it takes again.
 */
final class LineBuffer {
    private final int maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /* Guarded by the lock. */
    private Batch filling = new Batch();
    private Batch spare = new Batch();
    private boolean closed;

    LineBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether there was room for it. */
    boolean add(LogFile file, byte[] bytes, int length) {
        lock.lock();
        try {
            if (closed || length > maxBytes - filling.bytes()) {
                return false;
            }
            boolean wakes = filling.isEmpty();
            boolean wasRoomy = isRoomy();
            filling.add(file, bytes, length, maxBytes);
            if (wakes || wasRoomy != isRoomy()) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a line, then for more of them until the buffer is half full or it took long enough, and takes all.
     *
     * @param idleNanos how long to wait for the first
     * @param gatherNanos how long to wait from then on
     */
    Batch take(long idleNanos, long gatherNanos) throws InterruptedException {
        lock.lock();
        try {
            if (filling.isEmpty() && !closed) {
                var _ = changed.await(idleNanos, TimeUnit.NANOSECONDS);
            }
            long left = gatherNanos;
            while (!filling.isEmpty() && isRoomy() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            Batch taken = filling;
            filling = spare;
            filling.clear();
            spare = taken;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more lines. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is closed and nothing waits in it. */
    boolean isDone() {
        lock.lock();
        try {
            return closed && filling.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private boolean isRoomy() {
        return filling.bytes() < maxBytes / 2;
    }

    /** Lines in the order in which they came, one after the other in one array. Not thread-safe. */
    static final class Batch {
        private byte[] bytes = new byte[0];
        private LogFile[] files = new LogFile[0];
        private int[] ends = new int[0];
        private int lines;

        boolean isEmpty() {
            return lines == 0;
        }

        int lines() {
            return lines;
        }

        byte[] array() {
            return bytes;
        }

        LogFile file(int index) {
            return files[index];
        }

        int start(int index) {
            return index == 0 ? 0 : ends[index - 1];
        }

        int end(int index) {
            return ends[index];
        }

        private int bytes() {
            return lines == 0 ? 0 : ends[lines - 1];
        }

        private void add(LogFile file, byte[] line, int length, int maxBytes) {
            int start = bytes();
            if (bytes.length - start < length) {
                int doubled = (int) Math.min(maxBytes, 2L * Math.max(bytes.length, length));
                bytes = Arrays.copyOf(bytes, Math.max(doubled, start + length));
            }
            if (lines == ends.length) {
                int more = Math.max(64, lines * 2);
                ends = Arrays.copyOf(ends, more);
                files = Arrays.copyOf(files, more);
            }
            System.arraycopy(line, 0, bytes, start, length);
            files[lines] = file;
            ends[lines] = start + length;
            lines++;
        }

        private void clear() {
            lines = 0;
        }
    }
}
