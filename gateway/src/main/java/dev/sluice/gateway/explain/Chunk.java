/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.explain;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.KeyCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Some refusals of one writer, in columns: no object per entry. Append-only, and never used again once full.
 *
 * <p>Memory order: an entry is written before {@link #size} is released, and never after; readers acquire the size and look at entries below
 * it only. So they see whole entries, on any thread, without a lock.
 */
final class Chunk {
    /** 5 longs, a reference, and the figures. */
    static final int ENTRY_BYTES = 5 * Long.BYTES + Integer.BYTES + RefusalCase.MAX_LEVELS * Integer.BYTES;

    private final long[] idHigh;
    private final long[] idLow;
    private final long[] atMillis;
    private final long[] waitNanos;
    private final long[] keys;
    private final RefusalCase[] cases;
    private final int[] figures;
    private final AtomicInteger size = new AtomicInteger();
    /** The key ids that cannot be packed, by entry; null until there is one. */
    private @Nullable String @Nullable [] otherKeys;

    Chunk(int capacity) {
        idHigh = new long[capacity];
        idLow = new long[capacity];
        atMillis = new long[capacity];
        waitNanos = new long[capacity];
        keys = new long[capacity];
        cases = new RefusalCase[capacity];
        figures = new int[capacity * RefusalCase.MAX_LEVELS];
    }

    boolean full() {
        return size.getPlain() == idHigh.length;
    }

    int size() {
        return size.getAcquire();
    }

    /** Only by the writer, and only if not full. */
    void add(UUID id, long millis, RefusalCase what, long nanos, @Nullable ApiKey key, long[] remaining) {
        int i = size.getPlain();
        idHigh[i] = id.getMostSignificantBits();
        idLow[i] = id.getLeastSignificantBits();
        atMillis[i] = millis;
        waitNanos[i] = nanos;
        cases[i] = what;
        keys[i] = key == null ? KeyCode.NONE : key.code();
        if (key != null && keys[i] == KeyCode.OTHER) {
            if (otherKeys == null) {
                otherKeys = new String[idHigh.length];
            }
            otherKeys[i] = key.id();
        }
        int at = i * RefusalCase.MAX_LEVELS;
        for (int level = 0; level < what.figures(); level++) {
            figures[at + level] = (int) Math.min(remaining[level], Integer.MAX_VALUE);
        }
        size.setRelease(i + 1);
    }

    /** -1 where it is not. */
    int indexOf(UUID id) {
        long high = id.getMostSignificantBits();
        for (int i = size() - 1; i >= 0; i--) {
            if (idHigh[i] == high && idLow[i] == id.getLeastSignificantBits()) {
                return i;
            }
        }
        return -1;
    }

    /** @param i below a size that was read before; so for the methods below */
    LoggedRefusal at(int i) {
        RefusalCase what = cases[i];
        List<Integer> remaining = new ArrayList<>();
        for (int level = 0; level < what.figures(); level++) {
            remaining.add(figures[i * RefusalCase.MAX_LEVELS + level]);
        }
        return new LoggedRefusal(
                new UUID(idHigh[i], idLow[i]),
                Instant.ofEpochMilli(atMillis[i]),
                what,
                waitNanos[i],
                keyId(i),
                remaining);
    }

    long atMillis(int i) {
        return atMillis[i];
    }

    RefusalCase what(int i) {
        return cases[i];
    }

    @Nullable
    String keyId(int i) {
        long code = keys[i];
        if (code == KeyCode.NONE) {
            return null;
        }
        return code == KeyCode.OTHER && otherKeys != null ? otherKeys[i] : KeyCode.id(code);
    }
}
