/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty.tls;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.ServerCertificate;
import io.netty.handler.ssl.SslContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Certificates, made ready for the provider. Immutable.
 *
 * @param byDefault null for {@link #NOTHING}
 * @param contexts one for each certificate
 */
record Presented(
        @Nullable SslContext byDefault, Map<String, SslContext> byName, Map<ServerCertificate, SslContext> contexts) {
    static final Presented NOTHING = new Presented(null, Map.of(), Map.of());

    static Presented of(Certificates certificates, Map<ServerCertificate, SslContext> contexts) {
        Map<String, SslContext> byName = new HashMap<>();
        certificates.byName().forEach((name, certificate) -> byName.put(name, context(contexts, certificate)));
        return new Presented(context(contexts, certificates.byDefault()), Map.copyOf(byName), Map.copyOf(contexts));
    }

    /** @param name in lower case; empty for none */
    SslContext find(String name) {
        SslContext found = byName.get(name);
        int dot = name.indexOf('.');
        if (found == null && dot > 0) {
            found = byName.get("*" + name.substring(dot));
        }
        if (found == null) {
            found = byDefault;
        }
        if (found == null) {
            throw new IllegalStateException("nothing is presented");
        }
        return found;
    }

    private static SslContext context(Map<ServerCertificate, SslContext> contexts, ServerCertificate certificate) {
        SslContext context = contexts.get(certificate);
        if (context == null) {
            throw new IllegalStateException("no context for " + certificate);
        }
        return context;
    }
}
