/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntToLongFunction;

/**
 * Finds subjects by a hash of what is known of them: an open-addressed table of their numbers. Thread-safe: one writer at a time, readers take
 * no lock.
 *
 * <p>A slot goes from empty to a subject, and from a subject to {@link #GONE} or another subject, never back to empty, so that a reader's probe
 * is never cut short; a table that gets too full is copied into a new one and swapped.
 */
final class SubjectIndex {
    static final int NONE = -1;
    static final int GONE = -2;

    private static final int SMALLEST = 16;

    private final IntToLongFunction hashes;
    /** A subject and 1; 0 for none, -1 for gone. */
    private volatile AtomicIntegerArray slots = new AtomicIntegerArray(SMALLEST);

    private int used;
    private int live;

    /** @param hashes the hash of a subject that is in the index */
    SubjectIndex(IntToLongFunction hashes) {
        this.hashes = hashes;
    }

    /** The slots as they are now; to be looked at from {@link #start} on, one {@link #next} the other. */
    AtomicIntegerArray slots() {
        return slots;
    }

    static int start(AtomicIntegerArray slots, long hash) {
        return (int) hash & slots.length() - 1;
    }

    static int next(AtomicIntegerArray slots, int at) {
        return at + 1 & slots.length() - 1;
    }

    static int subject(AtomicIntegerArray slots, int at) {
        return Math.max(slots.get(at) - 1, GONE);
    }

    void add(int subject, long hash) {
        if ((used + 1) * 4L > slots.length() * 3L) {
            rebuild();
        }
        used += insert(slots, subject, hash) ? 1 : 0;
        live++;
    }

    void remove(int subject, long hash) {
        AtomicIntegerArray now = slots;
        for (int at = start(now, hash); subject(now, at) != NONE; at = next(now, at)) {
            if (subject(now, at) == subject) {
                now.set(at, -1);
                live--;
                return;
            }
        }
    }

    /** Into a table that is three eighths full at most. */
    private void rebuild() {
        int capacity = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, live) * 4 / 3) * 2);
        AtomicIntegerArray old = slots;
        AtomicIntegerArray larger = new AtomicIntegerArray(capacity);
        for (int at = 0; at < old.length(); at++) {
            if (old.get(at) > 0) {
                insert(larger, old.get(at) - 1, hashes.applyAsLong(old.get(at) - 1));
            }
        }
        used = live;
        slots = larger;
    }

    /** @return whether an empty slot was used up, rather than one that was left */
    private static boolean insert(AtomicIntegerArray table, int subject, long hash) {
        for (int at = (int) hash & table.length() - 1; ; at = at + 1 & table.length() - 1) {
            int there = table.get(at);
            if (there <= 0) {
                table.set(at, subject + 1);
                return there == 0;
            }
        }
    }

    long bytes() {
        return (long) slots.length() * Integer.BYTES;
    }

    static long mix(long value) {
        long hash = value * 0x9E37_79B9_7F4A_7C15L;
        return hash ^ hash >>> 32;
    }
}
