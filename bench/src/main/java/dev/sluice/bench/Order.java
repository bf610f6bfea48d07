/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Which key is next, at random; and a count of answers that the benchmark is not about. Confined to its thread. */
@State(Scope.Thread)
public class Order {
    private long random = System.nanoTime() | 1;
    private long unexpected;

    /** 0 to {@code keys} - 1. */
    int next(int keys) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) ((random >>> 32) * keys >>> 32);
    }

    boolean expect(boolean answer) {
        if (!answer) {
            unexpected++;
        }
        return answer;
    }

    /** A path that was not always taken is not the one that was measured. */
    @TearDown(Level.Trial)
    public void check() {
        if (unexpected > 0) {
            throw new IllegalStateException("unexpected answers: " + unexpected + " (expected: 0)");
        }
    }
}
