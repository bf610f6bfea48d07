/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.limits.Decision;
import dev.sluice.limits.Quota;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.limits.QuotaSpan;
import java.time.Duration;
import java.time.Instant;

/** What a quota holds at one instant: a view for answers and explanations. */
record QuotaReading(QuotaLimit limit, long remaining, QuotaSpan period) {
    static QuotaReading of(Quota quota, Instant now) {
        QuotaLimit limit = quota.limit();
        return new QuotaReading(limit, quota.remaining(), limit.day(now).period());
    }

    static QuotaReading of(Decision.QuotaExceeded exceeded) {
        QuotaLimit limit = exceeded.quota().limit();
        return new QuotaReading(
                limit, 0, limit.day(exceeded.resetsAt().minusNanos(1)).period());
    }

    long windowSeconds() {
        return period.length().toSeconds();
    }

    Instant resetsAt() {
        return period.to();
    }

    /** Until the next period. */
    long waitNanos(Instant now) {
        return Math.max(0, Duration.between(now, resetsAt()).toNanos());
    }
}
