/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.control.apigateway.ApiGatewaySettings;
import dev.sluice.control.apigateway.StageListener;
import dev.sluice.control.apigateway.TagTarget;
import dev.sluice.gateway.Published;
import dev.sluice.store.Records;
import dev.sluice.store.Transaction;
import dev.sluice.store.Vault;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** The whole of custom domain names: their handlers, their part in other operations, and their start. Thread-safe. */
public final class DomainControl {
    private final LiveDomains live;
    private final DomainOperations domains;
    private final BasePathOperations basePaths;

    /** @param presenter gets each uploaded certificate as soon as it is stored */
    public DomainControl(
            Documents documents,
            Vault vault,
            Ids ids,
            InstantSource clock,
            Published published,
            ApiGatewaySettings settings,
            CertificatePresenter presenter) {
        DomainStore store = new DomainStore(vault, settings);
        live = new LiveDomains(documents, store, published, presenter);
        domains = new DomainOperations(documents, store, live, presenter, ids, clock);
        basePaths = new BasePathOperations(documents, live, settings.strictAws());
    }

    public void register(Handlers.Builder handlers) {
        domains.register(handlers);
        basePaths.register(handlers);
    }

    /** Makes live what is stored; once, before the data plane accepts. */
    public void load() {
        live.load();
    }

    /** Keeps APIs and stages that a base path leads to, as AWS does. */
    public static StageListener stageListener() {
        return new StageListener() {
            @Override
            public void apiDeleted(Transaction tx, String apiId) {
                refuse(tx, mapping -> mapping.apiId().equals(apiId), "RestApi " + apiId, "RestApi");
            }

            @Override
            public void stageDeleted(Transaction tx, String apiId, String stageName) {
                refuse(
                        tx,
                        mapping -> mapping.apiId().equals(apiId) && stageName.equals(mapping.stage()),
                        "stage " + stageName,
                        "stage");
            }

            @Override
            public void stageGone(String apiId, String stageName) {}
        };
    }

    /** @throws ServiceException BadRequestException where there is such a mapping */
    private static void refuse(Records records, Predicate<BasePathDocument> mapped, String what, String kind) {
        List<String> domains = Documents.list(records, BasePathDocument.KIND, "").stream()
                .filter(mapped)
                .map(BasePathDocument::domain)
                .distinct()
                .toList();
        if (!domains.isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Deleting " + what + " failed. Please remove all base path mappings related to the " + kind
                            + " in your domains: " + String.join(", ", domains));
        }
    }

    /** The tags of custom domain names. */
    public static TagTarget tagTarget() {
        return new TagTarget() {
            @Override
            public String collection() {
                return "domainnames";
            }

            @Override
            public Optional<Map<String, String>> tags(Records records, String path) {
                return Documents.get(records, DomainDocument.KIND, path)
                        .map(domain -> Objects.requireNonNullElse(domain.shown().tags(), Map.of()));
            }

            @Override
            public void setTags(Transaction tx, String path, Map<String, String> tags) {
                DomainDocument domain = DomainStore.lookup(tx, path);
                Documents.put(tx, DomainDocument.KIND, path, domain.withTags(tags));
            }
        };
    }
}
