/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

/** Decides over all levels of a request at once: charges every one or none. Thread-safe, lock-free, never blocks. */
public interface Limiter {
    /** Longest wait that {@link #admit(Levels, long, long)} grants. */
    long MAX_WAIT_NANOS = 30_000_000_000L;

    /** Keeps its state in the buckets' own memory. Buckets may be shared by limiters that read the same clock. */
    static Limiter inMemory(NanoClock clock) {
        return new InMemoryLimiter(requireNonNull(clock, "clock"));
    }

    NanoClock clock();

    /** For the calling thread to describe its decisions with. */
    Levels newLevels();

    /**
     * Charges {@code cost} tokens at each level, and {@code cost} units of the quota, or nothing anywhere.
     *
     * @param cost 1 or more
     */
    default Decision admit(Levels levels, long cost) {
        return admit(levels, cost, 0);
    }

    /**
     * As {@link #admit(Levels, long)}, but where tokens are missing that will be there soon, takes them ahead: the answer is then
     * {@link Decision.Delayed}, and the request must wait for so long before it goes on. Bounds hold for the time when it goes on. It
     * cannot be taken back; how many wait is for the caller to bound.
     *
     * @param maxWaitNanos 0 to {@link #MAX_WAIT_NANOS}
     */
    Decision admit(Levels levels, long cost, long maxWaitNanos);

    /**
     * Charges {@code cost} tokens at each level, whether they are there or not, after the fact: what a request turned out to cost beyond
     * what it was admitted for. Buckets may be less than empty afterwards; the quota is left alone. Nothing is ever given back: admit for
     * the least that a request can cost.
     */
    void debit(Levels levels, long cost);
}
