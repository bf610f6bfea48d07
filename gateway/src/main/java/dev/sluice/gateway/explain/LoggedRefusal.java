/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.explain;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One refusal, as it was written.
 *
 * @param waitNanos until the request would have passed, had nobody else come; {@link #NEVER} where waiting does not help
 * @param keyId null where no key was known
 * @param remaining what each of the case's levels held, in their order, then the quota
 */
public record LoggedRefusal(
        UUID requestId,
        Instant at,
        RefusalCase what,
        long waitNanos,
        @Nullable String keyId,
        List<Integer> remaining) {
    public static final long NEVER = Long.MAX_VALUE;

    public LoggedRefusal {
        remaining = List.copyOf(remaining);
    }
}
