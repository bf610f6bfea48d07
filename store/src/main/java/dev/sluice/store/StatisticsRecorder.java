/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.util.Arrays;
import java.util.Optional;

/**
 * Gathers values of 0 and above into {@link Statistics} without allocating per value. Values further than about 32 octaves apart share the
 * outermost bucket. Not thread-safe.
 */
public final class StatisticsRecorder {
    private static final int STEP = 128;

    private long count;
    private double sum;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private long zeros;
    private long[] counts = new long[0];
    private int firstKey;

    /** @param value 0 or more, finite */
    public void record(double value) {
        if (!(value >= 0) || value > Double.MAX_VALUE) {
            throw new IllegalArgumentException("value: " + value + " (expected: 0 or more, finite)");
        }
        count++;
        sum += value;
        min = Math.min(min, value);
        max = Math.max(max, value);
        if (value == 0) {
            zeros++;
        } else {
            int index = makeRoom(Histogram.key(value));
            counts[index]++;
        }
    }

    /** Where the key counts. */
    private int makeRoom(int key) {
        if (counts.length == 0) {
            firstKey = key - key % STEP;
            counts = new long[STEP];
        }
        if (key < firstKey && counts.length < Histogram.MAX_BUCKETS) {
            int newFirst = Math.max(key - key % STEP, firstKey + counts.length - Histogram.MAX_BUCKETS);
            long[] grown = new long[counts.length + firstKey - newFirst];
            System.arraycopy(counts, 0, grown, firstKey - newFirst, counts.length);
            counts = grown;
            firstKey = newFirst;
        } else if (key >= firstKey + counts.length && counts.length < Histogram.MAX_BUCKETS) {
            int size = key - key % STEP + STEP - firstKey;
            counts = Arrays.copyOf(counts, Math.min(size, Histogram.MAX_BUCKETS));
        }
        return Math.clamp(key - firstKey, 0, counts.length - 1);
    }

    /** What was recorded since the last call; empty if nothing was. */
    public Optional<Statistics> drain() {
        if (count == 0) {
            return Optional.empty();
        }
        var statistics = new Statistics(count, sum, min, max, histogram());
        count = 0;
        sum = 0;
        min = Double.POSITIVE_INFINITY;
        max = Double.NEGATIVE_INFINITY;
        zeros = 0;
        Arrays.fill(counts, 0);
        return Optional.of(statistics);
    }

    private Histogram histogram() {
        int[] keys = new int[counts.length + 1];
        double[] filled = new double[keys.length];
        int size = 0;
        if (zeros > 0) {
            filled[size++] = zeros;
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                keys[size] = firstKey + i;
                filled[size++] = counts[i];
            }
        }
        return new Histogram(Arrays.copyOf(keys, size), Arrays.copyOf(filled, size));
    }
}
