/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.UsageKinds.API_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.USAGE_PLAN;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.KeptBuckets;
import dev.sluice.control.apigateway.Throttle;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.StageEntry;
import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.LevelLimit;
import dev.sluice.gateway.PlanLimits;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.StageId;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.limits.KeyedLimit;
import dev.sluice.limits.LiveQuotaLimit;
import dev.sluice.limits.Owed;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import dev.sluice.store.Row;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data plane's view of plans and keys, kept equal to the stored documents. Each method reads what is committed and applies it under
 * one lock, so that of two changes the later one wins here as it did in the store. A change of a plan is the same work however many keys
 * the plan has. Thread-safe; blocks.
 */
final class LivePlans implements AutoCloseable {
    private static final int PAGE = 1_000;

    private final Documents documents;
    private final KeyWriter keyValues;
    private final Published published;
    private final LiveContext context;
    private final Map<String, UsagePlan> plans = new HashMap<>();
    private int plansMade;

    LivePlans(Documents documents, KeyWriter keyValues, Published published, LiveContext context) {
        this.documents = documents;
        this.keyValues = keyValues;
        this.published = published;
        this.context = context;
    }

    /**
     * Where this runs.
     *
     * @param startFull whether buckets that are older than the process start full instead of empty after a crash
     * @param kept what they owed at the last stop, if it was a clean one
     */
    record LiveContext(String accountId, String region, boolean startFull, KeptBuckets kept) {}

    /** Publishes every stored key; once, before the data plane accepts. */
    synchronized void load() {
        for (UsagePlanDocument plan : documents.store().read(records -> Documents.list(records, USAGE_PLAN, ""))) {
            apply(plan, context.startFull() || context.kept().known());
        }
        String after = null;
        List<Row> page;
        do {
            String from = after;
            page = documents.store().read(records -> records.list(API_KEY.name(), "", from, PAGE));
            for (Row row : page) {
                ApiKeyDocument key = Documents.decode(API_KEY, row.body());
                published.publishKey(key.id(), keyValues.value(key), key.enabled(), plansOf(key.id()));
                after = row.id();
            }
        } while (page.size() == PAGE);
        context.kept().forEachKey(this::owe);
    }

    /** @param name plan, key, and of a method's limit API, stage and method */
    private void owe(List<String> name, Owed owed) {
        UsagePlan plan = plans.get(name.get(0));
        Optional<ApiKey> key = published.keyById(name.get(1));
        if (plan != null && key.isPresent()) {
            KeyedLimit limit = name.size() == 2
                    ? plan.throttle()
                    : plan.methodLimit(stageId(name.get(2), name.get(3)), name.get(4));
            if (limit != null) {
                limit.owe(key.get().subject(), owed);
            }
        }
    }

    /** Writes what keys owe. */
    synchronized void writeTo(KeptBuckets.Sink sink) {
        Map<KeyedLimit, UsagePlan.LimitName> names = new IdentityHashMap<>();
        plans.values().forEach(plan -> names.putAll(plan.limitNames()));
        published.buckets().forEachOwing((subject, limit, owed) -> {
            UsagePlan.LimitName name = names.get(limit);
            if (name == null) {
                return;
            }
            StageId stage = name.stage();
            String keyId = published.keyBySubject(subject).id();
            if (stage == null) {
                sink.put(owed, name.planId(), keyId);
            } else {
                sink.put(owed, name.planId(), keyId, stage.apiId(), stage.stageName(), name.methodKey());
            }
        });
    }

    /** Applies a plan's document: limits, stages, quota. */
    synchronized void refreshPlan(String planId) {
        documents
                .store()
                .read(records -> Documents.get(records, USAGE_PLAN, planId))
                .ifPresent(plan -> apply(plan, true));
    }

    private void apply(UsagePlanDocument plan, boolean startFull) {
        PlanLimits limits = new PlanLimits(Throttle.level(plan.throttle()), stages(plan));
        UsagePlan live = plans.get(plan.id());
        if (live == null) {
            live = startFull
                    ? UsagePlan.created(plan.id(), plansMade, published.buckets(), limits)
                    : UsagePlan.restored(plan.id(), plansMade, published.buckets(), limits);
            plansMade++;
            plans.put(plan.id(), live);
        } else {
            live.update(limits);
        }
        live.weigh(Throttle.weight(plan.throttle()));
        if (plan.quota() == null) {
            live.quota().clear();
        } else {
            live.quota().set(plan.quota().quotaLimit());
            live.runQuotaDry(Boolean.TRUE.equals(plan.quota().dryRun()));
        }
    }

    /** Applies a key's document and memberships. */
    synchronized void refreshKey(String keyId) {
        documents
                .store()
                .read(records -> Documents.get(records, API_KEY, keyId))
                .ifPresentOrElse(this::publish, () -> published.withdrawKey(keyId));
    }

    /** A plan that the key has joined is shown to requests only when the key's buckets in it are those of a new member. */
    private void publish(ApiKeyDocument key) {
        String value = keyValues.value(key);
        List<UsagePlan> before = published.keyById(key.id()).map(ApiKey::plans).orElse(List.of());
        List<UsagePlan> now = plansOf(key.id());
        List<UsagePlan> kept = before.stream().filter(now::contains).toList();
        ApiKey known = published.publishKey(key.id(), value, key.enabled(), kept);
        now.stream().filter(plan -> !before.contains(plan)).forEach(plan -> plan.join(known.subject()));
        published.publishKey(key.id(), value, key.enabled(), now);
    }

    private List<UsagePlan> plansOf(String keyId) {
        List<UsagePlan> found = new ArrayList<>();
        for (PlanKeyDocument membership : documents.store().read(records -> Memberships.ofKey(records, keyId))) {
            UsagePlan plan = plans.get(membership.planId());
            if (plan != null) {
                found.add(plan);
            }
        }
        return found;
    }

    /** The key was deleted, and with it these memberships. */
    synchronized void keyGone(String keyId, List<PlanKeyDocument> gone) {
        published.withdrawKey(keyId);
        forget(gone);
    }

    /** The memberships ended; their counters are forgotten, so that a key which comes back starts anew. */
    synchronized void membershipsGone(List<PlanKeyDocument> gone) {
        for (PlanKeyDocument membership : gone) {
            refreshKey(membership.keyId());
        }
        forget(gone);
    }

    /** The plan was deleted, and with it these memberships. */
    synchronized void planGone(String planId, List<PlanKeyDocument> gone) {
        UsagePlan plan = plans.remove(planId);
        membershipsGone(gone);
        if (plan != null) {
            plan.forget();
        }
    }

    private void forget(List<PlanKeyDocument> gone) {
        for (PlanKeyDocument membership : gone) {
            published.quotas().forget(quotaId(membership));
        }
    }

    /** The quota that each key of a plan has; empty where it has none. */
    synchronized Optional<LiveQuotaLimit> quota(String planId) {
        return Optional.ofNullable(plans.get(planId)).map(UsagePlan::quota).filter(LiveQuotaLimit::limited);
    }

    /** What a key has used of its plan's quota, day by day. */
    List<QuotaLedger.DayUse> usage(PlanKeyDocument membership, LiveQuotaLimit limit, LocalDate from, LocalDate to) {
        return published.quotas().usage(quotaId(membership), limit, from, to);
    }

    /** Durable on return. */
    void setRemaining(PlanKeyDocument membership, LiveQuotaLimit limit, long remaining) {
        published.quotas().setRemaining(quotaId(membership), limit, remaining);
    }

    /** Returns what is reserved and unspent; durable on return. */
    @Override
    public void close() {
        published.quotas().close();
    }

    private Map<StageId, Map<String, LevelLimit>> stages(UsagePlanDocument plan) {
        Map<StageId, Map<String, LevelLimit>> stages = new HashMap<>();
        for (StageEntry entry : plan.stages()) {
            Map<String, LevelLimit> methods = new HashMap<>();
            entry.throttle().forEach((method, throttle) -> methods.put(method, Throttle.level(throttle)));
            stages.put(stageId(entry.apiId(), entry.stage()), methods);
        }
        return stages;
    }

    private StageId stageId(String apiId, String stageName) {
        return new StageId(context.accountId(), context.region(), apiId, stageName);
    }

    private static QuotaId quotaId(PlanKeyDocument membership) {
        return new QuotaId(membership.planId(), membership.keyId());
    }
}
