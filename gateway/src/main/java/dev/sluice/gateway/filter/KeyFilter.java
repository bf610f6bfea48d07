/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.PlanKey;
import dev.sluice.gateway.Published;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Lets only requests with a known, enabled key of a plan that covers the stage through to a method that requires one. */
final class KeyFilter implements Filter {
    /** The policy name of a refusal. */
    static final String POLICY = "api-key";

    private static final Step REFUSED =
            new Step.Refuse(new Refusal(GatewayError.INVALID_API_KEY, POLICY, List.<Header>of()));

    private final Published published;

    KeyFilter(Published published) {
        this.published = published;
    }

    @Override
    public Step onRequest(LiveExchange exchange) {
        if (!exchange.route().apiKeyRequired()) {
            return Step.Continue.INSTANCE;
        }
        List<String> presented = exchange.head().fields().values("x-api-key");
        if (presented.size() != 1) {
            return REFUSED;
        }
        Optional<ApiKey> key = published.key(presented.getFirst().getBytes(StandardCharsets.ISO_8859_1));
        if (key.isEmpty() || !key.get().enabled()) {
            return REFUSED;
        }
        Optional<PlanKey> plan = key.get().planFor(exchange.stage().id());
        if (plan.isEmpty()) {
            return REFUSED;
        }
        exchange.identify(key.get(), plan.get());
        return Step.Continue.INSTANCE;
    }
}
