/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LimitTest {
    @Test
    void refusesANegativeBurst() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limit(Rate.perSecond(1), -1))
                .withMessage("burst: -1 (expected: >= 0)");
    }

    @Test
    void acceptsZeroes() {
        assertThat(new Limit(Rate.perSecond(0), 0).unlimited()).isFalse();
        assertThat(new Limit(Rate.perSecond(0), 5).burst()).isEqualTo(5);
        assertThat(new Limit(Rate.perSecond(5), 0).burst()).isZero();
    }

    @Test
    void acceptsEveryAmazonBurstAtRatesOfTwoDecimals() {
        for (String rate : new String[] {"0.01", "0.1", "0.33", "99.99", "10000", "999983", "9999999.99", "10000000"}) {
            Limit limit = new Limit(Rate.perSecond(new BigDecimal(rate)), Integer.MAX_VALUE);
            assertThat(limit.burst()).isEqualTo(Integer.MAX_VALUE);
        }
    }

    @Test
    void saysWhichBurstItCouldCount() {
        Rate fine = Rate.perSecond(new BigDecimal("33.333333333"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limit(fine, 5000))
                .withMessage("burst: 5000 (expected: at most 1152 at " + fine + ")");
        assertThat(new Limit(fine, 1152).burst()).isEqualTo(1152);
    }

    @Test
    void saysWhichRateItCouldCount() {
        Rate wild = new Rate(Long.MAX_VALUE, 1_000_000_007);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limit(wild, 1))
                .withMessageStartingWith(
                        "rate: Rate[tokens=9223372036854775807, periodNanos=1000000007] (expected: at most");
    }

    @Test
    void whateverIsAcceptedIsCountedExactlyAndCannotOverflow() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            Rate rate = new Rate(
                    random.nextLong(1, 1L << random.nextInt(1, 63)), random.nextLong(1, 1L << random.nextInt(1, 63)));
            long burst = random.nextLong(1L << random.nextInt(1, 63));
            Scale scale;
            try {
                scale = Scale.of(new Limit(rate, burst));
            } catch (IllegalArgumentException e) {
                continue;
            }
            accepted++;
            assertThat(big(scale.unitsPerTick()).multiply(big(rate.periodNanos())))
                    .as("seed %s: R/P is the rate a tick: %s", seed, rate)
                    .isEqualTo(
                            big(rate.tokens()).multiply(big(scale.tickNanos())).multiply(big(scale.unitsPerToken())));
            assertThat(big(burst).multiply(big(scale.unitsPerToken()))).isEqualTo(big(scale.capacity()));
            assertThat(scale.capacity()).isBetween(0L, Scale.MAX_UNITS);
            assertThat(big(scale.maxTicks()).multiply(big(scale.unitsPerTick())))
                    .isLessThanOrEqualTo(big(Scale.MAX_UNITS));
            assertThat(scale.maxTicks()).isGreaterThanOrEqualTo(1_000_000);
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
