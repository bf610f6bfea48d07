/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The quota of a plan, which can be changed while any number of its keys are used: a change costs a step per <em>open</em> quota, nothing
 * per key. Thread-safe. One object stands for one plan as long as that plan lives.
 */
public final class LiveQuotaLimit {
    /*
     * A quota enters `open` before it first reads the limit, and `set` writes the limit before it looks at `open`. So a quota that `set`
     * does not find reads the new limit.
     */
    private final Set<Quota> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable QuotaLimit newest;

    private LiveQuotaLimit(@Nullable QuotaLimit limit) {
        this.newest = limit;
    }

    public static LiveQuotaLimit of(QuotaLimit limit) {
        return new LiveQuotaLimit(requireNonNull(limit, "limit"));
    }

    /** Where there is no quota now, but may be one later. */
    public static LiveQuotaLimit none() {
        return new LiveQuotaLimit(null);
    }

    /** Whether there is a quota; allocates nothing. Without one, give {@link Limiter#admit} none. */
    public boolean limited() {
        return newest != null;
    }

    public Optional<QuotaLimit> get() {
        return Optional.ofNullable(newest);
    }

    /**
     * Changes limit, period, offset or zone; live when the call returns: no unit that was reserved under the old limit is spent after it.
     * What was used stays used. Does not write; blocks while a quota that is open is reserving.
     */
    public void set(QuotaLimit limit) {
        change(requireNonNull(limit, "limit"));
    }

    /** Ends the quota; live when the call returns. What was used is known again if it is set later. Blocks as {@link #set} does. */
    public void clear() {
        change(null);
    }

    private synchronized void change(@Nullable QuotaLimit limit) {
        newest = limit;
        CompletableFuture.allOf(open.stream().map(Quota::limitChanged).toArray(CompletableFuture<?>[]::new))
                .join();
    }

    void opened(Quota quota) {
        open.add(quota);
    }

    void ended(Quota quota) {
        open.remove(quota);
    }
}
