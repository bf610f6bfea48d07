/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** The environments that the host has room for, in number and in memory sizes, and the pools that wait for room. Thread-safe. */
final class Budget {
    private final int maxSlots;
    private final long maxMegabytes;
    private final BitSet taken = new BitSet(); // guarded by this, as all that follows
    private final Set<Pool> hungry = new LinkedHashSet<>();
    private long usedMegabytes;
    private volatile boolean awaited;

    Budget(int maxSlots, long maxMegabytes) {
        this.maxSlots = maxSlots;
        this.maxMegabytes = maxMegabytes;
    }

    /** Room for one environment; the smallest free slot. One environment always fits, however large. */
    synchronized OptionalInt take(int megabytes) {
        int slot = taken.nextClearBit(0);
        if (slot >= maxSlots || (usedMegabytes > 0 && usedMegabytes + megabytes > maxMegabytes)) {
            return OptionalInt.empty();
        }
        taken.set(slot);
        usedMegabytes += megabytes;
        return OptionalInt.of(slot);
    }

    /** @return the pools that wait for room, which no longer do */
    synchronized List<Pool> giveBack(int slot, int megabytes) {
        taken.clear(slot);
        usedMegabytes -= megabytes;
        List<Pool> waiting = List.copyOf(hungry);
        hungry.clear();
        awaited = false;
        return waiting;
    }

    synchronized void await(Pool pool) {
        hungry.add(pool);
        awaited = true;
    }

    synchronized void forget(Pool pool) {
        hungry.remove(pool);
        awaited = !hungry.isEmpty();
    }

    /** Whether a pool waits for room; cheap. */
    boolean awaited() {
        return awaited;
    }
}
