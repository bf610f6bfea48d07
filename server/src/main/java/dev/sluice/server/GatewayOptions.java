/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.gateway.GatewaySettings;
import dev.sluice.server.settings.Settings;
import java.nio.file.Path;
import java.util.Set;

/** The settings of the module gateway, out of the server's. */
final class GatewayOptions {
    private GatewayOptions() {}

    /** @param adminPort where integrations may never go */
    static GatewaySettings of(Settings settings, int adminPort) {
        Path tls = settings.dataDir().resolve("tls");
        GatewaySettings defaults = GatewaySettings.http(settings.http().port());
        GatewaySettings.Times times = defaults.times();
        return defaults.withHost(settings.http().host())
                .withTls(new GatewaySettings.Tls(
                        settings.https().host(),
                        settings.https().port(),
                        tls.resolve("server.pem"),
                        tls.resolve("server.key")))
                .withStrictAws(settings.strictAws())
                .withTimes(new GatewaySettings.Times(
                        times.head(),
                        times.idle(),
                        times.connect(),
                        times.upstreamIdle(),
                        times.quotaWait(),
                        settings.gateway().drain()))
                .withEgress(GatewaySettings.Egress.refusingLocalPorts(Set.of(adminPort)));
    }
}
