/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.Published;
import dev.sluice.limits.Limiter;
import java.time.InstantSource;
import java.util.List;

/** The filters in their order: route, API key, limits. Confined to the event loop, as it shares scratch space between requests. */
public final class Chain {
    private final List<Filter> filters;

    private Chain(List<Filter> filters) {
        this.filters = List.copyOf(filters);
    }

    public static Chain create(Published published, Limiter limiter, InstantSource clock, boolean strictAws) {
        return new Chain(List.of(
                new RouteFilter(published), new KeyFilter(published), new AdmissionFilter(limiter, clock, strictAws)));
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
