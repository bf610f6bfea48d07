/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.Bucket;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Quota;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An API key's membership in a usage plan, with what it has used of the plan's limits. Thread-safe, readers take no lock. */
public final class PlanKey {
    private final UsagePlan plan;
    private final Bucket bucket;
    private final @Nullable Quota quota;
    private final Map<StageMethod, Bucket> methodBuckets = new ConcurrentHashMap<>();

    /**
     * @param bucket under {@link UsagePlan#throttle()}
     * @param quota null where the plan has none
     */
    public PlanKey(UsagePlan plan, Bucket bucket, @Nullable Quota quota) {
        this.plan = plan;
        this.bucket = bucket;
        this.quota = quota;
    }

    /** The same membership, with all that it has used of rate limits, under another quota. */
    public PlanKey withQuota(@Nullable Quota other) {
        PlanKey copy = new PlanKey(plan, bucket, other);
        copy.methodBuckets.putAll(methodBuckets);
        return copy;
    }

    public UsagePlan plan() {
        return plan;
    }

    public Bucket bucket() {
        return bucket;
    }

    public @Nullable Quota quota() {
        return quota;
    }

    /** The one bucket of the plan that a request is charged at: the method's where the plan throttles that method, else the key's. */
    public Bucket bucketFor(StageId stage, Route route, NanoClock clock) {
        UsagePlan.MethodLimit method = plan.methodLimit(stage, route.methodKey());
        if (method == null) {
            return bucket;
        }
        StageMethod name = new StageMethod(stage, route.methodKey());
        Bucket known = methodBuckets.get(name);
        if (known != null && known.limit() == method.limit()) {
            return known;
        }
        return methodBuckets.compute(
                name, (_, old) -> old != null && old.limit() == method.limit() ? old : method.newBucket(clock));
    }

    private record StageMethod(StageId stage, String methodKey) {}
}
