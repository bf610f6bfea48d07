/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.limits.Level;
import dev.sluice.limits.Levels;
import dev.sluice.limits.Limit;

/**
 * What the rate limits of one decision hold at one instant, unlimited ones left out: a view for answers and explanations. Confined to the event
 * loop, reused from request to request.
 */
final class LevelReadings {
    private static final int MAX = RefusalCase.MAX_LEVELS;
    private static final long NEVER = Long.MAX_VALUE;

    private final String[] policies = new String[MAX];
    private final Limit[] limits = new Limit[MAX];
    private final long[] remaining = new long[MAX];
    private final long[] waitNanos = new long[MAX];
    private int count;

    /** Reads the levels, most specific first. */
    void read(Levels levels, long nowNanos) {
        count = 0;
        for (int i = 0; i < levels.size(); i++) {
            Limit limit = levels.limit(i);
            if (!limit.unlimited()) {
                Level level = levels.level(i, nowNanos);
                policies[count] = levels.policy(i);
                limits[count] = limit;
                remaining[count] = level.remaining();
                waitNanos[count] = level.remaining() == 0 ? level.nextTokenNanos() : level.fullNanos();
                count++;
            }
        }
    }

    int count() {
        return count;
    }

    String policy(int level) {
        return policies[level];
    }

    Limit limit(int level) {
        return limits[level];
    }

    /** Whole tokens. */
    long remaining(int level) {
        return remaining[level];
    }

    /** Until the next token where there is none, else until the bucket is full; {@link Long#MAX_VALUE} for never. */
    long waitNanos(int level) {
        return waitNanos[level];
    }

    /** Until the level of that name has a token; 0 where it has one or is not there. */
    long waitNanos(String policy) {
        for (int i = 0; i < count; i++) {
            if (policies[i].equals(policy) && remaining[i] == 0) {
                return waitNanos[i];
            }
        }
        return 0;
    }

    /** The level with the fewest tokens left, of equal ones the one that takes longest to fill; -1 where all are unlimited. */
    int tightest() {
        int tightest = count == 0 ? -1 : 0;
        for (int i = 1; i < count; i++) {
            boolean fewer = remaining[i] < remaining[tightest];
            boolean slower = remaining[i] == remaining[tightest] && waitNanos[i] > waitNanos[tightest];
            if (fewer || (slower && waitNanos[tightest] != NEVER)) {
                tightest = i;
            }
        }
        return tightest;
    }

    /** What each level holds, with room for the quota behind them; not to be kept. */
    long[] figures() {
        return remaining;
    }
}
