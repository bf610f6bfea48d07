/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

/**
 * A token bucket's configuration: at most {@code burst + rate * t} tokens in any interval of length t.
 *
 * @param burst capacity in tokens; 0 admits nothing, {@link Long#MAX_VALUE} is no limit at all
 */
public record Limit(Rate rate, long burst) {
    /** Admits everything and keeps no state; what a level without a configured limit has. */
    public static final Limit UNLIMITED = new Limit(new Rate(1, 1), Long.MAX_VALUE);

    /** @throws IllegalArgumentException also where burst and rate together are too large or too fine to be counted exactly */
    public Limit {
        requireNonNull(rate, "rate");
        if (burst < 0) {
            throw new IllegalArgumentException("burst: " + burst + " (expected: >= 0)");
        }
        if (burst != Long.MAX_VALUE) {
            Scale.check(rate, burst);
        }
    }

    public boolean unlimited() {
        return burst == Long.MAX_VALUE;
    }
}
