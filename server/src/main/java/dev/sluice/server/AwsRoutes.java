/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.admin.AdminHandler;
import dev.sluice.server.admin.AdminHeader;
import dev.sluice.server.admin.AdminRequest;
import dev.sluice.server.admin.AdminResponse;
import dev.sluice.wire.Dispatcher;
import dev.sluice.wire.Header;
import dev.sluice.wire.WireRequest;
import dev.sluice.wire.WireResponse;

/** Hands the admin plane's requests to the AWS services. Thread-safe. */
final class AwsRoutes implements AdminHandler {
    private final Dispatcher dispatcher;

    AwsRoutes(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public AdminResponse handle(AdminRequest request) {
        WireResponse response = dispatcher.dispatch(wireRequest(request));
        return new AdminResponse(
                response.status(),
                response.headers().stream()
                        .map(header -> new AdminHeader(header.name(), header.value()))
                        .toList(),
                response.body());
    }

    static WireRequest wireRequest(AdminRequest request) {
        return new WireRequest(
                request.method(),
                request.rawPath(),
                request.rawQuery(),
                request.headers().stream()
                        .map(header -> new Header(header.name(), header.value()))
                        .toList(),
                request.body(),
                request.remoteAddress());
    }
}
