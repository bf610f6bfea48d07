/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.UsageKinds.API_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.PLAN_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.USAGE_PLAN;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.Paging;
import dev.sluice.control.apigateway.Patch.Op;
import dev.sluice.store.Records;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.CreateUsagePlanKeyRequest;
import dev.sluice.wire.apigateway.DeleteUsagePlanKeyRequest;
import dev.sluice.wire.apigateway.GetUsagePlanKeyRequest;
import dev.sluice.wire.apigateway.GetUsagePlanKeysRequest;
import dev.sluice.wire.apigateway.UsagePlanKey;
import dev.sluice.wire.apigateway.UsagePlanKeys;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** CreateUsagePlanKey, GetUsagePlanKey, GetUsagePlanKeys and DeleteUsagePlanKey. */
final class UsagePlanKeyOperations {
    private static final String TYPE_KEY = "API_KEY";
    private static final String TYPE_STAGE = "API_STAGE";

    private final Documents documents;
    private final KeyWriter keys;
    private final LivePlans live;
    private final boolean strictAws;

    UsagePlanKeyOperations(Documents documents, KeyWriter keys, LivePlans live, boolean strictAws) {
        this.documents = documents;
        this.keys = keys;
        this.live = live;
        this.strictAws = strictAws;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_USAGE_PLAN_KEY, this::create)
                .on(ApiGatewayOperations.GET_USAGE_PLAN_KEY, this::get)
                .on(ApiGatewayOperations.GET_USAGE_PLAN_KEYS, this::list)
                .on(ApiGatewayOperations.DELETE_USAGE_PLAN_KEY, this::delete);
    }

    private UsagePlanKey create(Call call, CreateUsagePlanKeyRequest request) {
        String type = request.keyType();
        if (TYPE_STAGE.equals(type) && !strictAws) {
            return addStage(request);
        }
        if (!TYPE_KEY.equals(type)) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid keyType " + type + " specified. Must be one of: ["
                    + (strictAws ? TYPE_KEY : TYPE_KEY + ", " + TYPE_STAGE) + "]");
        }
        String keyId = target(request, "an API key's id");
        UsagePlanKey view = documents.store().write(tx -> {
            PlanKeyDocument membership = Memberships.add(tx, request.usagePlanId(), keyId);
            return view(tx, membership).orElseThrow(ApiKeyOperations::notFound);
        });
        live.refreshKey(keyId);
        return view;
    }

    /** The recipe's form: the plan gets the stage {@code api:stage}. */
    private UsagePlanKey addStage(CreateUsagePlanKeyRequest request) {
        String stage = target(request, "apiId:stage");
        UsagePlanDocument plan = documents.store().write(tx -> {
            UsagePlanDocument old =
                    Documents.get(tx, USAGE_PLAN, request.usagePlanId()).orElseThrow(UsagePlanOperations::notFound);
            UsagePlanDocument changed =
                    UsagePlanPatch.apply(tx, old, List.of(new Op("add", "/apiStages", stage, null)), strictAws);
            Documents.put(tx, USAGE_PLAN, changed.id(), changed);
            return changed;
        });
        live.refreshPlan(plan.id());
        return UsagePlanKey.builder()
                .id(stage)
                .type(TYPE_STAGE)
                .value(stage)
                .name(plan.name())
                .build();
    }

    /** The {@code keyId}; unless strict, {@code value} stands for an absent one, as the recipe has it. */
    private String target(CreateUsagePlanKeyRequest request, String expected) {
        String target = request.keyId();
        if ((target == null || target.isEmpty()) && !strictAws) {
            target = request.value();
        }
        if (target == null || target.isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid keyId specified (expected: " + expected + ")");
        }
        return target;
    }

    private UsagePlanKey get(Call call, GetUsagePlanKeyRequest request) {
        return documents.store().read(records -> {
            if (records.get(USAGE_PLAN.name(), request.usagePlanId()).isEmpty()) {
                throw UsagePlanOperations.notFound();
            }
            return Documents.get(records, PLAN_KEY, PlanKeyDocument.id(request.usagePlanId(), request.keyId()))
                    .flatMap(membership -> view(records, membership))
                    .orElseThrow(ApiKeyOperations::notFound);
        });
    }

    /** An unknown plan gives an empty list, as recorded. */
    private UsagePlanKeys list(Call call, GetUsagePlanKeysRequest request) {
        String prefix = Objects.requireNonNullElse(request.nameQuery(), "");
        Paging.Page<UsagePlanKey> page = documents
                .store()
                .read(records -> NewestFirst.page(
                        (before, limit) ->
                                records.listNewestFirst(PLAN_KEY.name(), request.usagePlanId() + "/", before, limit),
                        row -> view(records, Memberships.document(row))
                                .filter(key -> Objects.requireNonNullElse(key.name(), "")
                                        .startsWith(prefix))
                                .orElse(null),
                        request.position(),
                        request.limit()));
        return UsagePlanKeys.builder()
                .items(page.items())
                .position(page.position())
                .build();
    }

    private Unit delete(Call call, DeleteUsagePlanKeyRequest request) {
        PlanKeyDocument membership = new PlanKeyDocument(request.usagePlanId(), request.keyId());
        documents.store().<Boolean>write(tx -> {
            if (tx.get(USAGE_PLAN.name(), membership.planId()).isEmpty()) {
                throw UsagePlanOperations.notFound();
            }
            if (!tx.delete(PLAN_KEY.name(), membership.id())) {
                throw ApiKeyOperations.notFound();
            }
            return true;
        });
        live.membershipsGone(List.of(membership));
        return Unit.UNIT;
    }

    private Optional<UsagePlanKey> view(Records records, PlanKeyDocument membership) {
        return Documents.get(records, API_KEY, membership.keyId())
                .map(key -> UsagePlanKey.builder()
                        .id(key.id())
                        .type(TYPE_KEY)
                        .value(keys.value(key))
                        .name(key.name())
                        .build());
    }
}
