/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.FairLevels;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.limits.FairShare;
import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;

/**
 * Refuses what goes beyond a key's fair share of a level that is short, on stages that say so: check before the decision, tell what became
 * of the request after it. Requests without a key share as one. Thread-safe.
 */
final class Fairness {
    /** The policy name of a refusal. */
    static final String POLICY = "fair-share";

    private static final int WITHOUT_KEY = Integer.MAX_VALUE;

    private final NanoClock clock;

    Fairness(NanoClock clock) {
        this.clock = clock;
    }

    /** How long until the key's share has a token; 0 to go on to the decision. What the key's own limit refuses anyway is left to it. */
    long waitNanos(LiveExchange exchange) {
        FairLevels levels = exchange.stage().fairness();
        if (levels == null) {
            return 0;
        }
        FairShare share = levels.inForce();
        if (share.shared().limit().dryRun()) {
            return 0;
        }
        long now = clock.nanoTime();
        long waitNanos = share.waitNanos(subject(exchange), weight(exchange), now);
        if (waitNanos == 0 || beyondOwnLimit(exchange, now)) {
            return 0;
        }
        share.refused(subject(exchange), weight(exchange), now);
        return waitNanos;
    }

    /** The limit that is shared. */
    Limit shared(LiveExchange exchange) {
        FairLevels levels = exchange.stage().fairness();
        return levels == null
                ? Limit.UNLIMITED
                : levels.inForce().shared().limit().get();
    }

    /** The decision let the request through. */
    void admitted(LiveExchange exchange) {
        FairLevels levels = exchange.stage().fairness();
        if (levels != null) {
            levels.inForce().admitted(subject(exchange), weight(exchange), clock.nanoTime());
        }
    }

    /** The decision refused the request by a rate limit: it counts as wanted unless the limit is the key's own. */
    void throttled(LiveExchange exchange, String policy) {
        FairLevels levels = exchange.stage().fairness();
        if (levels != null && !policy.equals(UsagePlan.KEY) && !policy.equals(UsagePlan.KEY_METHOD)) {
            levels.inForce().refused(subject(exchange), weight(exchange), clock.nanoTime());
        }
    }

    private static boolean beyondOwnLimit(LiveExchange exchange, long nowNanos) {
        UsagePlan plan = exchange.plan();
        ApiKey key = exchange.apiKey();
        return plan != null
                && key != null
                && plan.limitFor(exchange.stage().id(), exchange.route())
                                .level(key.subject(), nowNanos)
                                .remaining()
                        == 0;
    }

    private static int subject(LiveExchange exchange) {
        ApiKey key = exchange.apiKey();
        return key == null ? WITHOUT_KEY : key.subject();
    }

    private static int weight(LiveExchange exchange) {
        UsagePlan plan = exchange.plan();
        return plan == null ? 1 : plan.weight();
    }
}
