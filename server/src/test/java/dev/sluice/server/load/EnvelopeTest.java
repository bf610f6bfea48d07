/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.math.BigInteger;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void allowsBurstRateAndOneMore() {
        var envelope = new Envelope(new Limit(new Rate(2, SECOND), 3));
        // 3 at once, then 2 a second for 2 s, and one more.
        long[] good = {0, 0, 0, 0, SECOND / 2, SECOND, SECOND * 3 / 2, SECOND * 2};
        assertThat(envelope.check(good, good).holds()).isTrue();
        long[] bad = LongStream.concat(LongStream.of(good), LongStream.of(SECOND * 2))
                .toArray();
        var worst = envelope.check(bad, bad);
        assertThat(worst).isEqualTo(new Envelope.Worst(0, SECOND * 2, 9, 7, false));
    }

    @Test
    void countsOnlyRequestsThatLieWhollyWithinTheInterval() {
        var envelope = new Envelope(new Limit(new Rate(1, SECOND), 1));
        long[] sent = {0, 0, 0, 0};
        // Late answers leave it open when they were decided: no interval shorter than these holds two of them.
        assertThat(envelope.check(sent, new long[] {0, SECOND, 2 * SECOND, 3 * SECOND})
                        .holds())
                .isTrue();
        assertThat(envelope.check(sent, new long[] {0, 1, 2, 3}).holds()).isFalse();
    }

    @Test
    void seesAnExcessInTheMiddleOfALongQuietRun() {
        var envelope = new Envelope(new Limit(new Rate(1, SECOND), 5));
        long[] times = LongStream.concat(
                        LongStream.range(0, 50).map(i -> i * 60 * SECOND),
                        LongStream.iterate(1_500 * SECOND, t -> t + 1).limit(7))
                .sorted()
                .toArray();
        var worst = envelope.check(times, times);
        assertThat(worst.holds()).isFalse();
        assertThat(worst.fromNanos()).isEqualTo(1_500 * SECOND);
        assertThat(worst.admitted()).isEqualTo(8);
    }

    @Test
    void nothingAdmittedKeepsAnyLimit() {
        var envelope = new Envelope(new Limit(new Rate(0, 1), 0));
        assertThat(envelope.check(new long[0], new long[0]).holds()).isTrue();
        assertThat(envelope.check(new long[] {5}, new long[] {9}).holds()).isTrue();
        assertThat(envelope.check(new long[] {5, 6}, new long[] {9, 9}).holds()).isFalse();
        assertThatThrownBy(() -> new Envelope(Limit.UNLIMITED)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> envelope.check(new long[1], new long[2])).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTryingEveryInterval(long seed) {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++) {
            var limit = new Limit(new Rate(random.nextInt(4), 1 + random.nextInt(5)), random.nextInt(6));
            var origin = random.nextLong(-1_000, 1_000);
            var sent = random.longs(1 + random.nextInt(25), origin, origin + 30).toArray();
            var answered =
                    LongStream.of(sent).map(nanos -> nanos + random.nextInt(8)).toArray();
            var worst = new Envelope(limit).check(sent, answered);
            var expected = worstExcess(limit, sent, answered);
            assertThat(excess(limit, worst.admitted(), worst.toNanos() - worst.fromNanos()))
                    .as("seed %d round %d: %s", seed, round, worst)
                    .isEqualTo(expected);
            assertThat(worst.holds())
                    .isEqualTo(
                            expected.compareTo(BigInteger.valueOf(limit.rate().periodNanos())) <= 0);
        }
    }

    @Test
    void judgesAMillionRequestsInSeconds() {
        var times = LongStream.range(0, 1_000_000).map(i -> i * 500_000).toArray();
        var answered = LongStream.of(times).map(nanos -> nanos + 3_000_000).toArray();
        var worst = new Envelope(new Limit(new Rate(2_000, SECOND), 10)).check(times, answered);
        assertThat(worst.holds()).isTrue();
    }

    private static BigInteger worstExcess(Limit limit, long[] sent, long[] answered) {
        @Nullable BigInteger worst = null;
        for (var a : sent) {
            for (var b : answered) {
                if (a <= b) {
                    var admitted = 0;
                    for (var i = 0; i < sent.length; i++) {
                        admitted += sent[i] >= a && answered[i] <= b ? 1 : 0;
                    }
                    var excess = excess(limit, admitted, b - a);
                    worst = worst == null || excess.compareTo(worst) > 0 ? excess : worst;
                }
            }
        }
        return Objects.requireNonNull(worst);
    }

    /** In units of 1/P token. */
    private static BigInteger excess(Limit limit, long admitted, long nanos) {
        var period = BigInteger.valueOf(limit.rate().periodNanos());
        return period.multiply(BigInteger.valueOf(admitted - limit.burst()))
                .subtract(BigInteger.valueOf(limit.rate().tokens()).multiply(BigInteger.valueOf(nanos)));
    }
}
