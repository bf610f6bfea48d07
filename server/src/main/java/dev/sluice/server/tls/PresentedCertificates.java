/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import dev.sluice.control.apigateway.domain.CertificatePresenter;
import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.ServerCertificate;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the TLS listener presents: the certificates in files, and those that are uploaded for custom domains. An exact name wins over one with a star;
 * of the same name the uploaded certificate wins. Thread-safe.
 */
public final class PresentedCertificates implements CertificatePresenter {
    private @Nullable Certificates files;
    private Map<String, ServerCertificate> uploaded = Map.of();
    private Consumer<Certificates> listener = _ -> {};
    private Consumer<ServerCertificate> checker = _ -> {};

    /** What a listener that is about to start presents. */
    public synchronized Certificates startingWith(Certificates inFiles) {
        files = inFiles;
        return merged(inFiles, uploaded);
    }

    /**
     * Tells the listener of every change from now on, and of the present state.
     *
     * @param present may refuse by an IllegalArgumentException; then it presents what it did before
     * @param check refuses a certificate that could not be presented, by an IllegalArgumentException
     */
    public synchronized void startedWith(Consumer<Certificates> present, Consumer<ServerCertificate> check) {
        listener = present;
        checker = check;
        if (files != null) {
            listener.accept(merged(files, uploaded));
        }
    }

    /** @throws IllegalArgumentException when one of them cannot be presented; then nothing has changed */
    public synchronized void presentFiles(Certificates inFiles) {
        listener.accept(merged(inFiles, uploaded));
        files = inFiles;
    }

    @Override
    public void check(ServerCertificate certificate) {
        Consumer<ServerCertificate> current;
        synchronized (this) {
            current = checker;
        }
        current.accept(certificate);
    }

    @Override
    public synchronized void present(Map<String, ServerCertificate> byDomain) {
        uploaded = Map.copyOf(byDomain);
        if (files != null) {
            listener.accept(merged(files, uploaded));
        }
    }

    private static Certificates merged(Certificates files, Map<String, ServerCertificate> uploaded) {
        Map<String, ServerCertificate> all = new HashMap<>(files.byName());
        all.putAll(uploaded);
        return new Certificates(files.byDefault(), all);
    }
}
