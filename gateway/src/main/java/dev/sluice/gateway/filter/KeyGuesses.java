/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.GatewaySettings;
import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.SourceTable;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests with a key that is unknown or disabled: 403, until their client address has sent more of them than it may; then 429,
 * until its bucket has refilled. Thread-safe; shared by all event loops.
 */
public final class KeyGuesses {
    /** The policy name of a 429. */
    static final String POLICY = "source";

    private final @Nullable SourceTable sources;
    private final NanoClock clock;

    private KeyGuesses(@Nullable SourceTable sources, NanoClock clock) {
        this.sources = sources;
        this.clock = clock;
    }

    /** The table is there only where guessing is limited. */
    public static KeyGuesses of(GatewaySettings settings, NanoClock clock) {
        GatewaySettings.Guessing guessing = settings.guessing();
        SourceTable sources = guessing == null ? null : SourceTable.of(guessing.sources(), guessing.perSource(), clock);
        return new KeyGuesses(sources, clock);
    }

    /** Counts a guess; how long its source has to wait before the next is looked at, 0 where it need not. */
    long waitNanos(LiveExchange exchange) {
        return sources == null ? 0 : sources.charge(exchange.head().connection().source(), clock.nanoTime());
    }

    /** What one source may guess. */
    Limit limit() {
        return sources == null ? Limit.UNLIMITED : sources.limit();
    }
}
