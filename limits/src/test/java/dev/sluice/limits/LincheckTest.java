/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Admission over two levels, with a limit that changes, is linearizable at each instant of the clock: it answers as the oracle does in
 * some order of the calls. (The limit is only raised: what is reserved while a burst is lowered is charged on top, which the oracle, for whom
 * it comes before or after, forgives.) A refusal that was not needed (another call under way held the last token) is asked again.
 */
@Tag("slow")
@Param(name = "cost", gen = IntGen.class, conf = "1:2")
@Param(name = "burst", gen = IntGen.class, conf = "1:4")
public final class LincheckTest {
    private static final NanoClock STILL = () -> 0;
    private static final Limit KEY = new Limit(Rate.perSecond(1), 2);
    private static final Limit STAGE = new Limit(Rate.perSecond(2), 4);

    private final LiveLimit keyLimit = new LiveLimit("key", KEY);
    private final Bucket key = Bucket.full(keyLimit, STILL);
    private final Bucket stage = Bucket.full(new LiveLimit("stage", STAGE), STILL);
    private final Bucket[] both = {key, stage};
    private final Bucket[] stageOnly = {stage};
    private final Limiter limiter = Limiter.inMemory(STILL);

    @Operation
    public boolean admitKeyed(@Param(name = "cost") int cost) {
        return admit(both, cost);
    }

    @Operation
    public boolean admitUnkeyed(@Param(name = "cost") int cost) {
        return admit(stageOnly, cost);
    }

    @Operation
    public synchronized void raise(@Param(name = "burst") int burst) {
        if (burst > keyLimit.get().burst()) {
            keyLimit.set(new Limit(Rate.perSecond(burst), burst), STILL);
        }
    }

    private boolean admit(Bucket[] levels, int cost) {
        while (true) {
            Decision decision = Deciding.admit(limiter, levels, levels.length, null, cost);
            if (decision instanceof Decision.Throttled throttled) {
                if (throttled.retryAfterNanos() > 1) {
                    return false;
                }
            } else {
                return true;
            }
        }
    }

    @Test
    void isLinearizableInEveryInterleavingTried() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(2_000)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(2)
                .sequentialSpecification(Sequential.class)
                .check(LincheckTest.class);
    }

    @Test
    void isLinearizableUnderStress() {
        new StressOptions()
                .iterations(20)
                .invocationsPerIteration(2_000)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(Sequential.class)
                .check(LincheckTest.class);
    }

    /** The same calls, one after the other, on the oracle. */
    public static final class Sequential {
        private long keyBurst = KEY.burst();
        private final OracleBucket key = new OracleBucket(KEY, 0, true);
        private final OracleBucket stage = new OracleBucket(STAGE, 0, true);

        public boolean admitKeyed(int cost) {
            if (key.waitNanos(0, cost) > 0 || stage.waitNanos(0, cost) > 0) {
                return false;
            }
            key.charge(0, cost);
            stage.charge(0, cost);
            return true;
        }

        public boolean admitUnkeyed(int cost) {
            if (stage.waitNanos(0, cost) > 0) {
                return false;
            }
            stage.charge(0, cost);
            return true;
        }

        public void raise(int burst) {
            if (burst > keyBurst) {
                keyBurst = burst;
                key.change(new Limit(Rate.perSecond(burst), burst), 0);
            }
        }
    }
}
