/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A bucket for each client address, in a table whose size never changes, whoever attacks with however many addresses. One limit for all.
 * Thread-safe; allocates nothing.
 *
 * <p>A source is an IPv4 address or the first 64 bits of an IPv6 address. For each source: admitted in [a, b] &lt;= burst + rate * (b - a).
 * Where the table has no room, sources share the bucket of their group, the first 24 bits or 48 bits: they may then be refused for each
 * other, but nothing goes uncounted.
 */
public final class SourceTable {
    /*
     * A set-associative cache whose loss is harmless. A source is looked for in the four ways of one set. A way may be taken over when its
     * bucket is full, as a full bucket says nothing; where none is, the charge goes to the group's bucket, in an array that groups share
     * by their hash. So nothing that is owed is ever dropped.
     *
     * Exact over moves. A source that gets a way starts there with all that its group owes, for it may have been charged there before; it
     * loses a way only when it owes nothing, and has for a while: a reading of the clock that is older by less may still come for it. By
     * induction a source's debt is never more than the one it is judged by.
     *
     * A bucket is two words: its debt in units of Scale, and when that was true. A reading of the clock that others have overtaken finds
     * more debt, not less, as if the debt had been looked at then. Debts stay below 2^60, so sums fit 63 bits.
     *
     * Locks. Three words change together, so each set, and each group, is guarded by one of some spin locks, for a few dozen nanoseconds,
     * always set before group. An address is found by a hash with a key of its own in each process, so that nobody can choose addresses
     * that meet in one set.
     */
    /** Entries are counted in these. */
    public static final int BYTES_PER_ENTRY = 24;

    private static final int WAYS = 4;
    private static final int ENTRIES_PER_GROUP = 16;
    private static final int MOST_ENTRIES = 1 << 26;
    private static final int LOCKS = 4096;
    /** No reading of the clock is older than that when it is used. */
    private static final long STALE_NANOS = 100_000_000L;

    private static final long GROUP_OF_V6 = 1L << 62;
    private static final long EMPTY = 0;

    private final Scale scale;
    private final Limit limit;
    private final KeyedHash hash;
    private final long baseNanos;
    /** Of each entry, the hash of its source. */
    private final long[] sources;

    private final long[] debts;
    private final long[] stamps;
    private final long[] groupDebts;
    private final long[] groupStamps;
    private final AtomicIntegerArray setLocks = new AtomicIntegerArray(LOCKS);
    private final AtomicIntegerArray groupLocks = new AtomicIntegerArray(LOCKS);

    SourceTable(int entries, Limit limit, KeyedHash hash, NanoClock clock) {
        if (entries < WAYS || entries > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "entries: " + entries + " (expected: " + WAYS + " to " + MOST_ENTRIES + ")");
        }
        if (requireNonNull(limit, "limit").unlimited()) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: a burst below 2^63 - 1)");
        }
        this.limit = limit;
        this.scale = Scale.of(limit);
        this.hash = hash;
        this.baseNanos = clock.nanoTime();
        int rounded = Integer.highestOneBit(entries);
        sources = new long[rounded];
        debts = new long[rounded];
        stamps = new long[rounded];
        int groups = Math.max(1, rounded / ENTRIES_PER_GROUP);
        groupDebts = new long[groups];
        groupStamps = new long[groups];
    }

    /**
     * All sources start full.
     *
     * @param entries 4 to 2^26, rounded down to a power of two; {@value #BYTES_PER_ENTRY} bytes each, and a 24th more
     * @param clock the one that the readings given later come from
     */
    public static SourceTable of(int entries, Limit limit, NanoClock clock) {
        return new SourceTable(entries, limit, KeyedHash.random(), clock);
    }

    /**
     * The source that an address belongs to.
     *
     * @param address 4 or 16 bytes, the highest first; an IPv4 address in IPv6 form is the IPv4 address
     */
    public static long sourceOf(byte[] address) {
        return switch (address.length) {
            case 4 -> bits(address, 0, 4);
            case 16 ->
                bits(address, 0, 8) == 0 && bits(address, 8, 4) == 0xffff ? bits(address, 12, 4) : bits(address, 0, 8);
            default -> throw new IllegalArgumentException("address: " + address.length + " bytes (expected: 4 or 16)");
        };
    }

    private static long bits(byte[] address, int from, int count) {
        long bits = 0;
        for (int i = from; i < from + count; i++) {
            bits = bits << Byte.SIZE | address[i] & 0xff;
        }
        return bits;
    }

    public Limit limit() {
        return limit;
    }

    /**
     * Charges a source with one token and gives 0; or charges nothing and gives how long until a token is there, {@link Long#MAX_VALUE}
     * for never.
     *
     * @param source from {@link #sourceOf}
     */
    public long charge(long source, long nowNanos) {
        long named = hash.hash(source);
        long name = named == EMPTY ? 1 : named;
        int set = (int) (name >>> 32) & sources.length / WAYS - 1;
        lock(setLocks, set);
        try {
            int entry = find(set, name);
            if (entry >= 0) {
                return charge(debts, stamps, entry, nowNanos);
            }
            return chargeUnknown(source, name, set, nowNanos);
        } finally {
            unlock(setLocks, set);
        }
    }

    private long chargeUnknown(long source, long name, int set, long nowNanos) {
        int group = (int) (hash.hash(groupOf(source)) >>> 32) & groupDebts.length - 1;
        lock(groupLocks, group);
        try {
            int free = free(set, nowNanos);
            if (free < 0) {
                return charge(groupDebts, groupStamps, group, nowNanos);
            }
            sources[free] = name;
            debts[free] = groupDebts[group];
            stamps[free] = groupStamps[group];
            return charge(debts, stamps, free, nowNanos);
        } finally {
            unlock(groupLocks, group);
        }
    }

    /** Addresses below ::/32 are IPv4's: no IPv6 client has one. */
    private static long groupOf(long source) {
        return source >>> 32 == 0 ? source >>> 8 : source >>> 16 | GROUP_OF_V6;
    }

    private int find(int set, long name) {
        for (int i = set * WAYS; i < (set + 1) * WAYS; i++) {
            if (sources[i] == name) {
                return i;
            }
        }
        return -1;
    }

    /** An entry of the set that was never used or whose bucket is full; -1 for none. */
    private int free(int set, long nowNanos) {
        long ticks = ticksAt(nowNanos - STALE_NANOS);
        for (int i = set * WAYS; i < (set + 1) * WAYS; i++) {
            if (sources[i] == EMPTY || debt(debts[i], stamps[i], ticks) == 0) {
                return i;
            }
        }
        return -1;
    }

    private long charge(long[] owed, long[] since, int index, long nowNanos) {
        long ticks = ticksAt(nowNanos);
        long debt = debt(owed[index], since[index], ticks);
        long missing = debt + scale.unitsPerToken() - scale.capacity();
        if (missing > 0) {
            return nanosToRefill(missing, nowNanos);
        }
        long later = Math.max(ticks, since[index]);
        owed[index] = debt(owed[index], since[index], later) + scale.unitsPerToken();
        since[index] = later;
        return 0;
    }

    private long debt(long owed, long since, long ticks) {
        long elapsed = Math.max(ticks - since, -scale.maxTicks());
        return elapsed > scale.maxTicks() ? 0 : Math.max(0, owed - elapsed * scale.unitsPerTick());
    }

    private long ticksAt(long nowNanos) {
        return Math.max(0, nowNanos - baseNanos) / scale.tickNanos();
    }

    private long nanosToRefill(long units, long nowNanos) {
        if (scale.unitsPerTick() == 0 || limit.burst() == 0) {
            return Long.MAX_VALUE;
        }
        long ticks = Math.ceilDiv(units, scale.unitsPerTick());
        if (ticks > Long.MAX_VALUE / 2 / scale.tickNanos()) {
            return Long.MAX_VALUE;
        }
        return ticks * scale.tickNanos() - Math.max(0, nowNanos - baseNanos) % scale.tickNanos();
    }

    private static void lock(AtomicIntegerArray locks, int index) {
        while (!locks.compareAndSet(index & LOCKS - 1, 0, 1)) {
            Thread.onSpinWait();
        }
    }

    private static void unlock(AtomicIntegerArray locks, int index) {
        locks.setRelease(index & LOCKS - 1, 0);
    }
}
