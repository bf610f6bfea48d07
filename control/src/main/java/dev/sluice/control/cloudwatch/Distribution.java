/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.store.Histogram;
import dev.sluice.store.Statistics;
import java.util.Arrays;

/**
 * Gathers values of 0 and above cheaply: count, sum, least, greatest, and how many fell into each of {@link Histogram}'s buckets (1/128 of
 * an octave). Not thread-safe. Adding allocates only while new buckets are met.
 */
final class Distribution {
    /** As wide as the histogram's own: the bits above these name the bucket. */
    private static final int BUCKET_SHIFT = 52 - 7;

    private static final long COUNT_MASK = (1L << BUCKET_SHIFT) - 1;
    private static final int FIRST_CAPACITY = 64;
    private static final int SPREAD = 0x9E3779B9;

    private long count;
    private double sum;
    private double min;
    private double max;
    private int buckets;
    /** A bucket and its count each, open addressing, a power of two long: the bits of the bucket's least value, and the count below them. */
    private long[] cells = new long[FIRST_CAPACITY];

    void add(double value) {
        min = count == 0 ? value : Math.min(min, value);
        max = count == 0 ? value : Math.max(max, value);
        count++;
        sum += value;
        if (buckets > cells.length / 2) {
            grow();
        }
        long bucket = Double.doubleToRawLongBits(value + 0.0) & ~COUNT_MASK;
        int slot = slot(bucket);
        if (cells[slot] == 0) {
            cells[slot] = bucket;
            buckets++;
        }
        cells[slot]++;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Of at least one value. */
    Statistics statistics() {
        Histogram[] each = new Histogram[buckets];
        int filled = 0;
        for (long cell : cells) {
            if (cell != 0) {
                each[filled++] =
                        Histogram.of(Double.longBitsToDouble(cell & ~COUNT_MASK), (double) (cell & COUNT_MASK));
            }
        }
        return new Statistics(count, sum, min, max, total(each, 0, filled));
    }

    void clear() {
        count = 0;
        sum = 0;
        buckets = 0;
        Arrays.fill(cells, 0);
    }

    /** By halves, so that no histogram is copied more often than there are halvings. */
    private static Histogram total(Histogram[] each, int from, int to) {
        if (to - from == 1) {
            return each[from];
        }
        int middle = (from + to) >>> 1;
        return total(each, from, middle).plus(total(each, middle, to));
    }

    /** Where the bucket is, or may be put. */
    private int slot(long bucket) {
        int mask = cells.length - 1;
        int slot = ((int) (bucket >>> BUCKET_SHIFT) * SPREAD) >>> 16 & mask;
        while (cells[slot] != 0 && (cells[slot] ^ bucket) > COUNT_MASK) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] old = cells;
        cells = new long[old.length * 2];
        for (long cell : old) {
            if (cell != 0) {
                cells[slot(cell & ~COUNT_MASK)] = cell;
            }
        }
    }
}
