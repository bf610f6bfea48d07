/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Checks that what was admitted in [a, b] is at most burst + rate * (b - a), for all pairs of stamps at once: a counter that leaks at
 * the rate never exceeds the burst. Across changes of the limit: the integral of the rate, and the largest burst. Not thread-safe.
 */
final class Envelope {
    private sealed interface Event {
        long nanos();
    }

    private record Admission(long nanos, long cost) implements Event {}

    private record Change(long nanos, Limit limit) implements Event {}

    private final Limit first;
    private final List<Event> events = new ArrayList<>();
    private long admitted;

    Envelope(Limit first) {
        this.first = first;
    }

    void admitted(long stampNanos, long cost) {
        events.add(new Admission(stampNanos, cost));
        admitted += cost;
    }

    void changed(long nanos, Limit limit) {
        events.add(new Change(nanos, limit));
    }

    void addAll(Envelope other) {
        events.addAll(other.events);
        admitted += other.admitted;
    }

    long admitted() {
        return admitted;
    }

    void check(String context) {
        if (events.isEmpty()) {
            return;
        }
        long origin = events.getFirst().nanos();
        events.sort(Comparator.comparingLong((Event event) -> event.nanos() - origin)
                .thenComparing(event -> event instanceof Admission));
        BigInteger unit = BigInteger.valueOf(first.rate().periodNanos());
        long maxBurst = first.burst();
        for (Event event : events) {
            if (event instanceof Change change) {
                BigInteger period = BigInteger.valueOf(change.limit.rate().periodNanos());
                unit = unit.divide(unit.gcd(period)).multiply(period);
                maxBurst = Math.max(maxBurst, change.limit.burst());
            }
        }
        BigInteger capacity = unit.multiply(BigInteger.valueOf(maxBurst));
        BigInteger level = BigInteger.ZERO;
        Limit now = first;
        long last = events.getFirst().nanos();
        for (Event event : events) {
            BigInteger leaked = BigInteger.valueOf(event.nanos() - last)
                    .multiply(unit)
                    .multiply(BigInteger.valueOf(now.rate().tokens()))
                    .divide(BigInteger.valueOf(now.rate().periodNanos()));
            level = level.subtract(leaked).max(BigInteger.ZERO);
            last = event.nanos();
            switch (event) {
                case Admission admission -> level = level.add(unit.multiply(BigInteger.valueOf(admission.cost)));
                case Change change -> now = change.limit;
            }
            assertThat(level).as("%s: %s", context, event).isLessThanOrEqualTo(capacity);
        }
    }
}
