/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All quota counters over one ledger; one per process. Only those in use are open and cost anything: {@link #open} opens one at its first
 * request, {@link #sweep} lets go of it after {@link #IDLE}. At most one {@link Quota} of a counter can spend at any time. Thread-safe.
 *
 * <p>Per decision: {@link #find}, else {@link #open}; then {@link Limiter#admit}. On {@link Decision.AwaitQuota} decide anew from there.
 */
public final class Quotas implements AutoCloseable {
    /** How long nothing is asked of a quota before its rest is returned. */
    public static final Duration IDLE = Duration.ofSeconds(30);

    /** How many quotas return their rests at a time; a ledger may bound what waits to be written. */
    private static final int AT_ONCE = 512;

    private final QuotaLedger ledger;
    private final InstantSource clock;
    /** The open ones; changed under this object's lock only. */
    private final Map<QuotaId, Quota> open = new ConcurrentHashMap<>();

    private final QuotaTable byNumber = new QuotaTable();
    private boolean closed;

    public Quotas(QuotaLedger ledger, InstantSource clock) {
        this.ledger = requireNonNull(ledger, "ledger");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * The quota that {@link #open} was given this number for; null where it is not open, or where it cannot be told now: then call {@link
     * #open}. Takes no lock and allocates nothing.
     */
    public @Nullable Quota find(long number) {
        return byNumber.find(number);
    }

    /**
     * The open quota of a counter; opens it where it is not, which reads and writes nothing: the first {@link Limiter#admit} with it answers
     * {@link Decision.AwaitQuota}. Holds a lock for a moment.
     *
     * @param number the caller's own for this counter, for {@link #find}; never for two counters, unless the first was forgotten
     * @param limit always the same object for the same plan; one that is limited
     */
    public synchronized Quota open(long number, QuotaId id, LiveQuotaLimit limit) {
        Quota quota = openById(id, limit);
        if (quota.number() != number && !closed) {
            Quota other = byNumber.find(number);
            if (other != null) {
                byNumber.remove(other);
            }
            byNumber.remove(quota);
            quota.number(number);
            byNumber.add(quota);
        }
        return quota;
    }

    private Quota openById(QuotaId id, LiveQuotaLimit limit) {
        Quota known = open.get(id);
        if (known != null) {
            return known;
        }
        Quota fresh = new Quota(requireNonNull(id, "id"), requireNonNull(limit, "limit"), this);
        if (closed) {
            var _ = fresh.close();
        } else {
            limit.opened(fresh);
            open.put(id, fresh);
        }
        return fresh;
    }

    /** How many are open. */
    public int count() {
        return open.size();
    }

    /**
     * Used and remaining of a counter, open or not: one entry a day of the limit's calendar from {@code from} to {@code to} inclusive, none
     * after today; exact, read-after-write. Units of decisions under way count as used. Blocks.
     */
    public List<QuotaLedger.DayUse> usage(QuotaId id, LiveQuotaLimit limit, LocalDate from, LocalDate to) {
        return with(id, limit, quota -> quota.usage(from, to));
    }

    /** Sets what remains to a counter, open or not, in the current period and for it only; durable and live on return. Blocks. */
    public void setRemaining(QuotaId id, LiveQuotaLimit limit, long remaining) {
        with(id, limit, quota -> Quota.await(quota.setRemaining(remaining)));
    }

    /**
     * Forgets a counter that ended (its plan or key was deleted, or the key left the plan); durable on return. Blocks. A request that still
     * decides by the counter starts it anew, so take away first whatever leads to it.
     */
    public void forget(QuotaId id) {
        Quota quota;
        synchronized (this) {
            quota = open.get(id);
            if (quota != null) {
                quota.pin();
            }
        }
        if (quota == null) {
            Quota.await(ledger.forget(id));
            return;
        }
        try {
            quota.forget();
        } finally {
            unpin(quota);
        }
    }

    /** Keeps the counter's one quota open for the call, and lets go of it after it unless requests use it. */
    private <T extends @Nullable Object> T with(QuotaId id, LiveQuotaLimit limit, Function<Quota, T> call) {
        Quota quota;
        synchronized (this) {
            quota = openById(id, limit);
            quota.pin();
        }
        try {
            return call.apply(quota);
        } finally {
            unpin(quota);
        }
    }

    private void unpin(Quota quota) {
        synchronized (this) {
            quota.unpin();
        }
        quota.endIfEmpty().join();
    }

    /**
     * Returns the rests of idle quotas and lets go of them; to be called each few seconds, by one thread at a time. Blocks for writes.
     *
     * @throws RuntimeException the ledger's first failure, after all were tried; what could not be returned is tried again by the next call
     */
    public void sweep() {
        long nowMillis = clock.millis();
        List<Quota> idle = new ArrayList<>();
        for (Quota quota : open.values()) {
            if (quota.idle(nowMillis, IDLE.toMillis())) {
                idle.add(quota);
            }
        }
        each(idle, Quota::retireIdle);
    }

    /** Returns all rests, durably on return, and refuses from then on. Blocks. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        each(List.copyOf(open.values()), quota -> quota.close().toCompletableFuture());
    }

    private static void each(Collection<Quota> quotas, Function<Quota, CompletableFuture<?>> step) {
        RuntimeException failure = null;
        List<CompletableFuture<?>> under = new ArrayList<>();
        for (Quota quota : quotas) {
            under.add(step.apply(quota));
            if (under.size() == AT_ONCE) {
                failure = join(under, failure);
            }
        }
        failure = join(under, failure);
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable RuntimeException join(
            List<CompletableFuture<?>> steps, @Nullable RuntimeException before) {
        RuntimeException failure = before;
        for (CompletableFuture<?> step : steps) {
            try {
                step.join();
            } catch (CompletionException e) {
                if (failure == null) {
                    failure = e.getCause() instanceof RuntimeException cause ? cause : e;
                }
            }
        }
        steps.clear();
        return failure;
    }

    QuotaLedger ledger() {
        return ledger;
    }

    InstantSource clock() {
        return clock;
    }

    /** The open quota of a counter. */
    Optional<Quota> current(QuotaId id) {
        return Optional.ofNullable(open.get(id));
    }

    /** Called by the quota within a turn of its own. */
    synchronized void endIfUnused(Quota quota) {
        if (!quota.pinned() && quota.end()) {
            open.remove(quota.id(), quota);
            byNumber.remove(quota);
            quota.live().ended(quota);
        }
    }
}
