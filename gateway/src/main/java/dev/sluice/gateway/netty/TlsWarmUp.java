/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.handler.ssl.JdkSslServerContext;
import io.netty.handler.ssl.OpenSsl;
import java.lang.invoke.MethodHandles;

/**
 * Loads what TLS needs before it can be configured, the JDK's trusted certificates most of all, so that a program that starts a
 * {@link Gateway} can have it done while it does something else. Changes nothing that can be observed but the time.
 */
public final class TlsWarmUp {
    private TlsWarmUp() {}

    public static void run() {
        TlsContexts.client(null);
        initializeServerSide();
        OpenSsl.isAvailable();
    }

    @SuppressWarnings("deprecation") // only its constructors are meant not to be used
    private static void initializeServerSide() {
        try {
            MethodHandles.lookup().ensureInitialized(JdkSslServerContext.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
