/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import org.jspecify.annotations.Nullable;

/** Decisions of tests, each with levels of its own. */
final class Deciding {
    private Deciding() {}

    static Decision admit(Limiter limiter, Bucket[] buckets, int count, @Nullable Quota quota, long cost) {
        return limiter.admit(levels(limiter, buckets, count, quota), cost);
    }

    static Levels levels(Limiter limiter, Bucket[] buckets, int count, @Nullable Quota quota) {
        Levels levels = limiter.newLevels().quota(quota);
        for (int i = 0; i < count; i++) {
            levels.add(buckets[i]);
        }
        return levels;
    }
}
