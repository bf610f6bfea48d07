/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

/** An array of numbers that adds to a prefix, and finds the maximum of a prefix, in O(log n). Not thread-safe. */
final class PrefixMaximum {
    /** The largest value and the first position that has it. */
    record Found(int position, long value) {}

    private final int size;
    /** Of each node of a binary tree over the positions: the maximum below it, without what was added to its ancestors. */
    private final long[] maximum;

    private final int[] position;
    private final long[] added;

    PrefixMaximum(long[] values) {
        size = Math.max(1, Integer.highestOneBit(Math.max(1, values.length - 1)) << 1);
        maximum = new long[2 * size];
        position = new int[2 * size];
        added = new long[2 * size];
        for (var i = 0; i < size; i++) {
            maximum[size + i] = i < values.length ? values[i] : Long.MIN_VALUE / 2;
            position[size + i] = i;
        }
        for (var node = size - 1; node > 0; node--) {
            pull(node);
        }
    }

    void addUpTo(int last, long amount) {
        add(1, 0, size - 1, last, amount);
    }

    private void add(int node, int first, int end, int last, long amount) {
        if (end <= last) {
            maximum[node] += amount;
            added[node] += amount;
            return;
        }
        var middle = (first + end) >>> 1;
        add(2 * node, first, middle, last, amount);
        if (last > middle) {
            add(2 * node + 1, middle + 1, end, last, amount);
        }
        pull(node);
    }

    private void pull(int node) {
        var better = maximum[2 * node] >= maximum[2 * node + 1] ? 2 * node : 2 * node + 1;
        maximum[node] = maximum[better] + added[node];
        position[node] = position[better];
    }

    Found maximumUpTo(int last) {
        return find(1, 0, size - 1, last);
    }

    private Found find(int node, int first, int end, int last) {
        if (end <= last) {
            return new Found(position[node], maximum[node]);
        }
        var middle = (first + end) >>> 1;
        var left = find(2 * node, first, middle, last);
        var best = left;
        if (last > middle) {
            var right = find(2 * node + 1, middle + 1, end, last);
            best = left.value() >= right.value() ? left : right;
        }
        return new Found(best.position(), best.value() + added[node]);
    }
}
