/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The limits of a {@link BucketTable} by their numbers, from 1 on; that of a limit that is gone is given away when no word has it. Thread-safe. */
final class KeyedLimits {
    private static final int SMALLEST = 16;

    private final int most;
    private final Deque<Integer> free = new ArrayDeque<>();
    private List<Integer> gone = new ArrayList<>();
    private List<Integer> goneLastRound = new ArrayList<>();
    private int issued;
    private volatile @Nullable KeyedLimit[] limits = new @Nullable KeyedLimit[SMALLEST];

    KeyedLimits(int most) {
        this.most = most;
    }

    /**
     * @param maker of the limit with the number it is given; if it throws, nothing has changed
     * @throws IllegalStateException where there are as many as there can be
     */
    synchronized KeyedLimit add(IntFunction<KeyedLimit> maker) {
        if (free.isEmpty() && issued == most) {
            throw new IllegalStateException("limits: " + issued + " (expected: at most " + most + ")");
        }
        int number = free.isEmpty() ? issued + 1 : free.peek();
        KeyedLimit made = maker.apply(number);
        if (number > issued) {
            issued = number;
        } else {
            free.remove();
        }
        if (number >= limits.length) {
            limits = Arrays.copyOf(limits, 2 * limits.length);
        }
        limits[number] = made;
        return made;
    }

    /** Does nothing for a limit that is gone already. */
    synchronized void remove(KeyedLimit limit) {
        if (limits[limit.index()] == limit) {
            limits[limit.index()] = null;
            gone.add(limit.index());
        }
    }

    /** To be asked after a word of the limit was read: then the limit, which came before the word, is seen if it is there. */
    @Nullable
    KeyedLimit get(int number) {
        @Nullable KeyedLimit[] known = limits;
        return number < known.length ? known[number] : null;
    }

    /** For the one who sweeps: every word was seen since the last time, so what was gone by then is in no word any more. */
    void roundEnded() {
        synchronized (this) {
            free.addAll(goneLastRound);
            goneLastRound = gone;
            gone = new ArrayList<>();
        }
        for (KeyedLimit limit : limits) {
            if (limit != null) {
                limit.roundEnded();
            }
        }
    }
}
