/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.PlanChecks.badRequest;
import static dev.sluice.control.apigateway.usage.UsageKinds.PLAN_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.USAGE_PLAN;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.Paging;
import dev.sluice.control.apigateway.Patch;
import dev.sluice.control.apigateway.Patch.Op;
import dev.sluice.limits.LiveQuotaLimit;
import dev.sluice.limits.QuotaLedger.DayUse;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.GetUsageRequest;
import dev.sluice.wire.apigateway.UpdateUsageRequest;
import dev.sluice.wire.apigateway.Usage;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GetUsage and UpdateUsage: what was used of the quotas, exact as of the call. */
final class UsageOperations {
    private static final int MAX_DAYS = 90;

    private final Documents documents;
    private final LivePlans live;
    private final InstantSource clock;

    UsageOperations(Documents documents, LivePlans live, InstantSource clock) {
        this.documents = documents;
        this.live = live;
        this.clock = clock;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.GET_USAGE, this::get).on(ApiGatewayOperations.UPDATE_USAGE, this::update);
    }

    private Usage get(Call call, GetUsageRequest request) {
        LocalDate from = date("startDate", request.startDate());
        LocalDate to = date("endDate", request.endDate());
        if (to.isBefore(from)) {
            throw badRequest("Invalid endDate " + to + " specified (expected: not before startDate " + from + ")");
        }
        if (ChronoUnit.DAYS.between(from, to) >= MAX_DAYS) {
            throw badRequest("Invalid date range " + from + " to " + to + " specified (expected: at most 90 days)");
        }
        Paging.Page<PlanKeyDocument> page = memberships(request);
        Map<String, List<List<Long>>> usage = new LinkedHashMap<>();
        live.quota(request.usagePlanId()).ifPresent(quota -> {
            for (PlanKeyDocument membership : page.items()) {
                usage.put(membership.keyId(), pairs(live.usage(membership, quota, from, to)));
            }
        });
        return Usage.builder()
                .usagePlanId(request.usagePlanId())
                .startDate(from.toString())
                .endDate(to.toString())
                .position(page.position())
                .items(usage)
                .build();
    }

    private Paging.Page<PlanKeyDocument> memberships(GetUsageRequest request) {
        String planId = request.usagePlanId();
        String keyId = request.keyId();
        return documents.store().read(records -> {
            if (records.get(USAGE_PLAN.name(), planId).isEmpty()) {
                throw UsagePlanOperations.notFound();
            }
            if (keyId == null) {
                return NewestFirst.page(
                        (before, limit) -> records.listNewestFirst(PLAN_KEY.name(), planId + "/", before, limit),
                        Memberships::document,
                        request.position(),
                        request.limit());
            }
            PlanKeyDocument membership = Documents.get(records, PLAN_KEY, PlanKeyDocument.id(planId, keyId))
                    .orElseThrow(ApiKeyOperations::notFound);
            return new Paging.Page<>(List.of(membership), null);
        });
    }

    private Usage update(Call call, UpdateUsageRequest request) {
        long remaining = remaining(Patch.of(request.patchOperations()));
        PlanKeyDocument membership = documents.store().read(records -> {
            if (records.get(USAGE_PLAN.name(), request.usagePlanId()).isEmpty()) {
                throw UsagePlanOperations.notFound();
            }
            return Documents.get(records, PLAN_KEY, PlanKeyDocument.id(request.usagePlanId(), request.keyId()))
                    .orElseThrow(ApiKeyOperations::notFound);
        });
        LiveQuotaLimit quota = live.quota(membership.planId())
                .orElseThrow(() -> badRequest("Usage Plan " + membership.planId() + " has no quota"));
        live.setRemaining(membership, quota, remaining);
        LocalDate today = quota.get()
                .map(limit -> limit.day(clock.instant()).date())
                .orElseGet(() -> LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        return Usage.builder()
                .usagePlanId(membership.planId())
                .startDate(today.toString())
                .endDate(today.toString())
                .items(Map.of(membership.keyId(), pairs(live.usage(membership, quota, today, today))))
                .build();
    }

    private static long remaining(List<Op> ops) {
        long remaining = -1;
        for (Op op : ops) {
            if (!op.is("replace", "/remaining")) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Invalid patch path '" + op.path() + "' specified for op '"
                        + op.op() + "'. Must be one of: [" + (op.op().equals("replace") ? "/remaining" : "") + "]");
            }
            remaining = op.integer();
            if (remaining < 0) {
                throw badRequest("Invalid remaining " + remaining + " specified (expected: 0 or more)");
            }
        }
        if (remaining < 0) {
            throw badRequest("No patch operation specified (expected: replace /remaining)");
        }
        return remaining;
    }

    private static List<List<Long>> pairs(List<DayUse> days) {
        return days.stream().map(day -> List.of(day.used(), day.remaining())).toList();
    }

    private static LocalDate date(String name, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw badRequest("Invalid " + name + " " + text + " specified (expected: YYYY-MM-DD)");
        }
    }
}
