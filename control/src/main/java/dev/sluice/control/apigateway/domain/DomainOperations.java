/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.control.apigateway.Paging;
import dev.sluice.control.apigateway.Patch;
import dev.sluice.control.apigateway.TagRules;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.CreateDomainNameRequest;
import dev.sluice.wire.apigateway.DeleteDomainNameRequest;
import dev.sluice.wire.apigateway.DomainName;
import dev.sluice.wire.apigateway.DomainNames;
import dev.sluice.wire.apigateway.GetDomainNameRequest;
import dev.sluice.wire.apigateway.GetDomainNamesRequest;
import dev.sluice.wire.apigateway.UpdateDomainNameRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** CreateDomainName, GetDomainName, GetDomainNames, UpdateDomainName and DeleteDomainName. Thread-safe. */
final class DomainOperations {
    private final Documents documents;
    private final DomainStore store;
    private final LiveDomains live;
    private final CertificatePresenter presenter;
    private final Ids ids;
    private final InstantSource clock;

    DomainOperations(
            Documents documents,
            DomainStore store,
            LiveDomains live,
            CertificatePresenter presenter,
            Ids ids,
            InstantSource clock) {
        this.documents = documents;
        this.store = store;
        this.live = live;
        this.presenter = presenter;
        this.ids = ids;
        this.clock = clock;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_DOMAIN_NAME, this::create)
                .on(ApiGatewayOperations.GET_DOMAIN_NAME, this::get)
                .on(ApiGatewayOperations.GET_DOMAIN_NAMES, this::list)
                .on(ApiGatewayOperations.UPDATE_DOMAIN_NAME, this::update)
                .on(ApiGatewayOperations.DELETE_DOMAIN_NAME, this::delete);
    }

    private DomainName create(Call call, CreateDomainNameRequest input) {
        refuseUnsupported(input);
        String name = DomainRules.name(input.domainName());
        Optional<Upload> upload = upload(name, input);
        boolean regional = input.regionalCertificateArn() != null || input.regionalCertificateName() != null;
        DomainName shown = DomainName.builder()
                .domainName(name)
                .certificateName(input.certificateName())
                .certificateArn(input.certificateArn())
                .regionalCertificateName(input.regionalCertificateName())
                .regionalCertificateArn(input.regionalCertificateArn())
                .endpointConfiguration(DomainRules.endpoint(
                        input.endpointConfiguration(), regional ? DomainRules.REGIONAL : DomainRules.EDGE))
                .securityPolicy(DomainRules.securityPolicy(input.securityPolicy()))
                .routingMode(DomainRules.routingMode(input.routingMode()))
                .tags(input.tags() == null ? null : TagRules.checked(input.tags()))
                .build();
        DomainDocument plain = new DomainDocument("d-" + ids.restApi(), shown, null, null);
        DomainDocument domain =
                upload.map(uploaded -> store.uploaded(plain, uploaded)).orElse(plain);
        documents.store().<Unit>write(tx -> {
            if (tx.get(DomainDocument.KIND.name(), name).isPresent()) {
                throw ApiGatewayErrors.CONFLICT.with("The domain name you provided already exists.");
            }
            Documents.put(tx, DomainDocument.KIND, name, domain);
            return Unit.UNIT;
        });
        live.domainChanged(name);
        return store.shown(domain);
    }

    private static void refuseUnsupported(CreateDomainNameRequest input) {
        if (input.mutualTlsAuthentication() != null) {
            throw DomainRules.unsupported("Mutual TLS is");
        }
        if (input.ownershipVerificationCertificateArn() != null) {
            throw DomainRules.unsupported("Ownership verification by a certificate is");
        }
        if (input.policy() != null && !input.policy().isEmpty()) {
            throw DomainRules.unsupported("Private custom domain names are");
        }
        if (input.endpointAccessMode() != null && !input.endpointAccessMode().equals("BASIC")) {
            throw DomainRules.unsupported("The endpoint access mode '" + input.endpointAccessMode() + "' is");
        }
    }

    private Optional<Upload> upload(String name, CreateDomainNameRequest input) {
        if (input.certificateBody() == null
                && input.certificatePrivateKey() == null
                && input.certificateChain() == null) {
            return Optional.empty();
        }
        if (input.certificateArn() != null || input.regionalCertificateArn() != null) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "A domain name takes either the ARN of a certificate or a certificate, not both");
        }
        return Optional.of(usable(Upload.of(
                name,
                input.certificateBody(),
                input.certificatePrivateKey(),
                input.certificateChain(),
                clock.instant())));
    }

    private Upload usable(Upload upload) {
        try {
            presenter.check(upload.certificate());
            return upload;
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static ServiceException invalid(String why) {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid certificateBody specified. " + why);
    }

    private DomainName get(Call call, GetDomainNameRequest input) {
        DomainRules.noId(input.domainNameId());
        return store.shown(documents.store().read(records -> DomainStore.lookup(records, input.domainName())));
    }

    /** By name. Domains of other accounts are none. */
    private DomainNames list(Call call, GetDomainNamesRequest input) {
        List<DomainDocument> all = "OTHER_ACCOUNTS".equals(input.resourceOwner())
                ? List.of()
                : documents.store().read(records -> Documents.list(records, DomainDocument.KIND, ""));
        Paging.Page<DomainDocument> page = Paging.of(all, DomainDocument::name, input.position(), input.limit());
        return DomainNames.builder()
                .items(page.items().stream().map(store::shown).toList())
                .position(page.position())
                .build();
    }

    private DomainName update(Call call, UpdateDomainNameRequest input) {
        DomainRules.noId(input.domainNameId());
        String name = input.domainName();
        DomainPatch patch = new DomainPatch(Patch.of(input.patchOperations()));
        documents.store().read(records -> DomainStore.lookup(records, name));
        Optional<Upload> upload = patch.uploads()
                ? Optional.of(usable(Upload.of(name, patch.body(), patch.key(), patch.chain(), clock.instant())))
                : Optional.empty();
        DomainDocument changed = documents.store().write(tx -> {
            DomainDocument domain = patch.apply(DomainStore.lookup(tx, name), upload, store);
            Documents.put(tx, DomainDocument.KIND, name, domain);
            return domain;
        });
        live.domainChanged(name);
        return store.shown(changed);
    }

    /** With its base path mappings, as on AWS. */
    private Unit delete(Call call, DeleteDomainNameRequest input) {
        DomainRules.noId(input.domainNameId());
        String name = input.domainName();
        documents.store().<Unit>write(tx -> {
            DomainStore.lookup(tx, name);
            Documents.delete(tx, DomainDocument.KIND, name);
            tx.deletePrefix(BasePathDocument.KIND.name(), BasePathDocument.prefix(name));
            return Unit.UNIT;
        });
        live.domainChanged(name);
        return Unit.UNIT;
    }
}
