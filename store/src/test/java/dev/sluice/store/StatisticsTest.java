/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
    private static Histogram histogram(Statistics statistics) {
        Histogram histogram = statistics.histogram();
        if (histogram == null) {
            throw new AssertionError("no histogram");
        }
        return histogram;
    }

    @Test
    void addsUp() {
        Statistics both = Statistics.of(3, 2).plus(Statistics.of(10));

        assertThat(both.sampleCount()).isEqualTo(3);
        assertThat(both.sum()).isEqualTo(16);
        assertThat(both.min()).isEqualTo(3);
        assertThat(both.max()).isEqualTo(10);
        assertThat(both.average()).isEqualTo(16 / 3.0);
        assertThat(both.percentile(50)).hasValue(3);
        assertThat(both.percentile(100)).hasValue(10);
    }

    @Test
    void givesPercentilesWithinTheStatedError() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var recorder = new StatisticsRecorder();
        double[] values =
                random.doubles(20_000, 0, 1).map(x -> Math.exp(12 * x)).toArray();
        Arrays.stream(values).forEach(recorder::record);
        Arrays.sort(values);
        Statistics statistics = recorder.drain().orElseThrow();
        for (double percent : new double[] {0.1, 1, 50, 90, 99, 99.9, 100}) {
            double exact = values[(int) Math.ceil(percent / 100 * values.length) - 1];
            assertThat(statistics.percentile(percent).orElseThrow())
                    .as("p" + percent + ", seed " + seed)
                    .isBetween(exact * (1 - 1 / 128.0), exact);
        }
    }

    @Test
    void keepsSmallWholeNumbersExactly() {
        var recorder = new StatisticsRecorder();
        for (int i = 0; i < 256; i++) {
            recorder.record(i);
        }
        Statistics statistics = recorder.drain().orElseThrow();
        for (int i = 1; i <= 256; i++) {
            assertThat(statistics.percentile(i * 100 / 256.0)).hasValue(i - 1);
        }
    }

    @Test
    void mergesTheSameAsRecordingTogether() {
        var random = new Random(1);
        var all = new StatisticsRecorder();
        var parts = new StatisticsRecorder[] {new StatisticsRecorder(), new StatisticsRecorder()};
        for (int i = 0; i < 5000; i++) {
            double value = i % 100 == 0 ? 0 : random.nextInt(100_000);
            all.record(value);
            parts[i % 2].record(value);
        }
        Statistics merged = parts[0].drain().orElseThrow().plus(parts[1].drain().orElseThrow());

        assertThat(merged).isEqualTo(all.drain().orElseThrow());
        assertThat(all.drain()).isEmpty();
    }

    @Test
    void boundsItsBucketsWhateverTheValues() {
        var random = new Random(2);
        var recorder = new StatisticsRecorder();
        var sum = Statistics.of(1);
        for (int i = 0; i < 20_000; i++) {
            double value = Math.abs(Double.longBitsToDouble(random.nextLong() & 0x7fdf_ffff_ffff_ffffL)) / 1e8;
            recorder.record(value);
            if (i % 4 == 0) {
                sum = sum.plus(Statistics.of(value));
            }
        }
        assertThat(histogram(recorder.drain().orElseThrow()).encode()).hasSizeLessThan(4 * Histogram.MAX_BUCKETS);
        assertThat(histogram(sum).encode()).hasSizeLessThan(4 * Histogram.MAX_BUCKETS);
        assertThat(sum.percentile(100).orElseThrow()).isCloseTo(sum.max(), within(sum.max() / 128));
    }

    @Test
    void readsTheStoredFormBack() {
        Histogram histogram = histogram(
                Statistics.of(0.001, 0.5).plus(Statistics.of(1e12, 1e10)).plus(Statistics.of(0)));
        byte[] encoded = histogram.encode();

        assertThat(Histogram.decode(encoded)).isEqualTo(histogram);
        for (int i = 0; i < encoded.length; i++) {
            byte[] cut = Arrays.copyOf(encoded, i);
            try {
                Histogram.decode(cut);
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(StoreException.Code.CORRUPT);
            }
        }
    }

    @Test
    void knowsNoPercentilesOfSummariesAndNegativeValues() {
        assertThat(Statistics.summary(3, 10, 2, 5).percentile(50)).isEmpty();
        assertThat(Statistics.of(-1).percentile(50)).isEmpty();
        assertThat(Statistics.summary(3, 6, 2, 2).percentile(50)).hasValue(2);
        assertThat(Statistics.of(1).plus(Statistics.of(-1)).histogram()).isNull();
    }

    @Test
    void refusesNumbersThatMeanNothing() {
        assertThatThrownBy(() -> Statistics.of(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Statistics.of(1, 0)).hasMessageContaining("sampleCount: 0.0 (expected: above 0)");
        assertThatThrownBy(() -> Statistics.summary(1, 1, 2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StatisticsRecorder().record(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
