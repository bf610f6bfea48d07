/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.GatewaySettings;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Reads what TLS needs from PEM files. */
final class TlsContexts {
    private TlsContexts() {}

    /** @throws IllegalArgumentException naming the files when they cannot be used */
    static SslContext server(GatewaySettings.Tls tls) {
        Path chain = tls.certificateChain();
        Path key = tls.privateKey();
        try {
            return SslContextBuilder.forServer(chain.toFile(), key.toFile())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "tls: " + chain + ", " + key + " (expected: a PEM certificate chain and its PKCS#8 key)", e);
        }
    }

    /** @param trusted null for the JDK's */
    static SslContext client(@Nullable Path trusted) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient().protocols("TLSv1.3", "TLSv1.2");
            if (trusted != null) {
                builder.trustManager(trusted.toFile());
            }
            return builder.endpointIdentificationAlgorithm("HTTPS").build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("egress.trusted: " + trusted + " (expected: PEM certificates)", e);
        }
    }
}
