/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A small open-addressed table of (id, {@link Word}) pairs, side by side. Thread-safe, lock-free.
 *
 * <p>An id is claimed once and stays; a word that is 0 is as good as absent. To grow, or to get rid of ids without a word, the segment is
 * sealed (every free id and every word, one by one), whereupon nothing in it changes any more, and whoever meets a seal can make the
 * successor and offer it.
 */
final class Segment {
    /** A segment that was not swept for so long is swept before it is used: words are compared with times near the last sweep only. */
    static final long MAX_AGE_NANOS = 60_000_000_000L;

    static final int ABSENT = -1;
    static final int SEALED = -2;
    static final int FULL = -3;

    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SWEPT;
    private static final VarHandle USED;
    private static final int SMALLEST = 4;
    private static final long NO_MORE_IDS = -1;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SWEPT = lookup.findVarHandle(Segment.class, "sweptNanos", long.class);
            USED = lookup.findVarHandle(Segment.class, "used", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] slots;
    private final int mask;
    private volatile long sweptNanos;

    @SuppressWarnings("UnusedVariable") // by its handle
    private volatile int used;

    private Segment(int capacity, long sweptNanos) {
        this.slots = new long[2 * capacity];
        this.mask = capacity - 1;
        this.sweptNanos = sweptNanos;
    }

    static Segment empty(long sweptNanos) {
        return new Segment(SMALLEST, sweptNanos);
    }

    int capacity() {
        return mask + 1;
    }

    long sweptNanos() {
        return sweptNanos;
    }

    /** Every word was seen after this reading. */
    void swept(long nowNanos) {
        long before = sweptNanos;
        while (nowNanos - before > 0 && !SWEPT.compareAndSet(this, before, nowNanos)) {
            before = sweptNanos;
        }
    }

    /** The slot of an id, {@link #ABSENT}, or {@link #SEALED}: look in the successor. */
    int find(long id, long hash) {
        int slot = (int) hash & mask;
        for (int probes = 0; probes <= mask; probes++, slot = (slot + 1) & mask) {
            long there = id(slot);
            if (there == id) {
                return slot;
            }
            if (there == 0) {
                return ABSENT;
            }
            if (there == NO_MORE_IDS) {
                return SEALED;
            }
        }
        return ABSENT;
    }

    /** The slot of an id, claimed if it was absent; else {@link #SEALED} or {@link #FULL}. */
    int claim(long id, long hash) {
        int slot = (int) hash & mask;
        for (int probes = 0; probes <= mask; ) {
            long there = id(slot);
            if (there == id) {
                return slot;
            }
            if (there == NO_MORE_IDS) {
                return SEALED;
            }
            if (there == 0) {
                if (used >= capacity() - capacity() / 4) {
                    return FULL;
                }
                if (SLOTS.compareAndSet(slots, 2 * slot, 0L, id)) {
                    USED.getAndAdd(this, 1);
                    return slot;
                }
            } else {
                probes++;
                slot = (slot + 1) & mask;
            }
        }
        return FULL;
    }

    /** 0 for none. */
    long id(int slot) {
        return (long) SLOTS.getAcquire(slots, 2 * slot);
    }

    /** Sealed if the segment has a successor, or is about to. */
    long word(int slot) {
        return (long) SLOTS.getVolatile(slots, 2 * slot + 1);
    }

    boolean compareAndSet(int slot, long expected, long updated) {
        return SLOTS.compareAndSet(slots, 2 * slot + 1, expected, updated);
    }

    /** Seals this segment: from then on nothing in it changes. */
    void seal() {
        for (int slot = 0; slot <= mask; slot++) {
            if (id(slot) == 0) {
                SLOTS.compareAndSet(slots, 2 * slot, 0L, NO_MORE_IDS);
            }
            long word = word(slot);
            while (!Word.sealed(word) && !compareAndSet(slot, word, Word.seal(word))) {
                word = word(slot);
            }
        }
    }

    /** Of a sealed segment: the one that continues it, of a size that its words fill to half at most. */
    Segment successor() {
        Segment successor = new Segment(capacityFor(words()), sweptNanos);
        for (int slot = 0; slot <= mask; slot++) {
            successor.add(id(slot), Word.unseal(word(slot)));
        }
        return successor;
    }

    /** An empty segment that holds so many words, and as many again. */
    static Segment forWords(int words, long sweptNanos) {
        return new Segment(capacityFor(words), sweptNanos);
    }

    private static int capacityFor(int words) {
        return Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, 2 * words - 1)) * 2);
    }

    int words() {
        int words = 0;
        for (int slot = 0; slot <= mask; slot++) {
            words += Word.unseal(word(slot)) == 0 ? 0 : 1;
        }
        return words;
    }

    /** Only before it is shown to others; does nothing for 0. */
    void add(long id, long word) {
        if (word != 0) {
            slots[2 * claim(id, BucketTable.hash(id)) + 1] = word;
        }
    }

    /** Whether making a successor would pay: less than half of the ids have a word. */
    boolean sparse(int words) {
        return used > SMALLEST && words < used / 2;
    }

    @Override
    public String toString() {
        return "Segment[" + used + " of " + capacity() + "]";
    }
}
