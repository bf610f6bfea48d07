/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import dev.sluice.server.demo.TierReport.Bound;
import dev.sluice.server.demo.TierReport.Level;
import dev.sluice.server.load.LoadGenerator;
import dev.sluice.server.load.LoadPlan;
import dev.sluice.server.load.LoadResult;
import dev.sluice.server.load.TinyServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class TierReportTest {
    private static final long SECOND = 1_000_000_000;
    private static final Tier TIER = new Tier("Tiny", 10, 20, 1_000);

    private static Level level(String name, int rate, int burst) {
        return new Level(name, new Limit(new Rate(rate, SECOND), burst));
    }

    @Test
    void theBoundIsTheLeastOverTheLevelsAndNamed() {
        var levels = List.of(level("plan key", 100, 200), level("stage", 50, 1_000), level("account", 10_000, 10));
        assertThat(Bound.least(levels, 0)).isEqualTo(new Bound(10, "account"));
        assertThat(Bound.least(levels, SECOND)).isEqualTo(new Bound(300, "plan key"));
        assertThat(Bound.least(levels, 20 * SECOND + SECOND - 1)).isEqualTo(new Bound(2_049, "stage"));
        assertThatThrownBy(() -> Bound.least(List.of(), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeptLimitIsReportedWithItsNumbers() throws Exception {
        var asked = new AtomicInteger();
        var load = load(() -> asked.incrementAndGet() <= 20 ? 200 : 429);
        var report = TierReport.of(TIER, load, List.of(level("plan key", 10, 20), level("stage", 1_000, 1_000)));
        assertThat(report.kept()).isTrue();
        assertThat(report.row().split("\\s+"))
                .startsWith("Tiny", "10/20", "100", "20", "80", "0", "0")
                .contains("by", "plan", "key");
        assertThat(report.row()).doesNotContain("PASSED");
        assertThat(report.fullestInterval())
                .startsWith("Tiny: fullest interval 0.")
                .contains("admitted 20 of 2");
    }

    @Test
    void aPassedLimitIsSaidAloud() throws Exception {
        var report = TierReport.of(TIER, load(() -> 200), List.of(level("plan key", 10, 20)));
        assertThat(report.kept()).isFalse();
        assertThat(report.row()).endsWith("PASSED ITS BOUND");
    }

    @Test
    void aBurstBeyondTheLimitAtTheStartIsFoundAlthoughTheWholeRunIsWithinTheBound() throws Exception {
        var asked = new AtomicInteger();
        var load = load(() -> asked.incrementAndGet() <= 40 ? 200 : 429);
        // In the whole 0.2 s of the run 20 + 200 * 0.2 = 60 fit; in its first 0.08 s only 36.
        assertThat(load.admitted()).isEqualTo(40);
        var report = TierReport.of(TIER, load, List.of(level("plan key", 100, 20)));
        assertThat(report.bound().requests()).isGreaterThanOrEqualTo(39);
        assertThat(report.kept()).isFalse();
    }

    /** 100 requests in 0.2 s. */
    private static LoadResult load(IntSupplier decision) throws Exception {
        var request = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (var server = new TinyServer(decision)) {
            return LoadGenerator.run(
                    new LoadPlan(server.address(), request, 500, Duration.ofMillis(200), 1, Duration.ofSeconds(5)),
                    NanoClock.SYSTEM);
        }
    }
}
