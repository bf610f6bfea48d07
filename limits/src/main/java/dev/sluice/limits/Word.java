/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

/**
 * The state of one bucket of a {@link BucketTable}, packed: a seal, whether debt was put aside, the version of the limit (12 bits, never 0),
 * and the arrival time in units since the table's origin, modulo 2^50. Zero stands for a bucket that was not charged.
 */
final class Word {
    /*
     * Times are compared by their difference, sign-extended: right as long as they are less than 2^49 units apart. What is compared is an
     * arrival time and a reading at most a minute after the segment's last sweep (see Segment). A word that is full at a sweep is dropped;
     * one that is not is later than the sweep by the largest debt (2^48) at most; a charge after the sweep adds a minute's refill (2^47)
     * and the longest wait (2^46) at most. So they are less than 2^49 apart.
     */
    static final int TAT_BITS = 50;

    /** Versions that can be told apart. */
    static final int VERSIONS = (1 << 12) - 1;

    private static final long SEAL = Long.MIN_VALUE;
    private static final long ASIDE = 1L << 62;
    private static final long TAT = (1L << TAT_BITS) - 1;

    private Word() {}

    static long of(int version, long tat, boolean aside) {
        return (aside ? ASIDE : 0) | (long) version << TAT_BITS | tat & TAT;
    }

    static boolean sealed(long word) {
        return word < 0;
    }

    static long seal(long word) {
        return word | SEAL;
    }

    static long unseal(long word) {
        return word & ~SEAL;
    }

    /** Whether debt was put aside; then it is in another word of the bucket. */
    static boolean aside(long word) {
        return (word & ASIDE) != 0;
    }

    static long withAside(long word, boolean aside) {
        return aside ? word | ASIDE : word & ~ASIDE;
    }

    /** For what was put aside and is more than can be counted. */
    static long uncounted(int version) {
        return of(version, 0, true);
    }

    /** Whether the word of what was put aside is {@link #uncounted}. */
    static boolean isUncounted(long asideWord) {
        return aside(asideWord);
    }

    /** 1 to {@link #VERSIONS}; 0 for a bucket that was not charged. */
    static int version(long word) {
        return (int) (word >>> TAT_BITS) & VERSIONS;
    }

    /** How much later the arrival time is than {@code units}; negative when it is earlier. */
    static long after(long word, long units) {
        return word - units << Long.SIZE - TAT_BITS >> Long.SIZE - TAT_BITS;
    }
}
