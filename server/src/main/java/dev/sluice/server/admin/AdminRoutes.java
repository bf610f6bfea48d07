/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.admin;

import java.util.List;
import java.util.function.Supplier;

/**
 * Answers {@code /health} and {@code /metrics}, which need no signature, passes what is below {@code /_sluice/} to Sluice's own API, and
 * everything else to AWS's. Thread-safe.
 */
public final class AdminRoutes implements AdminHandler {
    /** Where Sluice's own API lives. */
    private static final String SLUICE = "/_sluice/";

    private final Supplier<String> health;
    private final Supplier<String> metrics;
    private final AdminHandler sluice;
    private final AdminHandler aws;

    /**
     * @param health a JSON document
     * @param metrics in Prometheus' text format 0.0.4
     */
    public AdminRoutes(Supplier<String> health, Supplier<String> metrics, AdminHandler sluice, AdminHandler aws) {
        this.health = health;
        this.metrics = metrics;
        this.sluice = sluice;
        this.aws = aws;
    }

    @Override
    public AdminResponse handle(AdminRequest request) {
        return switch (request.rawPath()) {
            case "/health" -> read(request, "application/json", health);
            case "/metrics" -> read(request, "text/plain; version=0.0.4; charset=utf-8", metrics);
            default -> (request.rawPath().startsWith(SLUICE) ? sluice : aws).handle(request);
        };
    }

    private static AdminResponse read(AdminRequest request, String contentType, Supplier<String> content) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return new AdminResponse(405, List.of(new AdminHeader("Allow", "GET, HEAD")), new byte[0]);
        }
        return AdminResponse.text(200, contentType, content.get());
    }
}
