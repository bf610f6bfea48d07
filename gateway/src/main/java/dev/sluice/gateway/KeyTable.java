/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds an API key by the bytes that a client presents: an open-addressed table over a hash that is keyed anew in each process. Looking up
 * what is not there changes nothing. Thread-safe: one writer at a time, readers take no lock.
 *
 * <p>A slot goes from empty to an entry, and from an entry to another entry or to {@link #GONE}, never back to empty, so that a reader's
 * probe is never cut short; a table that gets half full is copied into a new one and swapped.
 */
final class KeyTable {
    private static final Entry GONE = new Entry(0, new byte[0], null);
    private static final int SMALLEST = 16;

    private final SipHash hash;
    private final Map<String, Entry> byId = new HashMap<>();
    private volatile AtomicReferenceArray<@Nullable Entry> slots = new AtomicReferenceArray<>(SMALLEST);
    private int usedSlots;

    KeyTable(SipHash hash) {
        this.hash = hash;
    }

    static KeyTable create() {
        SecureRandom random = new SecureRandom();
        return new KeyTable(new SipHash(random.nextLong(), random.nextLong()));
    }

    /** O(1): independent of the length of what is presented matching, and of the number of keys. */
    @Nullable
    ApiKey find(byte[] presented) {
        long wanted = hash.hash(presented);
        AtomicReferenceArray<@Nullable Entry> table = slots;
        int mask = table.length() - 1;
        for (int i = (int) wanted & mask; ; i = (i + 1) & mask) {
            Entry entry = table.get(i);
            if (entry == null) {
                return null;
            }
            if (entry.hash == wanted && entry.key != null && MessageDigest.isEqual(entry.value, presented)) {
                return entry.key;
            }
        }
    }

    synchronized void put(ApiKey key) {
        byte[] value = key.valueBytes();
        Entry entry = new Entry(hash.hash(value), value, key);
        Entry old = byId.put(key.id(), entry);
        if (old != null && MessageDigest.isEqual(old.value, value)) {
            slots.set(slotOf(old), entry);
            return;
        }
        if (old != null) {
            slots.set(slotOf(old), GONE);
        }
        if ((usedSlots + 1) * 2 > slots.length()) {
            grow();
        } else if (insert(slots, entry)) {
            usedSlots++;
        }
    }

    synchronized void remove(String id) {
        Entry old = byId.remove(id);
        if (old != null) {
            slots.set(slotOf(old), GONE);
        }
    }

    private int slotOf(Entry entry) {
        int mask = slots.length() - 1;
        int i = (int) entry.hash & mask;
        while (slots.get(i) != entry) {
            i = (i + 1) & mask;
        }
        return i;
    }

    /** Copies what is live, the newest entry included, into a table that is at most a quarter full. */
    private void grow() {
        int capacity = Math.max(SMALLEST, Integer.highestOneBit(byId.size()) * 8);
        AtomicReferenceArray<@Nullable Entry> larger = new AtomicReferenceArray<>(capacity);
        byId.values().forEach(entry -> insert(larger, entry));
        usedSlots = byId.size();
        slots = larger;
    }

    /** @return whether an empty slot was used up, rather than one that was left */
    private static boolean insert(AtomicReferenceArray<@Nullable Entry> table, Entry entry) {
        int mask = table.length() - 1;
        for (int i = (int) entry.hash & mask; ; i = (i + 1) & mask) {
            Entry there = table.get(i);
            if (there == null || there == GONE) {
                table.set(i, entry);
                return there == null;
            }
        }
    }

    /** Compared by identity. */
    private static final class Entry {
        final long hash;
        final byte[] value;
        final @Nullable ApiKey key;

        Entry(long hash, byte[] value, @Nullable ApiKey key) {
            this.hash = hash;
            this.value = value;
            this.key = key;
        }
    }
}
