/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds subjects by their numbers: open addressing, filled by compare-and-set, never emptied but by making another table. Thread-safe; what
 * is added while {@link #resized} copies may be left behind, and is then added again.
 */
final class FairTable {
    private static final int SMALLEST = 64;
    private static final int GOLDEN = 0x9e3779b9;

    private final AtomicReferenceArray<@Nullable FairSubject> slots;
    private final AtomicInteger count = new AtomicInteger();

    private FairTable(int capacity) {
        slots = new AtomicReferenceArray<>(capacity);
    }

    static FairTable empty() {
        return new FairTable(SMALLEST);
    }

    int count() {
        return count.get();
    }

    /** Half full: larger is better. */
    boolean crowded() {
        return count.get() * 2 >= slots.length();
    }

    /** Never full, or a search would not end. */
    boolean takesMore() {
        return count.get() * 4 < slots.length() * 3;
    }

    @Nullable
    FairSubject find(int id) {
        int mask = slots.length() - 1;
        for (int i = spread(id) & mask; ; i = (i + 1) & mask) {
            FairSubject there = slots.get(i);
            if (there == null || there.id == id) {
                return there;
            }
        }
    }

    /** The subject, or the one of the same number that somebody else has added first. */
    FairSubject add(FairSubject subject) {
        int mask = slots.length() - 1;
        for (int i = spread(subject.id) & mask; ; i = (i + 1) & mask) {
            FairSubject there = slots.get(i);
            if (there == null && slots.compareAndSet(i, null, subject)) {
                count.incrementAndGet();
                return subject;
            }
            there = slots.get(i);
            if (there != null && there.id == subject.id) {
                return there;
            }
        }
    }

    /** All subjects now, added to {@code into} from {@code at} on; gives the index after the last. */
    int copy(FairSubject[] into, int at) {
        int next = at;
        for (int i = 0; i < slots.length() && next < into.length; i++) {
            FairSubject there = slots.get(i);
            if (there != null) {
                into[next++] = there;
            }
        }
        return next;
    }

    /** A table with those that are kept, at most a quarter full. */
    FairTable resized(Predicate<FairSubject> kept) {
        FairSubject[] all = new FairSubject[slots.length()];
        int found = copy(all, 0);
        int left = 0;
        for (int i = 0; i < found; i++) {
            if (kept.test(all[i])) {
                all[left++] = all[i];
            }
        }
        FairTable table = new FairTable(Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, left)) * 8));
        for (int i = 0; i < left; i++) {
            table.add(all[i]);
        }
        return table;
    }

    private static int spread(int id) {
        int mixed = id * GOLDEN;
        return mixed ^ mixed >>> 15;
    }
}
