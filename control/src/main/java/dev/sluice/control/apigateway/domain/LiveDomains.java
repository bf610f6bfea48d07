/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.control.Documents;
import dev.sluice.gateway.BasePath;
import dev.sluice.gateway.CustomDomain;
import dev.sluice.gateway.CustomDomains;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.ServerCertificate;
import dev.sluice.store.Records;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes stored custom domains and their certificates live. Thread-safe; blocks.
 *
 * <p>Called after a change is committed and before it is answered; under one lock it reads anew what is committed, so that whoever comes last makes
 * the latest state live.
 */
final class LiveDomains {
    private final Documents documents;
    private final DomainStore store;
    private final Published published;
    private final CertificatePresenter presenter;
    private final ReentrantLock publishing = new ReentrantLock();
    /** By domain. Guarded by the lock. */
    private final Map<String, ServerCertificate> certificates = new HashMap<>();

    LiveDomains(Documents documents, DomainStore store, Published published, CertificatePresenter presenter) {
        this.documents = documents;
        this.store = store;
        this.published = published;
        this.presenter = presenter;
    }

    /** All that are stored; once, at the start. */
    void load() {
        publishing.lock();
        try {
            List<Current> all = documents
                    .store()
                    .read(records -> Documents.list(records, DomainDocument.KIND, "").stream()
                            .map(domain -> current(records, domain))
                            .toList());
            for (Current current : all) {
                String name = current.domain().name();
                store.certificate(current.domain()).ifPresent(certificate -> certificates.put(name, certificate));
            }
            published.serve(CustomDomains.of(all.stream().map(Current::live).toList()));
            presenter.present(Map.copyOf(certificates));
        } finally {
            publishing.unlock();
        }
    }

    /** A domain or one of its base paths was made, changed or deleted. */
    void domainChanged(String name) {
        publishing.lock();
        try {
            Optional<Current> found = documents
                    .store()
                    .read(records ->
                            Documents.get(records, DomainDocument.KIND, name).map(domain -> current(records, domain)));
            CustomDomains before = published.domains();
            published.serve(found.map(current -> before.with(current.live())).orElseGet(() -> before.without(name)));
            present(
                    name,
                    found.flatMap(current -> store.certificate(current.domain()))
                            .orElse(null));
        } finally {
            publishing.unlock();
        }
    }

    private void present(String name, @Nullable ServerCertificate certificate) {
        ServerCertificate before =
                certificate == null ? certificates.remove(name) : certificates.put(name, certificate);
        if (before == null ? certificate != null : !before.equals(certificate)) {
            presenter.present(Map.copyOf(certificates));
        }
    }

    private static Current current(Records records, DomainDocument domain) {
        return new Current(domain, BasePathDocument.ofDomain(records, domain.name()));
    }

    /** What is stored of a domain, at one time. */
    private record Current(DomainDocument domain, List<BasePathDocument> basePaths) {
        CustomDomain live() {
            return new CustomDomain(
                    domain.name(),
                    basePaths.stream()
                            .map(path -> new BasePath(path.basePath(), path.apiId(), path.stage()))
                            .toList());
        }
    }
}
