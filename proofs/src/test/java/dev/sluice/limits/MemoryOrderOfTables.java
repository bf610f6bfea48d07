/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.stream.IntStream;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * As {@link MemoryOrder}, for the buckets of a table: they are one word each, but their segments are replaced when they grow, swept, and
 * their words renewed when the limit changes, while others decide.
 */
public final class MemoryOrderOfTables {
    private static final Limit FIVE = new Limit(Rate.perSecond(1), 5);
    private static final long LATER = 3_000_000_000L;

    /** Subjects of the first limit of a table that meet in one segment: more than the smallest holds. */
    private static final int[] NEIGHBOURS = IntStream.range(0, Integer.MAX_VALUE)
            .filter(subject -> BucketTable.hash(BucketTable.id(subject, 1, 0)) >>> 52 == 7)
            .limit(8)
            .toArray();

    private MemoryOrderOfTables() {}

    private static int remaining(KeyedLimit limit, int subject, long nowNanos) {
        return (int) limit.level(subject, nowNanos).remaining();
    }

    private static int take(KeyedLimit limit, int subject, long nowNanos) {
        return limit.charge(subject, nowNanos, nowNanos, 1) ? 1 : 0;
    }

    /** A word is checked and charged at once; the shared level besides is charged for the one that got it, and for no other. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0, 4", "0, 1, 0, 4"},
            expect = ACCEPTABLE,
            desc = "one of both has the last token")
    @Outcome(expect = FORBIDDEN, desc = "the last token was given twice, or a refusal has charged a level")
    @State
    public static class LastTokenOfAKey {
        private final KeyedLimit key = new BucketTable(() -> 0).limit("key", new Limit(Rate.perSecond(0), 1));
        private final Bucket stage = Bucket.full(new LiveLimit("stage", FIVE), () -> 0);
        private final Limiter limiter = Limiter.inMemory(() -> 0);

        @Actor
        public void one(IIII_Result result) {
            result.r1 = admit();
        }

        @Actor
        public void other(IIII_Result result) {
            result.r2 = admit();
        }

        @Arbiter
        public void left(IIII_Result result) {
            result.r3 = remaining(key, 7, 0);
            result.r4 = (int) stage.level(0).remaining();
        }

        private int admit() {
            Levels levels = limiter.newLevels().keyed(key, 7).add(stage);
            return limiter.admit(levels, 1) instanceof Decision.Admitted ? 1 : 0;
        }
    }

    /** The segment is sealed and replaced, by whichever fills it, while both charge and claim slots in it. */
    @JCStressTest
    @Outcome(id = "1, 4, 4", expect = ACCEPTABLE, desc = "every charge is in the segment that is read now")
    @Outcome(expect = FORBIDDEN, desc = "a charge, or the claim of a slot, was left behind in the old segment")
    @State
    public static class GrowthUnderACharge {
        private final KeyedLimit limit = new BucketTable(() -> 0).limit("key", FIVE);

        public GrowthUnderACharge() {
            take(limit, NEIGHBOURS[0], 0);
        }

        @Actor
        public void charge(III_Result result) {
            result.r1 = take(limit, NEIGHBOURS[1], 0);
        }

        @Actor
        public void grow() {
            for (int i = 2; i < NEIGHBOURS.length; i++) {
                take(limit, NEIGHBOURS[i], 0);
            }
        }

        @Arbiter
        public void left(III_Result result) {
            result.r2 = remaining(limit, NEIGHBOURS[1], 0);
            int least = remaining(limit, NEIGHBOURS[0], 0);
            for (int neighbour : NEIGHBOURS) {
                least = Math.min(least, remaining(limit, neighbour, 0));
            }
            result.r3 = least;
        }
    }

    /** The bucket has become full again, and is forgotten while somebody charges it. */
    @JCStressTest
    @Outcome(id = "1, 4", expect = ACCEPTABLE, desc = "one token of five is gone, before the sweep or after it")
    @Outcome(expect = FORBIDDEN, desc = "the sweep has forgotten the charge")
    @State
    public static class SweepUnderACharge {
        private volatile long nowNanos;
        private final BucketTable table = new BucketTable(() -> nowNanos);
        private final KeyedLimit limit = table.limit("key", FIVE);

        public SweepUnderACharge() {
            for (int neighbour : NEIGHBOURS) {
                take(limit, neighbour, 0);
            }
            nowNanos = LATER;
        }

        @Actor
        public void charge(II_Result result) {
            result.r1 = take(limit, NEIGHBOURS[1], LATER);
        }

        @Actor
        public void sweep() {
            table.sweep(1);
        }

        @Arbiter
        public void left(II_Result result) {
            result.r2 = remaining(limit, NEIGHBOURS[1], LATER);
        }
    }

    /** A word is renewed for a changed limit, and a burst lowered and raised, while somebody charges it. */
    @JCStressTest
    @Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "two tokens of five are gone")
    @Outcome(id = "0, 4", expect = ACCEPTABLE, desc = "refused while the burst was lowered to what was owed already")
    @Outcome(expect = FORBIDDEN, desc = "the change has lost a charge, or counted it twice")
    @State
    public static class ChangeUnderACharge {
        private final KeyedLimit limit = new BucketTable(() -> 0).limit("key", FIVE);

        public ChangeUnderACharge() {
            take(limit, 7, 0);
        }

        @Actor
        public void charge(II_Result result) {
            result.r1 = take(limit, 7, 0);
        }

        @Actor
        public void change() {
            limit.set(new Limit(Rate.perSecond(1), 1));
            remaining(limit, 7, 0);
            limit.set(new Limit(new Rate(3, 1_000_000_000), 5));
            remaining(limit, 7, 0);
        }

        @Arbiter
        public void left(II_Result result) {
            result.r2 = remaining(limit, 7, 0);
        }
    }
}
