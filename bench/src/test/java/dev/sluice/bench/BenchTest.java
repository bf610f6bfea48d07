/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.limits.Decision;
import org.junit.jupiter.api.Test;

/** Each benchmark takes the path that it is named after. */
final class BenchTest {
    private static final int TIMES = 3_000;

    private final Order order = new Order();

    @Test
    void oneLevelAdmitsInEveryLibrary() {
        OneLevel oneLevel = new OneLevel();
        OneLevel.Scratch scratch = new OneLevel.Scratch();
        OneLevel.SluiceKeys sluice = new OneLevel.SluiceKeys();
        OneLevel.Bucket4jKeys bucket4j = new OneLevel.Bucket4jKeys();
        OneLevel.Resilience4jKeys resilience4j = new OneLevel.Resilience4jKeys();
        OneLevel.GuavaKeys guava = new OneLevel.GuavaKeys();
        sluice.keys = bucket4j.keys = resilience4j.keys = guava.keys = 10;
        sluice.setUp(scratch);
        bucket4j.setUp();
        resilience4j.setUp();
        guava.setUp();
        for (int i = 0; i < TIMES; i++) {
            assertThat(oneLevel.sluice(sluice, scratch, order)).isTrue();
            assertThat(oneLevel.bucket4j(bucket4j, order)).isTrue();
            assertThat(oneLevel.resilience4j(resilience4j, order)).isTrue();
            assertThat(oneLevel.guava(guava, order)).isTrue();
        }
        order.check();
    }

    @Test
    void sixLevelsAdmitOrAreRefusedByTheLevelThatTheySay() {
        SixLevels sixLevels = new SixLevels();
        SixLevels.Scratch scratch = new SixLevels.Scratch();
        SixLevels.Ample ample = new SixLevels.Ample();
        SixLevels.ScarceKey scarceKey = new SixLevels.ScarceKey();
        SixLevels.ScarceAccount scarceAccount = new SixLevels.ScarceAccount();
        ample.use(scratch);
        scarceKey.use(scratch);
        scarceAccount.use(scratch);
        for (int i = 0; i < TIMES; i++) {
            assertThat(sixLevels.admit(ample, scratch, order)).isTrue();
            assertThat(sixLevels.admitWithoutQuota(ample, scratch, order)).isTrue();
            assertThat(policy(sixLevels.refuseByKey(scarceKey, scratch, order))).isEqualTo("key");
            assertThat(policy(sixLevels.refuseByAccount(scarceAccount, scratch, order)))
                    .isEqualTo("account");
        }
        order.check();
    }

    private static String policy(Decision decision) {
        return decision instanceof Decision.Throttled throttled ? throttled.policy() : decision.toString();
    }

    @Test
    void anAnswerThatABenchmarkIsNotAboutFailsIt() {
        order.expect(false);
        assertThatIllegalStateException().isThrownBy(order::check).withMessage("unexpected answers: 1 (expected: 0)");
    }

    @Test
    void keysAreSpreadOverTheirRange() {
        boolean[] seen = new boolean[100];
        for (int i = 0; i < TIMES; i++) {
            seen[order.next(seen.length)] = true;
        }
        assertThat(seen).containsOnly(true);
    }

    @Test
    void aPopulationIsThereUntilItIsFullAgain() {
        Population population = new Population(2).grow(500).sweep();
        assertThat(population.table().size()).isEqualTo(1_000);
        population.refill().sweep();
        assertThat(population.table().size()).isZero();
    }

    @Test
    void memoryAndSweepAreMeasured() {
        assertThat(Memory.measure(100_000)).contains("| Sluice, of a key, not full | 100,000 | ", "Bucket4j");
        assertThat(Sweep.measure(1 << 15)).contains("none full (median of 9)");
    }

    @Test
    void refusesToMeasureTheUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bench.main(new String[] {"speed"}))
                .withMessage("argument: speed (expected: decisions, memory or sweep)");
    }
}
