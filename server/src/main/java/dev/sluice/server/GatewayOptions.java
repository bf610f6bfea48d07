/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.GatewaySettings;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import dev.sluice.server.settings.Settings;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of the module gateway, out of the server's. */
final class GatewayOptions {
    private GatewayOptions() {}

    /** @param adminPort where integrations may never go */
    static GatewaySettings of(Settings settings, int adminPort, Certificates certificates) {
        GatewaySettings defaults = GatewaySettings.http(settings.http().port());
        GatewaySettings.Times times = defaults.times();
        return defaults.withHost(settings.http().host())
                .withTls(new GatewaySettings.Tls(
                        settings.https().host(),
                        settings.https().port(),
                        certificates,
                        settings.tls().provider(),
                        settings.tls().ticketKeyPeriod()))
                .withTransport(settings.gateway().transport())
                .withStrictAws(settings.strictAws())
                .withAnnouncing(new GatewaySettings.Announcing(
                        settings.gateway().rateLimitHeaders(),
                        settings.gateway().rateLimitHeadersOn() == Settings.HeadersOn.ALL,
                        settings.gateway().throttleBody()))
                .withTimes(new GatewaySettings.Times(
                        times.head(),
                        times.idle(),
                        times.connect(),
                        times.upstreamIdle(),
                        times.quotaWait(),
                        settings.gateway().drain()))
                .withEgress(GatewaySettings.Egress.refusingLocalPorts(Set.of(adminPort)))
                .withGuessing(guessing(settings.gateway()))
                .withTrustedProxies(settings.gateway().trustedProxies())
                .withBodyPace(new GatewaySettings.BodyPace(
                        defaults.bodyPace().grace(), settings.connections().minBodyBytesPerSecond()))
                .withMaxConnections(settings.connections().most())
                .withMaxUpstreamConnections(settings.connections().mostUpstream())
                .withMaxGatheredBytes(settings.connections().maxGatheredBytes().orElse(defaults.maxGatheredBytes()));
    }

    private static GatewaySettings.@Nullable Guessing guessing(Settings.Gateway gateway) {
        if (gateway.unknownKeyRate().signum() == 0) {
            return null;
        }
        Limit perSource = new Limit(Rate.perSecond(gateway.unknownKeyRate()), gateway.unknownKeyBurst());
        return new GatewaySettings.Guessing(perSource, gateway.sourceTableSize());
    }
}
