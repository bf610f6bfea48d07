/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.explain.RefusalWriter;
import dev.sluice.limits.Limiter;
import java.time.InstantSource;
import java.util.List;

/** The filters in their order: route, API key, limits. Confined to the event loop, as it shares scratch space between requests. */
public final class Chain {
    private final List<Filter> filters;

    private Chain(List<Filter> filters) {
        this.filters = List.copyOf(filters);
    }

    /**
     * @param guesses shared by all event loops
     * @param refusals hears of every refusal by a key, a limit or a quota
     */
    public static Chain create(
            Published published,
            KeyGuesses guesses,
            Limiter limiter,
            RefusalWriter refusals,
            InstantSource clock,
            GatewaySettings settings) {
        Explainer explainer = new Explainer(refusals, clock);
        RateLimitFields fields = new RateLimitFields(settings.strictAws(), settings.announcing());
        return new Chain(List.of(
                new RouteFilter(published),
                new KeyFilter(published, guesses, fields, explainer),
                new AdmissionFilter(limiter, published.quotas(), clock, fields, explainer)));
    }

    /** Goes on where the exchange stands; a {@link Step.Suspend} leaves it there. */
    public Step proceed(LiveExchange exchange) {
        while (exchange.passedFilters() < filters.size()) {
            Step step = filters.get(exchange.passedFilters()).onRequest(exchange);
            if (!(step instanceof Step.Continue)) {
                return step;
            }
            exchange.passFilter();
        }
        return Step.Continue.INSTANCE;
    }
}
