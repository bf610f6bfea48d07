/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BucketTableTest {
    private static final Limit TEN = limit("1", 10);

    private final TestClock clock = new TestClock(Long.MAX_VALUE - 1_000_000_000);
    private final BucketTable table = new BucketTable(clock);
    private final Limiter limiter = Limiter.inMemory(clock);
    private final Levels levels = limiter.newLevels();

    @Test
    void eachSubjectHasItsOwnBucketUnderEachLimit() {
        KeyedLimit silver = table.limit("key", limit("1", 3));
        KeyedLimit gold = table.limit("key", limit("1", 5));
        assertThat(drain(silver, 0)).isEqualTo(3);
        assertThat(drain(silver, BucketTable.MAX_SUBJECT)).isEqualTo(3);
        assertThat(drain(gold, 0)).isEqualTo(5);
        clock.advance(Duration.ofSeconds(2));
        assertThat(drain(silver, 0)).isEqualTo(2);
    }

    @Test
    void fullBucketsAreForgottenInParts() {
        KeyedLimit perKey = table.limit("key", TEN);
        for (int subject = 0; subject < 50_000; subject++) {
            admit(perKey, subject);
        }
        assertThat(table.size()).isEqualTo(50_000);
        for (int part = 0; part < 64; part++) {
            table.sweep(64);
        }
        assertThat(table.size()).isEqualTo(50_000);
        clock.advance(Duration.ofSeconds(1));
        table.sweep(2);
        assertThat(table.size()).isBetween(20_000L, 30_000L);
        table.sweep(2);
        assertThat(table.size()).isZero();
        assertThat(table.slots()).isLessThan(20_000);
        assertThat(drain(perKey, 17)).isEqualTo(10);
    }

    @Test
    void aBucketIsRightAfterAnyTimeWithoutASweep() {
        Map<String, KeyedLimit> limits = new HashMap<>();
        for (String rate : new String[] {"0.1", "1", "999983", "999.999999", "10000000", "0"}) {
            limits.put(rate, table.limit("key", limit(rate, 10)));
        }
        for (Duration idle : new Duration[] {
            Duration.ofSeconds(59), Duration.ofMinutes(3), Duration.ofDays(1), Duration.ofDays(36_500)
        }) {
            limits.forEach((rate, limit) -> assertThat(drain(limit, 1)).as(rate).isLessThanOrEqualTo(10));
            clock.advance(idle);
            limits.forEach((rate, limit) -> {
                BigDecimal refilled = new BigDecimal(rate).multiply(BigDecimal.valueOf(idle.toSeconds()));
                assertThat(drain(limit, 1))
                        .as(rate)
                        .isEqualTo(refilled.min(BigDecimal.TEN).intValue());
            });
        }
    }

    @Test
    void aDebtOutlivesAnyTimeWithoutASweep() {
        KeyedLimit slow = table.limit("key", limit("0.001", 1_000));
        for (int i = 0; i < 1_000; i++) {
            admit(slow, 1);
        }
        clock.advance(Duration.ofDays(10));
        assertThat(drain(slow, 1)).isEqualTo(864);
        slow.set(limit("0.001", 10));
        clock.advance(Duration.ofHours(1));
        table.sweep(1);
        slow.set(limit("0.001", 1_000));
        assertThat(drain(slow, 1)).isEqualTo(3);
    }

    @Test
    void anEmptyLimitsBucketsFillFromTheBeginningOn() {
        KeyedLimit restored = table.emptyLimit("key", limit("10", 100));
        assertThat(drain(restored, 1)).isZero();
        clock.advance(Duration.ofSeconds(3));
        table.sweep(1);
        assertThat(drain(restored, 2)).isEqualTo(30);
        restored.fill(3);
        table.sweep(1);
        clock.advance(Duration.ofSeconds(1));
        table.sweep(1);
        assertThat(drain(restored, 3)).isEqualTo(100);
        clock.advance(Duration.ofMinutes(1));
        assertThat(drain(restored, 4)).isEqualTo(100);
    }

    @Test
    void anUntouchedBucketWhoseLargeDebtWasPutAsideRefillsForGood() {
        KeyedLimit limit = table.emptyLimit("key", limit("0", Integer.MAX_VALUE));
        limit.set(limit("1000", 1));
        for (int day = 0; day < 40; day++) {
            clock.advance(Duration.ofDays(1));
            assertThat(limit.level(7, clock.nanoTime()).remaining())
                    .as("day %s", day)
                    .isEqualTo(1);
        }
    }

    @Test
    void aTableThatWasNotSweptForLongShrinksAtItsFirstSweep() {
        KeyedLimit perKey = table.limit("key", TEN);
        for (int subject = 0; subject < 50_000; subject++) {
            admit(perKey, subject);
        }
        clock.advance(Duration.ofHours(1));
        table.sweep(1);
        assertThat(table.slots()).isLessThan(20_000);
    }

    @Test
    void thousandsOfChangesAreToldApart() {
        KeyedLimit limit = table.limit("key", TEN);
        assertThat(drain(limit, 1)).isEqualTo(10);
        for (int i = 0; i < 20_000; i++) {
            limit.set(new Limit(Rate.perSecond(1 + i % 7), 10 + i % 3));
            if (i % 1_000 == 0) {
                assertThat(drain(limit, 1)).isLessThanOrEqualTo(2);
            }
        }
        limit.set(TEN);
        assertThat(drain(limit, 1)).isZero();
    }

    @Test
    void aForgottenLimitLeavesNothing() {
        KeyedLimit gone = table.limit("key", limit("0.001", 10));
        for (int subject = 0; subject < 1_000; subject++) {
            admit(gone, subject);
        }
        table.forget(gone);
        table.sweep(1);
        assertThat(table.size()).isZero();
        table.sweep(1);
        table.sweep(1);
        KeyedLimit another = table.limit("key", limit("0.001", 10));
        assertThat(drain(another, 5)).isEqualTo(10);
    }

    @Test
    void whatIsOwedGoesOverARestart() {
        KeyedLimit before = table.limit("key", TEN);
        for (int i = 0; i < 7; i++) {
            admit(before, 4);
        }
        before.set(limit("1", 5));
        Map<Integer, Owed> saved = new HashMap<>();
        table.forEachOwing((subject, limit, owed) -> saved.put(subject, owed));
        assertThat(saved).containsOnlyKeys(4);
        BucketTable next = new BucketTable(clock);
        KeyedLimit after = next.limit("key", limit("1", 5));
        after.owe(
                4,
                saved.getOrDefault(4, Owed.NOTHING).after(Duration.ofSeconds(2).toNanos()));
        assertThat(drain(after, 4)).isEqualTo(2);
        after.set(limit("1", 6));
        assertThat(drain(after, 4)).isZero();
    }

    @Test
    void refusesWhatItCannotCountExactly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.limit("key", limit("9999999.999999", 10)))
                .withMessageContaining("expected: at most");
        KeyedLimit limit = table.limit("key", TEN);
        assertThatIllegalArgumentException().isThrownBy(() -> limit.set(limit("0.1", 1L << 45)));
        assertThat(limit.get()).isEqualTo(TEN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limit.level(-1, 0))
                .withMessage("subject: -1 (expected: 0 or more)");
        assertThatIllegalArgumentException().isThrownBy(() -> table.sweep(3)).withMessageContaining("parts: 3");
    }

    @Test
    void decidingAllocatesNothing() {
        KeyedLimit perKey = table.limit("key", limit("1000", 1_000_000));
        for (int i = 0; i < 100_000; i++) {
            admit(perKey, i % 1_000);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) {
            admit(perKey, i % 1_000);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
    }

    private boolean admit(KeyedLimit limit, int subject) {
        return limiter.admit(levels.clear().keyed(limit, subject), 1) instanceof Decision.Admitted;
    }

    private int drain(KeyedLimit limit, int subject) {
        int admitted = 0;
        while (admitted < 1_000_000 && admit(limit, subject)) {
            admitted++;
        }
        return admitted;
    }

    private static Limit limit(String rate, long burst) {
        return new Limit(Rate.perSecond(new BigDecimal(rate)), burst);
    }
}
