/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

/**
 * The engine that is right because it is simple: one lock for a whole tree of limits, unbounded integers, look at every level, then charge
 * every level. What the lock-free engine is compared with. Thread-safe, by the lock; blocks.
 */
final class RootLockLimiter {
    private final Object root;
    private final NanoClock clock;

    /** @param root the lock of the tree; limiters of several threads, each with its own clock, share it */
    RootLockLimiter(Object root, NanoClock clock) {
        this.root = root;
        this.clock = clock;
    }

    Decision admit(OracleBucket[] levels, int count, long cost) {
        synchronized (root) {
            long nowNanos = clock.nanoTime();
            int longest = -1;
            long longestNanos = 0;
            for (int i = 0; i < count; i++) {
                long waitNanos = levels[i].waitNanos(nowNanos, cost);
                if (waitNanos > longestNanos) {
                    longestNanos = waitNanos;
                    longest = i;
                }
            }
            if (longest >= 0) {
                OracleBucket refusing = levels[longest];
                return new Decision.Throttled(
                        "level" + longest, refusing.limit(), level(refusing, nowNanos), longestNanos);
            }
            for (int i = 0; i < count; i++) {
                levels[i].charge(nowNanos, cost);
            }
            return Decision.Admitted.INSTANCE;
        }
    }

    private static Level level(OracleBucket bucket, long nowNanos) {
        return new Level(
                bucket.remaining(nowNanos),
                bucket.waitNanos(nowNanos, 1),
                bucket.waitNanos(nowNanos, bucket.limit().burst()));
    }
}
