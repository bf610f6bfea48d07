/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.demo;

import dev.sluice.limits.Limit;
import dev.sluice.server.load.Envelope;
import dev.sluice.server.load.LoadResult;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a tier got of the load that was offered, and the judgement.
 *
 * @param bound the most that any correct gateway may admit in the run's time: the least over the levels that apply
 * @param worst of all intervals and levels, the one nearest to or beyond its limit
 */
record TierReport(Tier tier, LoadResult load, Bound bound, Envelope.Worst worst, boolean kept) {
    static final String HEAD = "%-9s %9s %8s %8s %8s %5s %5s  %-22s %8s %8s"
            .formatted("tier", "rate/burst", "offered", "admitted", "429", "5xx", "lost", "bound", "p50 ms", "p99 ms");

    private static final double NANOS_PER_MILLI = 1e6;

    /** A limit with the name that operators know it by. */
    record Level(String name, Limit limit) {}

    /** {@code burst + rate * t} of one level, rounded down. */
    record Bound(long requests, String level) {
        static Bound least(List<Level> levels, long nanos) {
            return levels.stream()
                    .map(level -> new Bound(requests(level.limit(), nanos), level.name()))
                    .min(Comparator.comparingLong(Bound::requests))
                    .orElseThrow(() -> new IllegalArgumentException("levels: none (expected: one or more)"));
        }

        private static long requests(Limit limit, long nanos) {
            return BigInteger.valueOf(nanos)
                    .multiply(BigInteger.valueOf(limit.rate().tokens()))
                    .divide(BigInteger.valueOf(limit.rate().periodNanos()))
                    .add(BigInteger.valueOf(limit.burst()))
                    .longValueExact();
        }
    }

    static TierReport of(Tier tier, LoadResult load, List<Level> levels) {
        var bound = Bound.least(levels, load.spanNanos());
        var judged = levels.stream()
                .map(level -> load.check(new Envelope(level.limit())))
                .sorted(Comparator.comparingLong(worst -> worst.allowed() - worst.admitted()))
                .toList();
        var kept = judged.stream().allMatch(Envelope.Worst::holds) && load.admitted() <= bound.requests() + 1;
        return new TierReport(tier, load, bound, judged.getFirst(), kept);
    }

    String row() {
        var latency = load.admittedLatencyNanos();
        return String.format(
                Locale.ROOT,
                "%-9s %9s %8d %8d %8d %5d %5d  %-22s %8.2f %8.2f%s",
                tier.name(),
                tier.ratePerSecond() + "/" + tier.burst(),
                load.offered(),
                load.admitted(),
                load.throttled(),
                load.failed(),
                load.lost() + load.other(),
                bound.requests() + " by " + bound.level(),
                latency.getValueAtPercentile(50) / NANOS_PER_MILLI,
                latency.getValueAtPercentile(99) / NANOS_PER_MILLI,
                kept ? "" : "  PASSED ITS BOUND");
    }

    /** The fullest of all intervals, as a sentence. */
    String fullestInterval() {
        return String.format(
                Locale.ROOT,
                "%s: fullest interval %.3f s, admitted %d of %d",
                tier.name(),
                (worst.toNanos() - worst.fromNanos()) / 1e9,
                worst.admitted(),
                worst.allowed());
    }
}
