/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What is known of each API key, in numbers: two halves of its print, the code of its id, and a number of the caller's. Thread-safe: one writer
 * at a time. A row is in use while its print is not 0; who reads one must look at the print again afterwards.
 */
final class KeyRows {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int LONGS_PER_ROW = 3;
    private static final int BYTES_PER_ROW = LONGS_PER_ROW * Long.BYTES + Integer.BYTES;

    private volatile long[][] longs = new long[0][];
    private volatile int[][] metas = new int[0][];
    private int taken;
    private int[] free = new int[16];
    private int freeCount;

    /** A row nobody has. */
    int take() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (taken == longs.length * CHUNK) {
            int[][] moreMetas = Arrays.copyOf(metas, metas.length + 1);
            moreMetas[metas.length] = new int[CHUNK];
            metas = moreMetas;
            long[][] moreLongs = Arrays.copyOf(longs, longs.length + 1);
            moreLongs[longs.length] = new long[CHUNK * LONGS_PER_ROW];
            longs = moreLongs;
        }
        return taken++;
    }

    void giveBack(int row) {
        set(row, 0, 0);
        set(row, 1, 0);
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = row;
    }

    void write(int row, long print, long check, long idCode, int meta) {
        set(row, 0, 0);
        set(row, 1, 0);
        set(row, 2, idCode);
        setMeta(row, meta);
        set(row, 1, check);
        set(row, 0, print);
    }

    boolean is(int row, long print, long check) {
        return get(row, 0) == print && get(row, 1) == check;
    }

    long firstPrint(int row) {
        return get(row, 0);
    }

    long idCode(int row) {
        return get(row, 2);
    }

    int meta(int row) {
        return (int) INTS.getVolatile(metas[row >>> CHUNK_BITS], row & CHUNK - 1);
    }

    void setMeta(int row, int meta) {
        INTS.setVolatile(metas[row >>> CHUNK_BITS], row & CHUNK - 1, meta);
    }

    long bytes() {
        return (long) longs.length * CHUNK * BYTES_PER_ROW + (long) free.length * Integer.BYTES;
    }

    private long get(int row, int column) {
        return (long) LONGS.getVolatile(longs[row >>> CHUNK_BITS], (row & CHUNK - 1) * LONGS_PER_ROW + column);
    }

    private void set(int row, int column, long value) {
        LONGS.setVolatile(longs[row >>> CHUNK_BITS], (row & CHUNK - 1) * LONGS_PER_ROW + column, value);
    }
}
