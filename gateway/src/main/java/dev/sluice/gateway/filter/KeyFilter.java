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
import java.nio.charset.StandardCharsets;
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
        List<String> presented = exchange.head().fields().values("x-api-key");
        if (presented.size() != 1) {
            return refuse(exchange, presented.isEmpty() ? Reason.KEY_MISSING : Reason.KEY_REPEATED, null);
        }
        Optional<ApiKey> key = published.key(presented.getFirst().getBytes(StandardCharsets.ISO_8859_1));
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
