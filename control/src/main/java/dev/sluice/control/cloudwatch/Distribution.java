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

    private static final int FIRST_CAPACITY = 64;
    private static final int SPREAD = 0x9E3779B9;

    private long count;
    private double sum;
    private double min;
    private double max;
    private int buckets;
    /** Open addressing; a power of two long. */
    private long[] counts = new long[FIRST_CAPACITY];
    /** One value of each bucket that has a count. */
    private double[] values = new double[FIRST_CAPACITY];

    void add(double value) {
        min = count == 0 ? value : Math.min(min, value);
        max = count == 0 ? value : Math.max(max, value);
        count++;
        sum += value;
        if (buckets > counts.length / 2) {
            grow();
        }
        int slot = slot(value);
        if (counts[slot]++ == 0) {
            values[slot] = value;
            buckets++;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Of at least one value. */
    Statistics statistics() {
        Histogram[] each = new Histogram[buckets];
        int filled = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                each[filled++] = Histogram.of(values[i], (double) counts[i]);
            }
        }
        return new Statistics(count, sum, min, max, total(each, 0, filled));
    }

    void clear() {
        count = 0;
        sum = 0;
        buckets = 0;
        Arrays.fill(counts, 0);
    }

    /** By halves, so that no histogram is copied more often than there are halvings. */
    private static Histogram total(Histogram[] each, int from, int to) {
        if (to - from == 1) {
            return each[from];
        }
        int middle = (from + to) >>> 1;
        return total(each, from, middle).plus(total(each, middle, to));
    }

    private int slot(double value) {
        int mask = counts.length - 1;
        long bucket = bucket(value);
        int slot = ((int) bucket * SPREAD) >>> 16 & mask;
        while (counts[slot] > 0 && bucket(values[slot]) != bucket) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private static long bucket(double value) {
        return Double.doubleToRawLongBits(value + 0.0) >>> BUCKET_SHIFT;
    }

    private void grow() {
        long[] oldCounts = counts;
        double[] oldValues = values;
        counts = new long[oldCounts.length * 2];
        values = new double[oldCounts.length * 2];
        for (int i = 0; i < oldCounts.length; i++) {
            if (oldCounts[i] > 0) {
                int slot = slot(oldValues[i]);
                counts[slot] = oldCounts[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
