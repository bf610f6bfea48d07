/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * A day or a period as it lies in time.
 *
 * @param to exclusive; {@code from} for a day that a zone skipped
 */
public record QuotaSpan(Instant from, Instant to) {
    public QuotaSpan {
        requireNonNull(from, "from");
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("to: " + to + " (expected: not before from " + from + ")");
        }
    }

    public Duration length() {
        return Duration.between(from, to);
    }

    public boolean overlaps(QuotaSpan other) {
        return from.isBefore(other.to) && other.from.isBefore(to);
    }
}
