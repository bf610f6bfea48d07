/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RateTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 1",
        "0.000, 0, 1",
        "1, 1, 1000000000",
        "0.1, 1, 10000000000",
        "0.5, 1, 2000000000",
        "2.5, 1, 400000000",
        "999983, 999983, 1000000000",
        "7000000, 7, 1000",
        "1E+7, 1, 100",
        "10000000, 1, 100",
        "0.000000001, 1, 1000000000000000000",
        "999999999, 999999999, 1000000000",
    })
    void isExactAndInLowestTerms(BigDecimal perSecond, long tokens, long periodNanos) {
        assertThat(Rate.perSecond(perSecond)).isEqualTo(new Rate(tokens, periodNanos));
        assertThat(Rate.perSecond(perSecond).tokens()).isEqualTo(tokens);
        assertThat(Rate.perSecond(perSecond).periodNanos()).isEqualTo(periodNanos);
    }

    @Test
    void equalRatesAreEqual() {
        assertThat(new Rate(10, 2_000)).isEqualTo(new Rate(5, 1_000));
        assertThat(new Rate(0, 77)).isEqualTo(new Rate(0, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1 | tokensPerSecond: -1 (expected: >= 0)",
                "-0.5 | tokensPerSecond: -0.5 (expected: >= 0)",
                "0.1234567891 | tokensPerSecond: 0.1234567891 (expected: at most 9 decimal places)",
                "1000000000 | tokensPerSecond: 1000000000 (expected: < 10^9)",
                "1E+1000000 | tokensPerSecond: 1E+1000000 (expected: < 10^9)",
            })
    void refusesWhatItCannotCount(BigDecimal perSecond, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rate.perSecond(perSecond))
                .withMessage(message);
    }

    @Test
    void refusesNegativeParts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rate(-1, 1))
                .withMessage("tokens: -1 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rate(1, 0))
                .withMessage("periodNanos: 0 (expected: >= 1)");
    }
}
