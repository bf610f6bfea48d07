/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static dev.sluice.control.apigateway.usage.UsageKinds.API_KEY;
import static dev.sluice.control.apigateway.usage.UsageKinds.USAGE_PLAN;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.Throttle;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.QuotaEntry;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.StageEntry;
import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.PlanKey;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.StageId;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Quota;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The data plane's view of plans and keys, kept equal to the stored documents. Each method reads what is committed and applies it under
 * one lock, so that of two changes the later one wins here as it did in the store. Thread-safe; blocks.
 */
final class LivePlans implements AutoCloseable {
    private final Documents documents;
    private final KeyWriter keyValues;
    private final Published published;
    private final QuotaLedger ledger;
    private final LiveContext context;
    private final Map<String, LivePlan> plans = new HashMap<>();
    private final Map<PlanKeyDocument, PlanKey> memberships = new HashMap<>();

    LivePlans(Documents documents, KeyWriter keyValues, Published published, QuotaLedger ledger, LiveContext context) {
        this.documents = documents;
        this.keyValues = keyValues;
        this.published = published;
        this.ledger = ledger;
        this.context = context;
    }

    /**
     * Where this runs.
     *
     * @param startFull whether buckets that are older than the process start full instead of empty
     */
    record LiveContext(String accountId, String region, NanoClock nanoClock, InstantSource clock, boolean startFull) {}

    /** A plan as served, and the quota that its keys have now. */
    private record LivePlan(UsagePlan plan, @Nullable QuotaEntry quota) {}

    /** Publishes every stored key; once, before the data plane accepts. */
    synchronized void load() {
        for (UsagePlanDocument plan : documents.store().read(records -> Documents.list(records, USAGE_PLAN, ""))) {
            UsagePlan live = context.startFull()
                    ? UsagePlan.created(plan.id(), Throttle.limit(plan.throttle()), stages(plan))
                    : UsagePlan.restored(plan.id(), Throttle.limit(plan.throttle()), stages(plan), context.nanoClock());
            plans.put(plan.id(), new LivePlan(live, plan.quota()));
        }
        boolean full = context.startFull();
        for (ApiKeyDocument key : documents.store().read(records -> Documents.list(records, API_KEY, ""))) {
            publish(key, full);
        }
    }

    /** Applies a plan's document: limits, stages, quota. */
    synchronized void refreshPlan(String planId) {
        UsagePlanDocument plan = documents
                .store()
                .read(records -> Documents.get(records, USAGE_PLAN, planId))
                .orElse(null);
        if (plan == null) {
            return;
        }
        Limit limit = Throttle.limit(plan.throttle());
        LivePlan known = plans.get(planId);
        if (known == null) {
            plans.put(planId, new LivePlan(UsagePlan.created(planId, limit, stages(plan)), plan.quota()));
            return;
        }
        known.plan().update(limit, stages(plan), context.nanoClock());
        if (!Objects.equals(known.quota(), plan.quota())) {
            plans.put(planId, new LivePlan(known.plan(), plan.quota()));
            applyQuota(planId, plan.quota());
        }
    }

    private void applyQuota(String planId, @Nullable QuotaEntry quota) {
        for (PlanKeyDocument membership : documents.store().read(records -> Memberships.ofPlan(records, planId))) {
            PlanKey known = memberships.get(membership);
            if (known == null) {
                continue;
            }
            Quota old = known.quota();
            if (old != null && quota != null) {
                old.change(quota.quotaLimit());
                continue;
            }
            memberships.put(membership, known.withQuota(open(membership, quota)));
            refreshKey(membership.keyId());
            if (old != null) {
                await(old.close());
            }
        }
    }

    /** Applies a key's document and memberships. */
    synchronized void refreshKey(String keyId) {
        documents
                .store()
                .read(records -> Documents.get(records, API_KEY, keyId))
                .ifPresentOrElse(key -> publish(key, true), () -> published.withdrawKey(keyId));
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
        plans.remove(planId);
        membershipsGone(gone);
    }

    /** The counter of a key in a plan; empty where the plan has no quota or the key is not in it. */
    synchronized Optional<Quota> quota(PlanKeyDocument membership) {
        return Optional.ofNullable(memberships.get(membership)).map(PlanKey::quota);
    }

    /** Returns what is reserved and unspent; durable on return. */
    @Override
    public synchronized void close() {
        List<CompletionStage<Void>> closing = new ArrayList<>();
        for (PlanKey planKey : memberships.values()) {
            if (planKey.quota() != null) {
                closing.add(planKey.quota().close());
            }
        }
        closing.forEach(LivePlans::await);
    }

    private void publish(ApiKeyDocument key, boolean startFull) {
        List<PlanKey> planKeys = new ArrayList<>();
        for (PlanKeyDocument membership : documents.store().read(records -> Memberships.ofKey(records, key.id()))) {
            LivePlan plan = plans.get(membership.planId());
            if (plan != null) {
                planKeys.add(memberships.computeIfAbsent(membership, _ -> planKey(membership, plan, startFull)));
            }
        }
        String name = Objects.requireNonNullElse(key.name(), "");
        published.publishKey(new ApiKey(key.id(), keyValues.value(key), name, key.enabled(), planKeys));
    }

    private PlanKey planKey(PlanKeyDocument membership, LivePlan plan, boolean startFull) {
        Bucket bucket = startFull
                ? Bucket.full(plan.plan().throttle(), context.nanoClock())
                : Bucket.empty(plan.plan().throttle(), context.nanoClock());
        return new PlanKey(plan.plan(), bucket, open(membership, plan.quota()));
    }

    private @Nullable Quota open(PlanKeyDocument membership, @Nullable QuotaEntry quota) {
        return quota == null ? null : Quota.open(quotaId(membership), quota.quotaLimit(), ledger, context.clock());
    }

    private void forget(List<PlanKeyDocument> gone) {
        for (PlanKeyDocument membership : gone) {
            PlanKey planKey = memberships.remove(membership);
            if (planKey != null && planKey.quota() != null) {
                await(planKey.quota().close());
            }
            await(ledger.forget(quotaId(membership)));
        }
    }

    private Map<StageId, Map<String, Limit>> stages(UsagePlanDocument plan) {
        Map<StageId, Map<String, Limit>> stages = new HashMap<>();
        for (StageEntry entry : plan.stages()) {
            Map<String, Limit> methods = new HashMap<>();
            entry.throttle().forEach((method, throttle) -> methods.put(method, Throttle.limit(throttle)));
            stages.put(new StageId(context.accountId(), context.region(), entry.apiId(), entry.stage()), methods);
        }
        return stages;
    }

    private static QuotaId quotaId(PlanKeyDocument membership) {
        return new QuotaId(membership.planId(), membership.keyId());
    }

    private static void await(CompletionStage<Void> stage) {
        stage.toCompletableFuture().join();
    }
}
