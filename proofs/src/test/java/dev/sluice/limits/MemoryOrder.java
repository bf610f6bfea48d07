/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Where shared levels rely on the order in which other threads see writes: one class for each such place, run by {@code JcstressTest}. The
 * clock stands still, so that every outcome is countable. What no line allows is forbidden.
 */
public final class MemoryOrder {
    private static final NanoClock STILL = () -> 0;

    private MemoryOrder() {}

    private static Limit limit(long rate, long burst) {
        return new Limit(Rate.perSecond(rate), burst);
    }

    private static Bucket bucket(long burst) {
        return Bucket.full(new LiveLimit("level", limit(0, burst)), STILL);
    }

    private static int take(Bucket bucket) {
        if (bucket.reserve(0, 0, 1) != Bucket.Hold.HELD) {
            return 0;
        }
        bucket.commit(0, 0, 1);
        return 1;
    }

    private static int remaining(Bucket bucket) {
        return (int) bucket.level(0).remaining();
    }

    /** {@code pending} is written before {@code tat} is read, and {@code tat} before {@code pending} is lowered: the token is never out of sight. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = ACCEPTABLE,
            desc = "one of both has the last token")
    @Outcome(expect = FORBIDDEN, desc = "the last token was given twice, or to nobody")
    @State
    public static class LastToken {
        private final Bucket bucket = bucket(1);

        @Actor
        public void one(III_Result result) {
            result.r1 = take(bucket);
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = take(bucket);
        }

        @Arbiter
        public void left(III_Result result) {
            result.r3 = remaining(bucket);
        }
    }

    /** Decisions over the same two levels in opposite order: charged at both or at none. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1, 0", "0, 1, 1, 0"},
            expect = ACCEPTABLE,
            desc = "one of both has the last token")
    @Outcome(id = "0, 0, 2, 1", expect = ACCEPTABLE, desc = "each held what the other needed for as long as both tried")
    @Outcome(expect = FORBIDDEN, desc = "the last token was given twice, or a refusal has charged a level")
    @State
    public static class AllOrNothing {
        private final Bucket ample = bucket(2);
        private final Bucket last = bucket(1);
        private final Limiter limiter = Limiter.inMemory(STILL);

        @Actor
        public void down(IIII_Result result) {
            result.r1 = admit(ample, last);
        }

        @Actor
        public void up(IIII_Result result) {
            result.r2 = admit(last, ample);
        }

        @Arbiter
        public void left(IIII_Result result) {
            result.r3 = remaining(ample);
            result.r4 = remaining(last);
        }

        private int admit(Bucket first, Bucket second) {
            Levels levels = limiter.newLevels().add(first).add(second);
            return limiter.admit(levels, 1) instanceof Decision.Admitted ? 1 : 0;
        }
    }

    /** A cell is sealed {@code pending} first, while a decision is under way in it: its charge goes along, once. */
    @JCStressTest
    @Outcome(id = "1, 4", expect = ACCEPTABLE, desc = "one token of five is gone, before the change or after it")
    @Outcome(expect = FORBIDDEN, desc = "the change has lost the charge, or counted it twice, or held it for ever")
    @State
    public static class ChangeUnderADecision {
        private final LiveLimit limit = new LiveLimit("level", limit(0, 5));
        private final Bucket bucket = Bucket.full(limit, STILL);

        @Actor
        public void decide(II_Result result) {
            result.r1 = take(bucket);
        }

        @Actor
        public void change() {
            limit.set(new Limit(new Rate(0, 1), 6), STILL);
            limit.set(new Limit(new Rate(3, 1_000_000_007), 5), STILL);
            remaining(bucket);
        }

        @Arbiter
        public void left(II_Result result) {
            result.r2 = remaining(bucket);
        }
    }

    /** Both find the cell outdated, seal it and offer a successor; both work on the same one afterwards. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "two tokens of four are gone")
    @Outcome(expect = FORBIDDEN, desc = "a charge was made to a cell that nobody reads any more")
    @State
    public static class TwoSealers {
        private final LiveLimit limit = new LiveLimit("level", limit(0, 5));
        private final Bucket bucket = Bucket.full(limit, STILL);

        public TwoSealers() {
            take(bucket);
            limit.set(limit(0, 4), STILL);
            limit.set(new Limit(new Rate(1, 1_000_000_007), 5), STILL);
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = take(bucket);
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = take(bucket);
        }

        @Arbiter
        public void left(III_Result result) {
            result.r3 = remaining(bucket);
        }
    }

    /** A version is complete when it is seen; and where the newest is seen, the one before it knows its successor. */
    @JCStressTest
    @Outcome(
            id = {"old, old", "old, new", "new, new"},
            expect = ACCEPTABLE,
            desc = "before, during, after")
    @Outcome(expect = FORBIDDEN, desc = "an unfinished version, or a bucket on the old one would not learn of the new")
    @State
    public static class Publication {
        private final LiveLimit limit = new LiveLimit("level", limit(2, 3));
        private final LiveLimit.Version first = limit.newest();

        @Actor
        public void change() {
            limit.set(limit(7, 11), STILL);
        }

        @Actor
        public void read(LL_Result result) {
            result.r1 = which(limit.newest());
            LiveLimit.Version next = first.next;
            result.r2 = which(next == null ? first : next);
        }

        private static String which(LiveLimit.Version version) {
            boolean old = version.limit.equals(limit(2, 3)) && version.scale.equals(Scale.of(limit(2, 3)));
            boolean fresh = version.limit.equals(limit(7, 11)) && version.scale.equals(Scale.of(limit(7, 11)));
            return old ? "old" : fresh ? "new" : "torn";
        }
    }
}
