/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.ApiGatewayKinds;
import dev.sluice.control.apigateway.Paging;
import dev.sluice.control.apigateway.Patch;
import dev.sluice.store.Records;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.BasePathMapping;
import dev.sluice.wire.apigateway.BasePathMappings;
import dev.sluice.wire.apigateway.CreateBasePathMappingRequest;
import dev.sluice.wire.apigateway.DeleteBasePathMappingRequest;
import dev.sluice.wire.apigateway.GetBasePathMappingRequest;
import dev.sluice.wire.apigateway.GetBasePathMappingsRequest;
import dev.sluice.wire.apigateway.UpdateBasePathMappingRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CreateBasePathMapping, GetBasePathMapping, GetBasePathMappings, UpdateBasePathMapping and DeleteBasePathMapping. Thread-safe. */
final class BasePathOperations {
    private static final List<String> REPLACEABLE = List.of("/basePath", "/restapiId", "/stage");

    private final Documents documents;
    private final LiveDomains live;
    private final boolean strictAws;

    BasePathOperations(Documents documents, LiveDomains live, boolean strictAws) {
        this.documents = documents;
        this.live = live;
        this.strictAws = strictAws;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_BASE_PATH_MAPPING, this::create)
                .on(ApiGatewayOperations.GET_BASE_PATH_MAPPING, this::get)
                .on(ApiGatewayOperations.GET_BASE_PATH_MAPPINGS, this::list)
                .on(ApiGatewayOperations.UPDATE_BASE_PATH_MAPPING, this::update)
                .on(ApiGatewayOperations.DELETE_BASE_PATH_MAPPING, this::delete);
    }

    private BasePathMapping create(Call call, CreateBasePathMappingRequest input) {
        DomainRules.noId(input.domainNameId());
        BasePathDocument mapping = new BasePathDocument(
                input.domainName(),
                DomainRules.basePath(input.basePath(), strictAws),
                input.restApiId(),
                orNull(input.stage()));
        documents.store().<Unit>write(tx -> {
            DomainStore.lookup(tx, mapping.domain());
            checkTarget(tx, mapping);
            checkFree(tx, mapping);
            Documents.put(tx, BasePathDocument.KIND, mapping.id(), mapping);
            return Unit.UNIT;
        });
        live.domainChanged(mapping.domain());
        return mapping.shown();
    }

    private static void checkTarget(Records records, BasePathDocument mapping) {
        if (Documents.get(records, ApiGatewayKinds.API, mapping.apiId()).isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid REST API identifier specified");
        }
        String stage = mapping.stage();
        if (stage != null
                && Documents.get(records, ApiGatewayKinds.STAGE, ApiGatewayKinds.childId(mapping.apiId(), stage))
                        .isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid stage identifier specified");
        }
    }

    private static void checkFree(Records records, BasePathDocument mapping) {
        if (records.get(BasePathDocument.KIND.name(), mapping.id()).isPresent()) {
            throw ApiGatewayErrors.CONFLICT.with("Base path already exists for this domain name");
        }
    }

    private static BasePathDocument lookup(Records records, String domain, String basePath) {
        DomainStore.lookup(records, domain);
        String path = basePath.equals(BasePathDocument.NONE) ? "" : basePath;
        return Documents.get(records, BasePathDocument.KIND, BasePathDocument.id(domain, path))
                .orElseThrow(() -> ApiGatewayErrors.NOT_FOUND.with("Invalid base path mapping identifier specified"));
    }

    private BasePathMapping get(Call call, GetBasePathMappingRequest input) {
        DomainRules.noId(input.domainNameId());
        return documents
                .store()
                .read(records -> lookup(records, input.domainName(), input.basePath()))
                .shown();
    }

    /** By base path. */
    private BasePathMappings list(Call call, GetBasePathMappingsRequest input) {
        DomainRules.noId(input.domainNameId());
        List<BasePathDocument> all = documents.store().read(records -> {
            DomainStore.lookup(records, input.domainName());
            return BasePathDocument.ofDomain(records, input.domainName());
        });
        Paging.Page<BasePathDocument> page =
                Paging.of(all, BasePathDocument::shownBasePath, input.position(), input.limit());
        return BasePathMappings.builder()
                .items(page.items().stream().map(BasePathDocument::shown).toList())
                .position(page.position())
                .build();
    }

    private BasePathMapping update(Call call, UpdateBasePathMappingRequest input) {
        DomainRules.noId(input.domainNameId());
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        BasePathDocument updated = documents.store().write(tx -> {
            BasePathDocument before = lookup(tx, input.domainName(), input.basePath());
            BasePathDocument after = before;
            for (Patch.Op op : ops) {
                after = apply(after, op);
            }
            checkTarget(tx, after);
            if (!after.id().equals(before.id())) {
                checkFree(tx, after);
                Documents.delete(tx, BasePathDocument.KIND, before.id());
            }
            Documents.put(tx, BasePathDocument.KIND, after.id(), after);
            return after;
        });
        live.domainChanged(input.domainName());
        return updated.shown();
    }

    private BasePathDocument apply(BasePathDocument mapping, Patch.Op op) {
        if (!op.op().equals("replace")) {
            throw Patch.invalidPath(op, REPLACEABLE);
        }
        return switch (op.path()) {
            case "/basePath" ->
                new BasePathDocument(
                        mapping.domain(),
                        DomainRules.basePath(op.value(), strictAws),
                        mapping.apiId(),
                        mapping.stage());
            case "/restapiId", "/restApiId" ->
                new BasePathDocument(mapping.domain(), mapping.basePath(), op.text(), mapping.stage());
            case "/stage" ->
                new BasePathDocument(mapping.domain(), mapping.basePath(), mapping.apiId(), orNull(op.value()));
            default -> throw Patch.invalidPath(op, REPLACEABLE);
        };
    }

    private Unit delete(Call call, DeleteBasePathMappingRequest input) {
        DomainRules.noId(input.domainNameId());
        documents.store().<Unit>write(tx -> {
            BasePathDocument gone = lookup(tx, input.domainName(), input.basePath());
            Documents.delete(tx, BasePathDocument.KIND, gone.id());
            return Unit.UNIT;
        });
        live.domainChanged(input.domainName());
        return Unit.UNIT;
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
