/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * What holds from one round of {@link FairShare} to the next: the fair share and the virtual time it has led to. Immutable.
 *
 * @param atNanos when it began
 * @param lengthNanos how long until the next is due
 * @param virtual the virtual time at the beginning
 * @param perTick how far virtual time moves in 2^20 ns: what a subject of weight 1 may use
 * @param burst what a subject of weight 1 may use at once
 * @param tokens what any subject may use at once, whatever its share
 * @param active subjects that want anything
 */
record FairRound(long atNanos, long lengthNanos, long virtual, long perTick, long burst, long tokens, int active) {
    private static final int TICK_BITS = 20;
    /** Virtual time stands still when nobody has come for so many rounds: all that was used is free again long before. */
    private static final int LONGEST = 64;

    private static final int INDEX_BITS = 14;
    private static final int RATIO_BITS = 8;

    /** @param share in {@link FairShare#DEMAND}s a round */
    static FairRound of(long nowNanos, long lengthNanos, long virtual, long share, long tokens, int active) {
        int up = Long.numberOfTrailingZeros(FairShare.TOKEN / FairShare.DEMAND) + TICK_BITS;
        long perTick = BigInteger.valueOf(share)
                .shiftLeft(up)
                .divide(BigInteger.valueOf(lengthNanos))
                .longValueExact();
        return new FairRound(
                nowNanos,
                lengthNanos,
                virtual,
                Math.max(1, perTick),
                share * (FairShare.TOKEN / FairShare.DEMAND),
                tokens,
                active);
    }

    boolean overAt(long nowNanos) {
        return nowNanos - atNanos >= lengthNanos;
    }

    /** Wraps; only differences count. */
    long virtualAt(long nowNanos) {
        long elapsed = Math.clamp(nowNanos - atNanos, 0, LONGEST * lengthNanos);
        return virtual
                + (Math.multiplyHigh(perTick, elapsed) << (Long.SIZE - TICK_BITS) | perTick * elapsed >>> TICK_BITS);
    }

    /** How long until virtual time has moved on by so much, rounded up. */
    long nanosFor(long units) {
        return Math.ceilDiv(units << TICK_BITS, perTick);
    }

    /** What a subject whose requests cost so much may use at once, a request at least. */
    long burst(long cost) {
        return Math.max(Math.min(burst, tokens * cost), cost);
    }

    /**
     * Fills the supply up like water: who wants less than the level gets what is wanted, all others get the level, times their weights.
     *
     * @param subjects those with a demand are the first {@code count}
     * @param supply a round; demands count up to it
     * @return the level; where all is satisfied, what the most demanding one may use with what is left
     */
    static long fill(FairSubject[] subjects, int count, long supply) {
        long[] order = new long[count];
        long weights = 0;
        for (int i = 0; i < count; i++) {
            long wanted = Math.min(subjects[i].demand, supply);
            order[i] = (wanted << RATIO_BITS) / subjects[i].weight() << INDEX_BITS | i;
            weights += subjects[i].weight();
        }
        Arrays.sort(order);
        long left = supply;
        long level = 0;
        for (long next : order) {
            FairSubject subject = subjects[(int) next & (1 << INDEX_BITS) - 1];
            int weight = subject.weight();
            long wanted = Math.min(subject.demand, supply);
            if (wanted * weights > left * weight) {
                return left / weights;
            }
            left -= wanted;
            weights -= weight;
            level = (wanted + left) / weight;
        }
        return level;
    }
}
