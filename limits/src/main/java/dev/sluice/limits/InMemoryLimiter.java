/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import org.jspecify.annotations.Nullable;

/** The lock-free two-phase engine. Thread-safe. */
final class InMemoryLimiter implements Limiter {
    /*
     * One decision.
     *
     * 1. Peek: read every level, write nothing. Who is refused here has cost nobody anything and learns of all levels that refuse.
     * 2. Take the unit of the quota.
     * 3. Reserve at every level: first add the cost to `pending`, then read `tat`, then check debt + pending * P <= K.
     * 4. Read the clock again: the decision's stamp. Commit at every level: first move `tat` by compare-and-set, then subtract from
     *    `pending`. Nothing can fail any more.
     *
     * Why. "Charge in order, refund on refusal" admits too much: the refunded token may have grown back in the meantime. Here nothing is
     * ever refunded; a reservation is either given up, which leaves `tat` as it was, or becomes debt. Whatever the interleaving, a token
     * under way is counted once or twice, never not at all: so
     *
     *     debt(t) + (reservations that passed their check) * P <= K          at each level at any time t
     *
     * since time only lowers the debt, a check that passes establishes it, a commit moves cost from the second term to the first, and a
     * release lowers the second.
     *
     * The guarantee: admitted[a, b] <= burst + rate * (b - a) for the stamps of step 4. Proof for one level: at the moment b ends, each
     * decision with a stamp in [a, b] has passed its check. Those committed by then moved `tat` to c(a) + their cost at least, the
     * others are in `pending`; so by the inequality their cost together is at most K + c(b) - c(a). The stamp must be read after the last
     * reservation: with a stamp from the beginning of the decision, debt could have drained that the decision still counts on.
     *
     * The price is a refusal that was not needed: when another decision under way holds the last token, or is between its two writes of
     * step 4. Such a one is tried again a few times, since the other is a few dozen nanoseconds from its end unless its thread lost the
     * processor. What `tat` alone refuses is refused at once.
     */
    private static final int ATTEMPTS = 32;

    /** When to come back after a refusal for a reservation that may be given up at any moment. */
    private static final long AT_ONCE_NANOS = 1;

    private final NanoClock clock;

    InMemoryLimiter(NanoClock clock) {
        this.clock = clock;
    }

    @Override
    public NanoClock clock() {
        return clock;
    }

    @Override
    public Decision admit(Bucket[] levels, int count, @Nullable Quota quota, long cost) {
        if (count < 0 || count > Math.min(levels.length, MAX_LEVELS)) {
            throw new IllegalArgumentException(
                    "count: " + count + " (expected: 0 to " + Math.min(levels.length, MAX_LEVELS) + ")");
        }
        if (cost < 1) {
            throw new IllegalArgumentException("cost: " + cost + " (expected: >= 1)");
        }
        long nowNanos = clock.nanoTime();
        Decision refusal = peek(levels, count, cost, nowNanos);
        if (quota == null) {
            return refusal != null ? refusal : charge(levels, count, cost, nowNanos);
        }
        if (refusal != null) {
            Decision exceeded = quota.peek(cost);
            return exceeded != null ? exceeded : refusal;
        }
        Ration from = quota.take(cost);
        if (from == null) {
            return quota.refuse(cost);
        }
        Decision decision = charge(levels, count, cost, nowNanos);
        if (decision instanceof Decision.Throttled) {
            quota.putBack(from, cost);
        }
        return decision;
    }

    /** Null if every level holds the cost by itself. */
    private static @Nullable Decision peek(Bucket[] levels, int count, long cost, long nowNanos) {
        int longest = -1;
        long longestNanos = 0;
        for (int i = 0; i < count; i++) {
            long waitNanos = levels[i].waitNanos(nowNanos, cost);
            if (waitNanos > longestNanos) {
                longestNanos = waitNanos;
                longest = i;
            }
        }
        return longest < 0 ? null : new Decision.Throttled(levels[longest], longestNanos);
    }

    private Decision charge(Bucket[] levels, int count, long cost, long nowNanos) {
        for (int attempt = 1; ; attempt++) {
            long held = reserve(levels, count, cost, nowNanos);
            if (held >= 0) {
                commit(levels, count, held, cost);
                return Decision.Admitted.INSTANCE;
            }
            Decision refusal = peek(levels, count, cost, nowNanos);
            if (refusal != null) {
                return refusal;
            }
            if (attempt == ATTEMPTS) {
                return new Decision.Throttled(levels[(int) ~held], AT_ONCE_NANOS);
            }
            Thread.onSpinWait();
        }
    }

    /** The levels held, one bit each; or, nothing being held, the complement of the level that refused. */
    private static long reserve(Bucket[] levels, int count, long cost, long nowNanos) {
        long held = 0;
        for (int i = 0; i < count; i++) {
            switch (levels[i].reserve(nowNanos, cost)) {
                case HELD -> held |= 1L << i;
                case NOT_NEEDED -> {}
                case REFUSED -> {
                    for (long rest = held; rest != 0; rest &= rest - 1) {
                        levels[Long.numberOfTrailingZeros(rest)].release(nowNanos, cost);
                    }
                    return ~(long) i;
                }
            }
        }
        return held;
    }

    private void commit(Bucket[] levels, int count, long held, long cost) {
        if (held == 0) {
            return;
        }
        long stampNanos = clock.nanoTime();
        for (int i = 0; i < count; i++) {
            if ((held & 1L << i) != 0) {
                levels[i].commit(stampNanos, cost);
            }
        }
    }
}
