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
     * 1. Peek: look at every level, write nothing. Who is refused here has cost nobody anything and learns of all levels that refuse.
     * 2. Take the unit of the quota.
     * 3. Reserve at every shared level: first add the cost to `pending`, then read `tat`, then check debt + pending * P <= K.
     * 4. Read the clock: the decision's stamp.
     * 5. Charge the keyed level, by one compare-and-set that checks once more. The last thing that can fail.
     * 6. Commit at every shared level: first move `tat` by compare-and-set, then subtract from `pending`.
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
     * reservation: with a stamp from the beginning of the decision, debt could have drained that the decision still counts on. For the
     * keyed level: the last charge with a stamp in [a, b] found tat <= c(b) + K - cost, the first had moved it to c(a) + its cost at least.
     *
     * One reading of the clock. Steps 1 to 3 may use any time that has passed: an earlier one refuses too much, never too little. So they
     * use the thread's latest reading; only what that refuses is looked at again with a new one. For a decision that may wait the stamp is
     * the time to come at which it goes on, and steps 3 and 5 check for that time: the inequality then holds from that time on, which is
     * when it is needed.
     *
     * The price is a refusal that was not needed: when another decision under way holds the last token, or is between its two writes of
     * step 6. Such a one is tried again a few times, since the other is a few dozen nanoseconds from its end unless its thread lost the
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
    public Levels newLevels() {
        return new Levels(clock.nanoTime());
    }

    @Override
    public void debit(Levels levels, long cost) {
        checkCost(cost);
        levels.read(clock.nanoTime());
        levels.debit(levels.latestNanos(), cost);
    }

    @Override
    public Decision admit(Levels levels, long cost, long maxWaitNanos) {
        checkCost(cost);
        if (maxWaitNanos < 0 || maxWaitNanos > MAX_WAIT_NANOS) {
            throw new IllegalArgumentException(
                    "maxWaitNanos: " + maxWaitNanos + " (expected: 0 to " + MAX_WAIT_NANOS + ")");
        }
        levels.begin();
        long waitNanos = 0;
        if (longestWait(levels, cost) >= 0) {
            levels.read(clock.nanoTime());
            int refusing = longestWait(levels, cost);
            waitNanos = refusing < 0 ? 0 : levels.waitNanos(refusing, levels.latestNanos(), cost);
            if (waitNanos > maxWaitNanos || !levels.reach(levels.latestNanos() + waitNanos)) {
                Decision exceeded = quotaRefusal(levels, cost);
                return exceeded != null ? exceeded : throttled(levels, refusing, waitNanos);
            }
        }
        Quota quota = levels.quota();
        if (quota == null) {
            return charge(levels, cost, waitNanos, maxWaitNanos);
        }
        Ration from = quota.take(cost);
        if (from == null) {
            Decision refusal = quota.refuse(cost);
            if (!levels.quotaDryRun() || !(refusal instanceof Decision.QuotaExceeded)) {
                return refusal;
            }
            levels.quotaRefusesDry();
            return charge(levels, cost, waitNanos, maxWaitNanos);
        }
        Decision decision = charge(levels, cost, waitNanos, maxWaitNanos);
        if (decision instanceof Decision.Throttled) {
            quota.putBack(from, cost);
        }
        return decision;
    }

    private static @Nullable Decision quotaRefusal(Levels levels, long cost) {
        Quota quota = levels.quota();
        return quota == null || levels.quotaDryRun() ? null : quota.peek(cost);
    }

    private static void checkCost(long cost) {
        if (cost < 1) {
            throw new IllegalArgumentException("cost: " + cost + " (expected: >= 1)");
        }
    }

    /** The level that refuses for longest by itself, as of the latest reading; -1 if none does. */
    private static int longestWait(Levels levels, long cost) {
        int longest = -1;
        long longestNanos = 0;
        for (int level = 0; level < levels.size(); level++) {
            if (!levels.isDry(level)) {
                long waitNanos = levels.waitNanos(level, levels.latestNanos(), cost);
                if (waitNanos > longestNanos) {
                    longestNanos = waitNanos;
                    longest = level;
                }
            }
        }
        return longest;
    }

    private static Decision throttled(Levels levels, int level, long waitNanos) {
        return new Decision.Throttled(
                levels.policy(level), levels.limit(level), levels.level(level, levels.latestNanos()), waitNanos);
    }

    private Decision charge(Levels levels, long cost, long firstWaitNanos, long maxWaitNanos) {
        long waitNanos = firstWaitNanos;
        for (int attempt = 1; ; attempt++) {
            long atNanos = levels.latestNanos() + waitNanos;
            long held = reserve(levels, cost, atNanos);
            int refusing = (int) ~held;
            if (held >= 0) {
                levels.read(clock.nanoTime());
                long stampNanos = waitNanos == 0 ? levels.latestNanos() : atNanos;
                if (chargeKeyed(levels, stampNanos, cost)) {
                    commit(levels, held, stampNanos, cost);
                    return waitNanos == 0
                            ? Decision.Admitted.INSTANCE
                            : new Decision.Delayed(Math.max(0, atNanos - levels.latestNanos()));
                }
                release(levels, held, cost);
                refusing = 0;
            }
            levels.read(clock.nanoTime());
            int longest = longestWait(levels, cost);
            waitNanos = longest < 0 ? 0 : levels.waitNanos(longest, levels.latestNanos(), cost);
            if (waitNanos > maxWaitNanos) {
                return throttled(levels, longest, waitNanos);
            }
            if (attempt == ATTEMPTS) {
                return throttled(levels, refusing, AT_ONCE_NANOS);
            }
            Thread.onSpinWait();
        }
    }

    private static boolean chargeKeyed(Levels levels, long stampNanos, long cost) {
        return !levels.decidesKeyed()
                || levels.keyed().charge(levels.subject(), levels.latestNanos(), stampNanos, cost);
    }

    /** The shared levels held, one bit each; or, nothing being held, the complement of the level that refused. */
    private static long reserve(Levels levels, long cost, long atNanos) {
        long held = 0;
        for (int level = 0; level < levels.size(); level++) {
            if (levels.isKeyed(level) || levels.isDry(level)) {
                continue;
            }
            switch (levels.bucket(level).reserve(levels.latestNanos(), atNanos, cost)) {
                case HELD -> held |= 1L << level;
                case NOT_NEEDED -> {}
                case REFUSED -> {
                    release(levels, held, cost);
                    return ~(long) level;
                }
            }
        }
        return held;
    }

    private static void release(Levels levels, long held, long cost) {
        for (long rest = held; rest != 0; rest &= rest - 1) {
            levels.bucket(Long.numberOfTrailingZeros(rest)).release(levels.latestNanos(), cost);
        }
    }

    private static void commit(Levels levels, long held, long stampNanos, long cost) {
        for (long rest = held; rest != 0; rest &= rest - 1) {
            levels.bucket(Long.numberOfTrailingZeros(rest)).commit(levels.latestNanos(), stampNanos, cost);
        }
        if (levels.anyDry()) {
            levels.chargeDry(levels.latestNanos(), stampNanos, cost);
        }
    }
}
