/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.gateway.explain.LoggedRefusal;
import dev.sluice.gateway.explain.Reason;
import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.limits.Decision;
import dev.sluice.limits.Levels;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.Quota;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.Quotas;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Charges a request at every level at once or refuses it: key and method or key, method, stage, API, account, then the quota. A method that
 * requires no key has no plan levels.
 */
final class AdmissionFilter implements Filter {
    private final Limiter limiter;
    private final Quotas quotas;
    private final InstantSource clock;
    private final RateLimitFields fields;
    private final Explainer explainer;
    private final Fairness fairness;
    private final Levels levels;
    private final LevelReadings readings = new LevelReadings();

    AdmissionFilter(Limiter limiter, Quotas quotas, InstantSource clock, RateLimitFields fields, Explainer explainer) {
        this.limiter = limiter;
        this.quotas = quotas;
        this.clock = clock;
        this.fields = fields;
        this.explainer = explainer;
        this.fairness = new Fairness(limiter.clock());
        this.levels = limiter.newLevels();
    }

    @Override
    public Step onRequest(LiveExchange exchange) {
        describe(exchange);
        long unfairNanos = fairness.waitNanos(exchange);
        if (unfairNanos > 0) {
            return new Step.Refuse(refuseUnfair(exchange, unfairNanos));
        }
        return switch (limiter.admit(levels, 1)) {
            case Decision.Admitted _ -> {
                fairness.admitted(exchange);
                admitted(exchange);
                yield Step.Continue.INSTANCE;
            }
            case Decision.Delayed(var waitNanos) ->
                throw new IllegalStateException("a wait of " + waitNanos + " ns that was not asked for");
            case Decision.Throttled throttled -> {
                fairness.throttled(exchange, throttled.policy());
                yield new Step.Refuse(refuse(exchange, throttled));
            }
            case Decision.QuotaExceeded exceeded -> new Step.Refuse(refuse(exchange, exceeded));
            case Decision.AwaitQuota(var ready) -> new Step.Suspend(ready, () -> giveUp(exchange));
        };
    }

    /** Fills {@link #levels}, most specific first. */
    private void describe(LiveExchange exchange) {
        Stage stage = exchange.stage();
        UsagePlan plan = exchange.plan();
        ApiKey key = exchange.apiKey();
        levels.clear();
        if (plan != null && key != null) {
            levels.keyed(plan.limitFor(stage.id(), exchange.route()), key.subject())
                    .quota(quota(plan, key), plan.quotaDryRun());
        }
        levels.add(exchange.route().methodBucket())
                .add(stage.stageBucket())
                .add(stage.apiBucket())
                .add(stage.accountBucket());
    }

    private @Nullable Quota quota(UsagePlan plan, ApiKey key) {
        if (!plan.quota().limited()) {
            return null;
        }
        long number = plan.quotaNumber(key.subject());
        Quota open = quotas.find(number);
        return open != null ? open : quotas.open(number, new QuotaId(plan.id(), key.id()), plan.quota());
    }

    private void admitted(LiveExchange exchange) {
        String wouldRefuse = wouldRefuseBy();
        if (wouldRefuse == null && !fields.onAdmitted()) {
            return;
        }
        read();
        QuotaReading quotaNow = quotaNow();
        if (fields.onAdmitted()) {
            exchange.announce(fields.ofAdmission(readings, quotaNow, clock.instant()));
        }
        if (wouldRefuse != null) {
            exchange.passOnTrial(wouldRefuse);
            explainer.wouldHaveRefused(exchange, wouldRefuse, readings, quotaNow);
        }
    }

    /** The most specific level in a dry run that would have refused what was just admitted; null for none. */
    private @Nullable String wouldRefuseBy() {
        long refusing = levels.wouldRefuse();
        if (refusing == 0) {
            return null;
        }
        int level = Long.numberOfTrailingZeros(refusing);
        return level < levels.size() ? levels.policy(level) : RefusalCase.QUOTA;
    }

    private Refusal refuseUnfair(LiveExchange exchange, long waitNanos) {
        if (explainer.keeps()) {
            read();
            explainer.refused(exchange, Reason.FAIR_SHARE, Fairness.POLICY, readings, quotaNow(), waitNanos);
        }
        return new Refusal(
                GatewayError.THROTTLED,
                Fairness.POLICY,
                fields.ofRefusal(Fairness.POLICY, fairness.shared(exchange), waitNanos));
    }

    private Refusal refuse(LiveExchange exchange, Decision.Throttled throttled) {
        String policy = throttled.policy();
        long waitNanos = throttled.retryAfterNanos();
        if (explainer.keeps()) {
            read();
            explainer.refused(exchange, Reason.RATE, policy, readings, quotaNow(), waitNanos);
        }
        return new Refusal(GatewayError.THROTTLED, policy, fields.ofRefusal(policy, throttled.limit(), waitNanos));
    }

    private Refusal refuse(LiveExchange exchange, Decision.QuotaExceeded exceeded) {
        QuotaReading quota = QuotaReading.of(exceeded);
        Instant now = clock.instant();
        if (explainer.keeps()) {
            read();
            explainer.refused(exchange, Reason.QUOTA, RefusalCase.QUOTA, readings, quota, quota.waitNanos(now));
        }
        return new Refusal(GatewayError.QUOTA_EXCEEDED, RefusalCase.QUOTA, fields.ofRefusal(quota, now));
    }

    /** No unit of the quota could be reserved. */
    private Refusal giveUp(LiveExchange exchange) {
        if (explainer.keeps()) {
            describe(exchange);
            read();
            explainer.refused(
                    exchange, Reason.QUOTA_NOT_RESERVED, RefusalCase.QUOTA, readings, quotaNow(), LoggedRefusal.NEVER);
        }
        return new Refusal(GatewayError.QUOTA_EXCEEDED, RefusalCase.QUOTA, List.of());
    }

    private void read() {
        readings.read(levels, limiter.clock().nanoTime());
    }

    private @Nullable QuotaReading quotaNow() {
        Quota quota = levels.quota();
        return quota == null ? null : QuotaReading.of(quota, clock.instant());
    }
}
