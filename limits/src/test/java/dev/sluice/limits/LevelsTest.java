/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Dry runs, debits after the fact, and waiting. */
final class LevelsTest {
    private final TestClock clock = new TestClock(0);
    private final Limiter limiter = Limiter.inMemory(clock);
    private final BucketTable table = new BucketTable(clock);
    private final KeyedLimit perKey = table.limit("key", new Limit(Rate.perSecond(1), 2));
    private final LiveLimit stageLimit = new LiveLimit("stage", new Limit(Rate.perSecond(1), 3));
    private final Bucket stage = Bucket.full(stageLimit, clock);
    private final Levels levels = limiter.newLevels();

    @Test
    void aLevelInADryRunRefusesNothingAndTellsWhatItWouldHave() {
        stageLimit.setDryRun(true);
        perKey.set(new Limit(Rate.perSecond(1), 5));
        for (int i = 0; i < 3; i++) {
            assertThat(admit()).isSameAs(Decision.Admitted.INSTANCE);
            assertThat(levels.wouldRefuse()).isZero();
        }
        assertThat(admit()).isSameAs(Decision.Admitted.INSTANCE);
        assertThat(levels.wouldRefuse()).isEqualTo(2);
        assertThat(levels.policy(1)).isEqualTo("stage");
        assertThat(levels.level(1, clock.nanoTime()).remaining()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(admit()).isSameAs(Decision.Admitted.INSTANCE);
        assertThat(levels.wouldRefuse()).isZero();
    }

    @Test
    void aKeyedLevelCanBeInADryRunToo() {
        perKey.setDryRun(true);
        for (int i = 0; i < 3; i++) {
            assertThat(admit()).isSameAs(Decision.Admitted.INSTANCE);
        }
        assertThat(levels.wouldRefuse()).isEqualTo(1);
        assertThat(admit())
                .isInstanceOfSatisfying(
                        Decision.Throttled.class,
                        refused -> assertThat(refused.policy()).isEqualTo("stage"));
    }

    @Test
    void whatIsRefusedIsNotChargedToADryRun() {
        stageLimit.setDryRun(true);
        for (int i = 0; i < 10; i++) {
            admit();
        }
        assertThat(stage.level(clock.nanoTime()).remaining()).isEqualTo(1);
    }

    @Test
    void enforcedAgainALevelKnowsWhatItWasCharged() {
        stageLimit.setDryRun(true);
        admit();
        admit();
        stageLimit.setDryRun(false);
        assertThat(stage.level(clock.nanoTime()).remaining()).isEqualTo(1);
    }

    @Test
    void aDebitMayLeaveLessThanNothing() {
        limiter.debit(describe(), 5);
        assertThat(perKey.level(1, clock.nanoTime())).isEqualTo(new Level(0, 4_000_000_000L, 5_000_000_000L));
        assertThat(stage.level(clock.nanoTime())).isEqualTo(new Level(0, 3_000_000_000L, 5_000_000_000L));
        clock.advance(Duration.ofMillis(3_999));
        assertThat(admit()).isInstanceOf(Decision.Throttled.class);
        clock.advance(Duration.ofMillis(1));
        assertThat(admit()).isSameAs(Decision.Admitted.INSTANCE);
    }

    @Test
    void aChangeDoesNotForgiveADebit() {
        limiter.debit(describe(), 5);
        perKey.set(new Limit(Rate.perSecond(2), 1));
        stageLimit.set(new Limit(Rate.perSecond(2), 3), clock);
        assertThat(perKey.level(1, clock.nanoTime())).isEqualTo(new Level(0, 2_000_000_000L, 2_000_000_000L));
        assertThat(stage.level(clock.nanoTime())).isEqualTo(new Level(0, 1_500_000_000L, 2_500_000_000L));
    }

    @Test
    void aHugeDebitStopsAtWhatCanBeCounted() {
        limiter.debit(describe(), Long.MAX_VALUE);
        limiter.debit(levels, Long.MAX_VALUE);
        assertThat(admit()).isInstanceOf(Decision.Throttled.class);
        assertThat(stage.level(clock.nanoTime()).nextTokenNanos()).isPositive();
        assertThat(perKey.level(1, clock.nanoTime()).nextTokenNanos()).isPositive();
    }

    @Test
    void aWaitTakesTheTokenAheadAtEveryLevel() {
        admit();
        admit();
        long most = Duration.ofSeconds(2).toNanos();
        assertThat(limiter.admit(describe(), 1, most)).isEqualTo(new Decision.Delayed(1_000_000_000));
        assertThat(limiter.admit(describe(), 1, most)).isEqualTo(new Decision.Delayed(2_000_000_000));
        assertThat(limiter.admit(describe(), 1, most))
                .isInstanceOfSatisfying(
                        Decision.Throttled.class,
                        refused -> assertThat(refused.retryAfterNanos()).isEqualTo(3_000_000_000L));
        clock.advance(Duration.ofSeconds(2));
        assertThat(admit()).isInstanceOf(Decision.Throttled.class);
        clock.advance(Duration.ofSeconds(1));
        assertThat(admit()).isSameAs(Decision.Admitted.INSTANCE);
    }

    private Decision admit() {
        return limiter.admit(describe(), 1);
    }

    private Levels describe() {
        return levels.clear().keyed(perKey, 1).add(stage);
    }
}
