/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Decides over all levels of a request at once: charges every one or none. Thread-safe, lock-free, never blocks. */
public interface Limiter {
    /** Most levels in one decision. */
    int MAX_LEVELS = 63;

    /** Keeps its state in the buckets' own memory. Buckets may be shared by limiters that read the same clock. */
    static Limiter inMemory(NanoClock clock) {
        return new InMemoryLimiter(requireNonNull(clock, "clock"));
    }

    NanoClock clock();

    /**
     * Charges {@code cost} tokens at each of the first {@code count} buckets, and {@code cost} units of the quota, or nothing anywhere.
     *
     * @param levels most specific first, each bucket once; the array is only read, and may be reused by the caller
     * @param count 0 to {@link #MAX_LEVELS}
     * @param quota null where no quota applies
     * @param cost 1 or more
     */
    Decision admit(Bucket[] levels, int count, @Nullable Quota quota, long cost);
}
