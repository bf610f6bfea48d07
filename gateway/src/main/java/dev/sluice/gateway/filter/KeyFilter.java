/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.gateway.explain.Reason;
import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.KnownField;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets only requests with a known, enabled key of a plan that covers the stage through to a method that requires one. */
final class KeyFilter implements Filter {
    /** The policy name of a refusal. */
    static final String POLICY = "api-key";

    private static final Step REFUSED =
            new Step.Refuse(new Refusal(GatewayError.INVALID_API_KEY, POLICY, List.<Header>of()));

    private final Published published;
    private final KeyGuesses guesses;
    private final RateLimitFields fields;
    private final Explainer explainer;

    KeyFilter(Published published, KeyGuesses guesses, RateLimitFields fields, Explainer explainer) {
        this.published = published;
        this.guesses = guesses;
        this.fields = fields;
        this.explainer = explainer;
    }

    @Override
    public Step onRequest(LiveExchange exchange) {
        if (!exchange.route().apiKeyRequired()) {
            return Step.Continue.INSTANCE;
        }
        FieldLines lines = exchange.head().fields();
        int line = lines.indexOf(KnownField.X_API_KEY, 0);
        if (line < 0) {
            return refuse(exchange, Reason.KEY_MISSING, null);
        }
        if (lines.indexOf(KnownField.X_API_KEY, line + 1) >= 0) {
            return refuse(exchange, Reason.KEY_REPEATED, null);
        }
        Optional<ApiKey> key = published.key(lines.valueBytes(line));
        if (key.isEmpty()) {
            return guessed(exchange, Reason.KEY_UNKNOWN, null);
        }
        if (!key.get().enabled()) {
            return guessed(exchange, Reason.KEY_DISABLED, key.get());
        }
        Optional<UsagePlan> plan = key.get().planFor(exchange.stage().id());
        if (plan.isEmpty()) {
            return refuse(exchange, Reason.KEY_WITHOUT_PLAN, key.get());
        }
        exchange.identify(key.get(), plan.get());
        return Step.Continue.INSTANCE;
    }

    /** 403, or 429 where the client's address has tried too many. */
    private Step guessed(LiveExchange exchange, Reason reason, @Nullable ApiKey key) {
        long waitNanos = guesses.waitNanos(exchange);
        if (waitNanos == 0) {
            return refuse(exchange, reason, key);
        }
        explainer.refusedGuess(exchange, KeyGuesses.POLICY, waitNanos);
        return new Step.Refuse(new Refusal(
                GatewayError.THROTTLED,
                KeyGuesses.POLICY,
                fields.ofRefusal(KeyGuesses.POLICY, guesses.limit(), waitNanos)));
    }

    private Step refuse(LiveExchange exchange, Reason reason, @Nullable ApiKey key) {
        explainer.refusedKey(exchange, reason, POLICY, key);
        return REFUSED;
    }
}
