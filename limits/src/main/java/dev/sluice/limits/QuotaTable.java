/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds open quotas by the caller's number for a counter, without a lock and without allocating. Any number of readers; writers come one
 * at a time. A reader that meets a change may miss an entry: then it asks again under the writers' lock.
 */
final class QuotaTable {
    private static final int MIN_SLOTS = 64;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private volatile AtomicReferenceArray<@Nullable Quota> slots = new AtomicReferenceArray<>(MIN_SLOTS);
    private int count;

    @Nullable
    Quota find(long number) {
        AtomicReferenceArray<@Nullable Quota> now = slots;
        int mask = now.length() - 1;
        for (int i = home(number, mask); ; i = i + 1 & mask) {
            Quota quota = now.get(i);
            if (quota == null || quota.number() == number) {
                return quota;
            }
        }
    }

    /** Its number must not be here yet. */
    void add(Quota quota) {
        if (++count > slots.length() / 2) {
            resize(slots.length() * 2);
        }
        insert(slots, quota);
    }

    void remove(Quota quota) {
        AtomicReferenceArray<@Nullable Quota> now = slots;
        int mask = now.length() - 1;
        int hole = home(quota.number(), mask);
        while (now.get(hole) != quota) {
            if (now.get(hole) == null) {
                return;
            }
            hole = hole + 1 & mask;
        }
        // Entries behind the hole move up into it if they may stand there; each is written anew before its old place is
        // cleared.
        for (int i = hole + 1 & mask; ; i = i + 1 & mask) {
            Quota next = now.get(i);
            if (next == null) {
                break;
            }
            if ((i - home(next.number(), mask) & mask) >= (i - hole & mask)) {
                now.set(hole, next);
                hole = i;
            }
        }
        now.set(hole, null);
        if (--count < now.length() / 8 && now.length() > MIN_SLOTS) {
            resize(now.length() / 2);
        }
    }

    private void resize(int length) {
        AtomicReferenceArray<@Nullable Quota> old = slots;
        AtomicReferenceArray<@Nullable Quota> fresh = new AtomicReferenceArray<>(length);
        for (int i = 0; i < old.length(); i++) {
            Quota quota = old.get(i);
            if (quota != null) {
                insert(fresh, quota);
            }
        }
        slots = fresh;
    }

    private static void insert(AtomicReferenceArray<@Nullable Quota> slots, Quota quota) {
        int mask = slots.length() - 1;
        int i = home(quota.number(), mask);
        while (slots.get(i) != null) {
            i = i + 1 & mask;
        }
        slots.set(i, quota);
    }

    private static int home(long number, int mask) {
        return (int) (number * GOLDEN_RATIO >>> 32) & mask;
    }
}
