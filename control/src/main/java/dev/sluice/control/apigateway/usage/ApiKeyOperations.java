/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.UsageKinds.API_KEY;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.Paging;
import dev.sluice.control.apigateway.Patch;
import dev.sluice.control.apigateway.Patch.Op;
import dev.sluice.store.Row;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.ApiKey;
import dev.sluice.wire.apigateway.ApiKeys;
import dev.sluice.wire.apigateway.CreateApiKeyRequest;
import dev.sluice.wire.apigateway.DeleteApiKeyRequest;
import dev.sluice.wire.apigateway.GetApiKeyRequest;
import dev.sluice.wire.apigateway.GetApiKeysRequest;
import dev.sluice.wire.apigateway.StageKey;
import dev.sluice.wire.apigateway.UpdateApiKeyRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** CreateApiKey, GetApiKey, GetApiKeys, UpdateApiKey and DeleteApiKey. */
final class ApiKeyOperations {
    private static final List<String> REPLACEABLE = List.of("/description", "/enabled", "/name", "/customerId");

    private final Documents documents;
    private final KeyWriter writer;
    private final LivePlans live;

    ApiKeyOperations(Documents documents, KeyWriter writer, LivePlans live) {
        this.documents = documents;
        this.writer = writer;
        this.live = live;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_API_KEY, this::create)
                .on(ApiGatewayOperations.GET_API_KEY, this::get)
                .on(ApiGatewayOperations.GET_API_KEYS, this::list)
                .on(ApiGatewayOperations.UPDATE_API_KEY, this::update)
                .on(ApiGatewayOperations.DELETE_API_KEY, this::delete);
    }

    private ApiKey create(Call call, CreateApiKeyRequest request) {
        List<String> stageKeys = Objects.requireNonNullElse(request.stageKeys(), List.<StageKey>of()).stream()
                .map(stage -> stage.restApiId() + "/" + stage.stageName())
                .toList();
        KeyWriter.Draft draft = new KeyWriter.Draft(
                request.name(),
                request.description(),
                Boolean.TRUE.equals(request.enabled()),
                request.value(),
                request.customerId(),
                stageKeys,
                request.tags());
        ApiKeyDocument key = documents.store().write(tx -> writer.create(tx, draft));
        live.refreshKey(key.id());
        return view(key).value(writer.value(key)).tags(key.tags()).build();
    }

    private ApiKey get(Call call, GetApiKeyRequest request) {
        ApiKeyDocument key = documents
                .store()
                .read(records -> Documents.get(records, API_KEY, request.apiKey()))
                .orElseThrow(ApiKeyOperations::notFound);
        ApiKey.Builder view = view(key).tags(Objects.requireNonNullElse(key.tags(), Map.of()));
        return Boolean.TRUE.equals(request.includeValue())
                ? view.value(writer.value(key)).build()
                : view.build();
    }

    private ApiKeys list(Call call, GetApiKeysRequest request) {
        boolean values = Boolean.TRUE.equals(request.includeValues());
        String prefix = Objects.requireNonNullElse(request.nameQuery(), "");
        String customer = request.customerId();
        Paging.Page<ApiKey> page = documents
                .store()
                .read(records -> NewestFirst.page(
                        (before, limit) -> prefix.isEmpty()
                                ? records.listNewestFirst(API_KEY.name(), "", before, limit)
                                : records.findPrefix(API_KEY.name(), UsageKinds.NAME_INDEX, prefix, before, limit),
                        row -> {
                            ApiKeyDocument key = document(row);
                            if (customer != null && !customer.isEmpty() && !customer.equals(key.customerId())) {
                                return null;
                            }
                            ApiKey.Builder view = view(key).tags(key.tags());
                            return (values ? view.value(writer.value(key)) : view).build();
                        },
                        request.position(),
                        request.limit()));
        return ApiKeys.builder().items(page.items()).position(page.position()).build();
    }

    private ApiKey update(Call call, UpdateApiKeyRequest request) {
        List<Op> ops = Patch.of(request.patchOperations());
        ApiKeyDocument updated = documents.store().write(tx -> {
            ApiKeyDocument key = Documents.get(tx, API_KEY, request.apiKey()).orElseThrow(ApiKeyOperations::notFound);
            for (Op op : ops) {
                key = apply(key, op);
            }
            return writer.overwrite(tx, key);
        });
        live.refreshKey(updated.id());
        return view(updated)
                .tags(Objects.requireNonNullElse(updated.tags(), Map.of()))
                .build();
    }

    private static ApiKeyDocument apply(ApiKeyDocument key, Op op) {
        if (op.path().equals("/stages") && (op.op().equals("add") || op.op().equals("remove"))) {
            List<String> stages = new java.util.ArrayList<>(key.stageKeys());
            stages.remove(op.text());
            if (op.op().equals("add")) {
                stages.add(op.text());
            }
            return new ApiKeyDocument(
                    key.id(),
                    key.name(),
                    key.description(),
                    key.enabled(),
                    key.createdDate(),
                    key.lastUpdatedDate(),
                    key.sealedValue(),
                    key.customerId(),
                    stages,
                    key.tags());
        }
        if (!op.op().equals("replace") || !REPLACEABLE.contains(op.path())) {
            throw Patch.invalidPath(op, op.op().equals("replace") ? REPLACEABLE : List.of("/stages"));
        }
        return new ApiKeyDocument(
                key.id(),
                op.path().equals("/name") ? op.value() : key.name(),
                op.path().equals("/description") ? op.value() : key.description(),
                op.path().equals("/enabled") ? op.flag() : key.enabled(),
                key.createdDate(),
                key.lastUpdatedDate(),
                key.sealedValue(),
                op.path().equals("/customerId") ? op.value() : key.customerId(),
                key.stageKeys(),
                key.tags());
    }

    private Unit delete(Call call, DeleteApiKeyRequest request) {
        List<PlanKeyDocument> memberships = documents.store().write(tx -> writer.delete(tx, request.apiKey()));
        live.keyGone(request.apiKey(), memberships);
        return Unit.UNIT;
    }

    private static ApiKeyDocument document(Row row) {
        return Documents.decode(API_KEY, row.body());
    }

    private static ApiKey.Builder view(ApiKeyDocument key) {
        return ApiKey.builder()
                .id(key.id())
                .name(key.name())
                .description(key.description())
                .enabled(key.enabled())
                .createdDate(key.createdDate())
                .lastUpdatedDate(key.lastUpdatedDate())
                .customerId(key.customerId())
                .stageKeys(key.stageKeys());
    }

    static ServiceException notFound() {
        return ApiGatewayErrors.NOT_FOUND.with("Invalid API Key identifier specified");
    }
}
