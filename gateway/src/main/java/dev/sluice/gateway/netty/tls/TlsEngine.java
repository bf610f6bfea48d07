/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty.tls;

import dev.sluice.gateway.GatewaySettings.TlsProvider;
import dev.sluice.gateway.ServerCertificate;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * What does the work of TLS: BoringSSL, with session tickets of our keys and no session cache; or the JDK, with its own tickets and a bounded
 * cache. Immutable.
 */
final class TlsEngine {
    /** Forward secret and authenticated, the cheapest first. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final ApplicationProtocolConfig PROTOCOLS = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    private static final int JDK_CACHED_SESSIONS = 10_000;

    private final boolean boringSsl;
    private final long sessionSeconds;

    private TlsEngine(boolean boringSsl, Duration session) {
        this.boringSsl = boringSsl;
        this.sessionSeconds = session.toSeconds();
    }

    /**
     * @param ticketKeyPeriod a session is good for two of them
     * @throws IllegalArgumentException when BoringSSL is asked for and does not load here
     */
    static TlsEngine of(TlsProvider provider, Duration ticketKeyPeriod) {
        boolean loads = provider != TlsProvider.JDK && OpenSsl.isAvailable();
        if (provider == TlsProvider.BORINGSSL && !loads) {
            Throwable cause = OpenSsl.unavailabilityCause();
            throw new IllegalArgumentException(
                    "https.provider: boringssl does not load on this machine: " + cause.getMessage()
                            + " (expected: auto or jdk)",
                    cause);
        }
        return new TlsEngine(loads, ticketKeyPeriod.multipliedBy(2));
    }

    /** @throws IllegalArgumentException when the certificate cannot be used */
    SslContext context(ServerCertificate certificate, OpenSslSessionTicketKey[] ticketKeys) {
        try {
            SslContext context = SslContextBuilder.forServer(certificate.key(), certificate.chain())
                    .sslProvider(boringSsl ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(PROTOCOLS)
                    .sessionTimeout(sessionSeconds)
                    .sessionCacheSize(JDK_CACHED_SESSIONS)
                    .build();
            seal(context, ticketKeys);
            return context;
        } catch (SSLException e) {
            throw new IllegalArgumentException(certificate + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** From now on tickets are sealed by the first key and opened by all. */
    void seal(SslContext context, OpenSslSessionTicketKey[] ticketKeys) {
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
            sessions.setTicketKeys(ticketKeys);
        }
    }

    /** BoringSSL refuses renegotiation by itself. */
    void addGuard(ChannelPipeline pipeline) {
        if (!boringSsl) {
            pipeline.addLast(new RenegotiationGuard());
        }
    }
}
