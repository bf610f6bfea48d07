/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.gateway.explain.LoggedRefusal;
import dev.sluice.gateway.explain.Reason;
import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.gateway.explain.RefusalWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes down why requests are refused, so that it can be asked for by their ids. Confined to the event loop. */
final class Explainer {
    /** Kinds of refusals that are known again; beyond, it starts to learn anew. */
    private static final int MAX_CASES = 1_024;

    private static final LevelReadings NO_LEVELS = new LevelReadings();

    private final RefusalWriter log;
    private final InstantSource clock;
    private final Map<CaseKey, RefusalCase> cases = new HashMap<>();

    Explainer(RefusalWriter log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Whether there is any use in reading levels for it. */
    boolean keeps() {
        return log.keeps();
    }

    /** @param key the one that was sent, if it is known */
    void refusedKey(LiveExchange exchange, Reason reason, String policy, @Nullable ApiKey key) {
        if (keeps()) {
            CaseKey kind = new CaseKey(exchange.route(), null, reason, policy, false);
            add(exchange, kind, GatewayError.INVALID_API_KEY, NO_LEVELS, null, LoggedRefusal.NEVER, key);
        }
    }

    /** The client's address has presented too many keys that are none. */
    void refusedGuess(LiveExchange exchange, String policy, long waitNanos) {
        if (keeps()) {
            CaseKey kind = new CaseKey(exchange.route(), null, Reason.KEY_GUESSED, policy, false);
            add(exchange, kind, GatewayError.THROTTLED, NO_LEVELS, null, waitNanos, null);
        }
    }

    /**
     * @param levels of the decision, as it left them
     * @param waitNanos until the request would have passed; {@link LoggedRefusal#NEVER} where waiting does not help
     */
    void refused(
            LiveExchange exchange,
            Reason reason,
            String policy,
            LevelReadings levels,
            @Nullable QuotaReading quota,
            long waitNanos) {
        boolean quotaRefused = reason == Reason.QUOTA || reason == Reason.QUOTA_NOT_RESERVED;
        GatewayError error = quotaRefused ? GatewayError.QUOTA_EXCEEDED : GatewayError.THROTTLED;
        if (keeps()) {
            add(exchange, kind(exchange, reason, policy, false), error, levels, quota, waitNanos, exchange.apiKey());
        }
    }

    /** The request was admitted, and a limit that is on trial would have refused it. */
    void wouldHaveRefused(LiveExchange exchange, String policy, LevelReadings levels, @Nullable QuotaReading quota) {
        if (keeps()) {
            QuotaReading by = policy.equals(RefusalCase.QUOTA) ? quota : null;
            CaseKey kind = kind(exchange, by == null ? Reason.RATE : Reason.QUOTA, policy, true);
            long waitNanos = by == null ? levels.waitNanos(policy) : by.waitNanos(clock.instant());
            GatewayError error = by == null ? GatewayError.THROTTLED : GatewayError.QUOTA_EXCEEDED;
            add(exchange, kind, error, levels, quota, waitNanos, exchange.apiKey());
        }
    }

    private void add(
            LiveExchange exchange,
            CaseKey kind,
            GatewayError error,
            LevelReadings levels,
            @Nullable QuotaReading quota,
            long waitNanos,
            @Nullable ApiKey key) {
        RefusalCase known = cases.get(kind);
        if (known == null || !describes(known, levels, quota)) {
            known = newCase(exchange, kind, error, levels, quota);
            if (cases.size() >= MAX_CASES) {
                cases.clear();
            }
            cases.put(kind, known);
        }
        long[] figures = levels.figures();
        if (quota != null) {
            figures[levels.count()] = quota.remaining();
        }
        log.add(exchange.requestUuid(), clock.millis(), known, waitNanos, key, figures);
    }

    private static CaseKey kind(LiveExchange exchange, Reason reason, String policy, boolean dryRun) {
        UsagePlan plan = exchange.plan();
        return new CaseKey(exchange.route(), plan == null ? null : plan.id(), reason, policy, dryRun);
    }

    /** Whether limits are still what they were when the case was made. */
    private static boolean describes(RefusalCase known, LevelReadings levels, @Nullable QuotaReading quota) {
        if (known.levels().size() != levels.count()
                || !Objects.equals(known.quota(), quota == null ? null : quota.limit())) {
            return false;
        }
        for (int i = 0; i < levels.count(); i++) {
            RefusalCase.Level level = known.levels().get(i);
            if (!level.limit().equals(levels.limit(i)) || !level.policy().equals(levels.policy(i))) {
                return false;
            }
        }
        return true;
    }

    private static RefusalCase newCase(
            LiveExchange exchange,
            CaseKey kind,
            GatewayError error,
            LevelReadings levels,
            @Nullable QuotaReading quota) {
        List<RefusalCase.Level> read = new ArrayList<>();
        for (int i = 0; i < levels.count(); i++) {
            read.add(new RefusalCase.Level(levels.policy(i), levels.limit(i)));
        }
        Route route = exchange.route();
        return new RefusalCase(
                kind.reason,
                kind.policy,
                kind.dryRun,
                new RefusalCase.Answer(error.status(), error.errorType()),
                new RefusalCase.Method(exchange.stage().id(), route.resourcePath(), route.declaredMethod()),
                kind.planId,
                read,
                quota == null ? null : quota.limit());
    }

    /** Routes by identity: comparing them whole would cost more than all the rest. */
    private record CaseKey(Route route, @Nullable String planId, Reason reason, String policy, boolean dryRun) {
        @Override
        @SuppressWarnings("ReferenceEquality") // meant
        public boolean equals(@Nullable Object other) {
            return other instanceof CaseKey key
                    && key.route == route
                    && key.reason == reason
                    && key.dryRun == dryRun
                    && key.policy.equals(policy)
                    && Objects.equals(key.planId, planId);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(route) * 31
                    + Objects.hashCode(planId)
                    + policy.hashCode()
                    + reason.hashCode();
        }
    }
}
