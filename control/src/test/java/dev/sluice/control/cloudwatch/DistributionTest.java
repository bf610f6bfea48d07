/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.store.Statistics;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DistributionTest {
    @Test
    void saysTheSameAsAddingOneByOne() {
        Distribution distribution = new Distribution();
        Random random = new Random(7);
        for (int round = 0; round < 3; round++) {
            Statistics expected = Statistics.of(0);
            distribution.add(0);
            for (int i = 0; i < 3_000; i++) {
                double value = i % 10 == 0 ? 0 : Math.exp(random.nextGaussian() * 3);
                distribution.add(value);
                expected = expected.plus(Statistics.of(value));
            }
            Statistics statistics = distribution.statistics();

            assertThat(statistics.sampleCount()).isEqualTo(3_001);
            assertThat(statistics.sum()).isCloseTo(expected.sum(), within(1e-6));
            assertThat(statistics.min()).isEqualTo(expected.min());
            assertThat(statistics.max()).isEqualTo(expected.max());
            for (double percent : new double[] {1, 10, 50, 90, 99, 99.9}) {
                assertThat(statistics.percentile(percent)).isEqualTo(expected.percentile(percent));
            }
            distribution.clear();
            assertThat(distribution.isEmpty()).isTrue();
        }
    }
}
