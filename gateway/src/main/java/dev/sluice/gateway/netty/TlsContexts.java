/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS towards upstreams, which is the JDK's: connections are kept, so handshakes are few. */
final class TlsContexts {
    private TlsContexts() {}

    /** @param trusted null for the JDK's */
    static SslContext client(@Nullable Path trusted) {
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2");
            if (trusted != null) {
                builder.trustManager(trusted.toFile());
            }
            return builder.endpointIdentificationAlgorithm("HTTPS").build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("egress.trusted: " + trusted + " (expected: PEM certificates)", e);
        }
    }
}
