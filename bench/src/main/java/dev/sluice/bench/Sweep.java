/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/** What it takes to go over a whole table once, the sum of all its slices: processor time, which other programs disturb less. */
final class Sweep {
    private static final int ROUNDS = 9;

    private Sweep() {}

    /** @param slots at least so many, of which buckets that are not full use more than half */
    static String measure(int slots) {
        Population population = new Population(1);
        while (population.table().slots() < slots) {
            population.grow(slots / 256);
        }
        String before = String.format(
                Locale.ROOT,
                "%,d slots, %,d buckets",
                population.table().slots(),
                population.table().size());
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            nanos[i] = nanos(population);
        }
        Arrays.sort(nanos);
        population.refill();
        long emptyingNanos = nanos(population);
        return String.format(
                Locale.ROOT,
                "| sweep | ms of one core |%n| --- | --- |%n| %s, none full (median of %d) | %.1f |%n"
                        + "| the same when all have become full, which leaves %,d slots (once) | %.1f |%n",
                before,
                ROUNDS,
                nanos[ROUNDS / 2] / 1e6,
                population.table().slots(),
                emptyingNanos / 1e6);
    }

    private static long nanos(Population population) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long from = threads.getCurrentThreadCpuTime();
        population.sweep();
        return threads.getCurrentThreadCpuTime() - from;
    }
}
