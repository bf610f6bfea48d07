/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.GatewaySettings.Announcing;
import dev.sluice.gateway.Header;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitFieldsTest {
    @ParameterizedTest
    @CsvSource({
        "2, 10, 5",
        "3, 10, 4",
        "3, 9, 3",
        "0.1, 1, 10",
        "0.7, 7, 10",
        "0.000000001, 1, 1000000000",
        "0.000000001, 1152, 1152000000000",
        "0.000000007, 1152, 164571428572",
        "10000000, 5, 1",
        "1, 0, 1",
    })
    void aWindowIsExact(BigDecimal rate, long burst, long seconds) {
        assertThat(RateLimitFields.windowSeconds(new Limit(Rate.perSecond(rate), burst)))
                .isEqualTo(seconds);
    }

    @Test
    void aBucketThatNeverFillsHasNoWindow() {
        assertThat(RateLimitFields.windowSeconds(new Limit(Rate.perSecond(0), 5)))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void numbersStayWithinWhatStructuredFieldsKnow() {
        Limit huge = new Limit(new Rate(1, 1), 1L << 59);
        assertThat(new RateLimitFields(false, Announcing.DEFAULT).ofRefusal("stage", huge, 1))
                .containsExactly(
                        new Header("Retry-After", "1"),
                        new Header("RateLimit-Policy", "\"stage\";q=999999999999999;w=576460753"),
                        new Header("RateLimit", "\"stage\";r=0;t=1"));
    }
}
