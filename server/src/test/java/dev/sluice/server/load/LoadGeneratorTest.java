/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadGeneratorTest {
    private static final byte[] REQUEST =
            "GET /prod/mock HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PER_SECOND = 6_000;

    /** A bucket in the obvious form, as the tiny server's decision; {@code leak} tokens too many come back each second. */
    private static IntSupplier bucket(int perSecond, int burst, int leak) {
        var start = System.nanoTime();
        var taken = new AtomicInteger();
        return () -> {
            synchronized (taken) {
                var refilled = (System.nanoTime() - start) * (perSecond + leak) / 1_000_000_000;
                // Never fuller than the burst: what would overflow counts as taken.
                taken.accumulateAndGet((int) refilled, Math::max);
                if (taken.get() - refilled >= burst) {
                    return 429;
                }
                taken.incrementAndGet();
                return 200;
            }
        };
    }

    @Test
    void sustainsThePremiumLoadAndAnExactBucketPasses() throws Exception {
        try (var server = new TinyServer(bucket(2_000, 500, 0))) {
            var result = LoadGenerator.run(plan(server.address(), PER_SECOND, Duration.ofSeconds(2)), NanoClock.SYSTEM);
            assertThat(result.offered()).isEqualTo(2 * PER_SECOND);
            assertThat(result.lost()).isZero();
            assertThat(result.admitted() + result.throttled()).isEqualTo(result.offered());
            assertThat(result.admitted()).isBetween(4_000, 4_600 + 2_000);
            assertThat(result.spanNanos()).isBetween(1_900_000_000L, 4_000_000_000L);
            assertThat(result.admittedLatencyNanos().getTotalCount()).isEqualTo(result.admitted());
            var worst = result.check(new Envelope(new Limit(new Rate(2_000, 1_000_000_000), 500)));
            assertThat(worst.holds()).as("%s", worst).isTrue();
        }
    }

    @Test
    void aBucketThatGivesTenPercentTooMuchIsFound() throws Exception {
        try (var server = new TinyServer(bucket(1_000, 50, 100))) {
            var result = LoadGenerator.run(plan(server.address(), 3_000, Duration.ofSeconds(2)), NanoClock.SYSTEM);
            var worst = result.check(new Envelope(new Limit(new Rate(1_000, 1_000_000_000), 50)));
            assertThat(worst.holds()).as("%s", worst).isFalse();
        }
    }

    @Test
    void aStalledServerShowsInTheLatencyOfRequestsThatWereDueMeanwhile() throws Exception {
        var asked = new AtomicInteger();
        var gate = new Object();
        IntSupplier stalling = () -> {
            synchronized (gate) {
                if (asked.incrementAndGet() == 100) {
                    var until = System.nanoTime() + 300_000_000;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                }
                return 200;
            }
        };
        try (var server = new TinyServer(stalling)) {
            var result = LoadGenerator.run(plan(server.address(), 1_000, Duration.ofSeconds(1)), NanoClock.SYSTEM);
            assertThat(result.admitted()).isEqualTo(1_000);
            // 300 requests fell due during the stall and waited 150 ms on average.
            assertThat(result.admittedLatencyNanos().getValueAtPercentile(85)).isGreaterThan(80_000_000);
        }
    }

    @Test
    void countsLostRequestsAndConnectsAgain() throws Exception {
        var asked = new AtomicInteger();
        try (var server = new TinyServer(() -> asked.incrementAndGet() % 100 == 0 ? 0 : 200)) {
            var result = LoadGenerator.run(plan(server.address(), 500, Duration.ofSeconds(1)), NanoClock.SYSTEM);
            assertThat(result.lost()).isBetween(3, 100);
            assertThat(result.admitted()).isEqualTo(500 - result.lost());
        }
    }

    @Test
    void givesUpOnAnswersWhenPatienceEnds() throws Exception {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var address = new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort());
            var plan = new LoadPlan(address, REQUEST, 100, Duration.ofMillis(100), 2, Duration.ofMillis(50));
            var result = LoadGenerator.run(plan, NanoClock.SYSTEM);
            assertThat(result.lost()).isEqualTo(10);
            assertThat(result.spanNanos()).isZero();
        }
    }

    @Test
    void refusesAPlanThatCannotBeAndAnAddressWithoutAServer() throws Exception {
        assertThatThrownBy(() -> plan(new InetSocketAddress(1), 0, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> plan(new InetSocketAddress(1), 1_000_000, Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
        var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        free.close();
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
        assertThatThrownBy(() -> LoadGenerator.run(plan(address, 1, Duration.ofSeconds(1)), NanoClock.SYSTEM))
                .isInstanceOf(IOException.class);
    }

    private static LoadPlan plan(InetSocketAddress address, int perSecond, Duration duration) {
        return new LoadPlan(address, REQUEST, perSecond, duration, 16, Duration.ofSeconds(5));
    }
}
