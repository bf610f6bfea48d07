/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.UsageKinds.PLAN_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.USAGE_PLAN;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.control.apigateway.Paging;
import dev.sluice.control.apigateway.Patch;
import dev.sluice.control.apigateway.Patch.Op;
import dev.sluice.control.apigateway.Throttle;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.QuotaEntry;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.StageEntry;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.ApiStage;
import dev.sluice.wire.apigateway.CreateUsagePlanRequest;
import dev.sluice.wire.apigateway.DeleteUsagePlanRequest;
import dev.sluice.wire.apigateway.GetUsagePlanRequest;
import dev.sluice.wire.apigateway.GetUsagePlansRequest;
import dev.sluice.wire.apigateway.QuotaSettings;
import dev.sluice.wire.apigateway.ThrottleSettings;
import dev.sluice.wire.apigateway.UpdateUsagePlanRequest;
import dev.sluice.wire.apigateway.UsagePlan;
import dev.sluice.wire.apigateway.UsagePlans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** CreateUsagePlan, GetUsagePlan, GetUsagePlans, UpdateUsagePlan and DeleteUsagePlan. */
final class UsagePlanOperations {
    private final Documents documents;
    private final Ids ids;
    private final LivePlans live;
    private final boolean strictAws;

    UsagePlanOperations(Documents documents, Ids ids, LivePlans live, boolean strictAws) {
        this.documents = documents;
        this.ids = ids;
        this.live = live;
        this.strictAws = strictAws;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.CREATE_USAGE_PLAN, this::create)
                .on(ApiGatewayOperations.GET_USAGE_PLAN, this::get)
                .on(ApiGatewayOperations.GET_USAGE_PLANS, this::list)
                .on(ApiGatewayOperations.UPDATE_USAGE_PLAN, this::update)
                .on(ApiGatewayOperations.DELETE_USAGE_PLAN, this::delete);
    }

    private UsagePlan create(Call call, CreateUsagePlanRequest request) {
        String name = checkedName(request.name());
        Throttle given = Throttle.of(request.throttle());
        Throttle throttle = given == null ? null : given.ofPlan(strictAws);
        QuotaSettings settings = request.quota();
        QuotaEntry quota = settings == null
                ? null
                : PlanChecks.quota(
                        settings.limit(),
                        settings.offset(),
                        settings.period(),
                        strictAws ? null : settings.timeZone(),
                        strictAws ? null : settings.dryRun());
        UsagePlanDocument plan = documents.store().write(tx -> {
            String id = ids.shortId();
            while (tx.get(USAGE_PLAN.name(), id).isPresent()) {
                id = ids.shortId();
            }
            List<StageEntry> stages = new ArrayList<>();
            for (ApiStage stage : Objects.requireNonNullElse(request.apiStages(), List.<ApiStage>of())) {
                stages.add(PlanChecks.stage(tx, stage, id, strictAws));
            }
            UsagePlanDocument created = new UsagePlanDocument(
                    id, name, request.description(), stages, throttle, quota, null, request.tags());
            Documents.put(tx, USAGE_PLAN, id, created);
            return created;
        });
        live.refreshPlan(plan.id());
        return view(plan).tags(plan.tags()).build();
    }

    private UsagePlan get(Call call, GetUsagePlanRequest request) {
        return documents
                .store()
                .read(records -> Documents.get(records, USAGE_PLAN, request.usagePlanId()))
                .map(UsagePlanOperations::withTags)
                .orElseThrow(UsagePlanOperations::notFound);
    }

    private UsagePlans list(Call call, GetUsagePlansRequest request) {
        String keyId = request.keyId();
        Paging.Page<UsagePlan> page = documents.store().read(records -> {
            Set<String> ofKey = keyId == null
                    ? Set.of()
                    : Memberships.ofKey(records, keyId).stream()
                            .map(PlanKeyDocument::planId)
                            .collect(Collectors.toSet());
            return NewestFirst.page(
                    (before, limit) -> records.listNewestFirst(USAGE_PLAN.name(), "", before, limit),
                    row -> keyId == null || ofKey.contains(row.id())
                            ? view(Documents.decode(USAGE_PLAN, row.body())).build()
                            : null,
                    request.position(),
                    request.limit());
        });
        return UsagePlans.builder()
                .items(page.items())
                .position(page.position())
                .build();
    }

    private UsagePlan update(Call call, UpdateUsagePlanRequest request) {
        List<Op> ops = Patch.of(request.patchOperations());
        UsagePlanDocument plan = documents.store().write(tx -> {
            UsagePlanDocument old =
                    Documents.get(tx, USAGE_PLAN, request.usagePlanId()).orElseThrow(UsagePlanOperations::notFound);
            UsagePlanDocument changed = UsagePlanPatch.apply(tx, old, ops, strictAws);
            Documents.put(tx, USAGE_PLAN, changed.id(), changed);
            return changed;
        });
        live.refreshPlan(plan.id());
        return withTags(plan);
    }

    private Unit delete(Call call, DeleteUsagePlanRequest request) {
        String id = request.usagePlanId();
        List<PlanKeyDocument> gone = documents.store().write(tx -> {
            UsagePlanDocument plan = Documents.get(tx, USAGE_PLAN, id).orElseThrow(UsagePlanOperations::notFound);
            if (strictAws && !plan.stages().isEmpty()) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Cannot delete Usage Plan " + id
                        + " because there are API Stages associated with it, including "
                        + plan.stages().getFirst().text());
            }
            List<PlanKeyDocument> memberships = Memberships.ofPlan(tx, id);
            tx.deletePrefix(PLAN_KEY.name(), id + "/");
            Documents.delete(tx, USAGE_PLAN, id);
            return memberships;
        });
        live.planGone(id, gone);
        return Unit.UNIT;
    }

    static String checkedName(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Usage Plan name cannot be blank");
        }
        return name;
    }

    private static UsagePlan withTags(UsagePlanDocument plan) {
        return view(plan)
                .tags(Objects.requireNonNullElse(plan.tags(), Map.of()))
                .build();
    }

    private static UsagePlan.Builder view(UsagePlanDocument plan) {
        QuotaEntry quota = plan.quota();
        Throttle throttle = plan.throttle();
        return UsagePlan.builder()
                .id(plan.id())
                .name(plan.name())
                .description(plan.description())
                .apiStages(plan.stages().stream().map(UsagePlanOperations::view).toList())
                .throttle(throttle == null ? null : throttle.settings())
                .quota(
                        quota == null
                                ? null
                                : QuotaSettings.builder()
                                        .limit(quota.limit())
                                        .offset(quota.offset())
                                        .period(quota.period().name())
                                        .timeZone(quota.timeZone())
                                        .dryRun(quota.dryRun())
                                        .build())
                .productCode(plan.productCode());
    }

    private static ApiStage view(StageEntry stage) {
        ApiStage.Builder view = ApiStage.builder().apiId(stage.apiId()).stage(stage.stage());
        if (stage.throttle().isEmpty()) {
            return view.build();
        }
        Map<String, ThrottleSettings> methods = new LinkedHashMap<>();
        stage.throttle().forEach((key, throttle) -> methods.put(key, throttle.settings()));
        return view.throttle(methods).build();
    }

    static ServiceException notFound() {
        return ApiGatewayErrors.NOT_FOUND.with("Invalid Usage Plan ID specified");
    }
}
