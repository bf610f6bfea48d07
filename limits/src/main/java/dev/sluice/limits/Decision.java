/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** The outcome of {@link Limiter#admit}. A refusal has charged nothing anywhere. */
public sealed interface Decision {
    /** Charged at every level. One shared instance: admitting allocates nothing. */
    record Admitted() implements Decision {
        public static final Admitted INSTANCE = new Admitted();
    }

    /** Charged at every level as of a time to come. */
    record Delayed(long waitNanos) implements Decision {}

    /**
     * A rate limit refused.
     *
     * @param policy the name of the level; of all levels that refuse, the one with the longest wait
     * @param limit that of the level
     * @param level what it held
     * @param retryAfterNanos until every refusing level holds the cost, if nobody else takes it; {@link Long#MAX_VALUE} for never
     */
    record Throttled(String policy, Limit limit, Level level, long retryAfterNanos) implements Decision {
        private static final long SECOND = 1_000_000_000L;

        /** For a {@code Retry-After} header: rounded up, 1 or more; {@link Long#MAX_VALUE} for never (send none). */
        public long retryAfterSeconds() {
            return retryAfterNanos == Long.MAX_VALUE
                    ? Long.MAX_VALUE
                    : Math.max(1, Math.ceilDiv(retryAfterNanos, SECOND));
        }
    }

    /** The quota is used up until {@code resetsAt}; reported before a rate limit that refuses as well. */
    record QuotaExceeded(Quota quota, Instant resetsAt) implements Decision {
        /** For a {@code Retry-After} header: rounded up, 1 or more. */
        public long retryAfterSeconds(Instant now) {
            return Math.max(
                    1, Duration.between(now, resetsAt).plusNanos(999_999_999).toSeconds());
        }
    }

    /**
     * No unit is reserved locally: decide anew when {@code ready} completes (exceptionally: the ledger failed; refuse). It completes on a
     * thread of the ledger, which is not to be held up.
     */
    record AwaitQuota(CompletionStage<Void> ready) implements Decision {}
}
