/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The live limits of a usage plan and the stages it covers; shared by all of the plan's keys. Thread-safe, readers take no lock. */
public final class UsagePlan {
    /** The policy name of the limit per key. */
    public static final String KEY = "key";
    /** The policy name of the limit per key and method. */
    public static final String KEY_METHOD = "key-method";

    private final String id;
    private final LiveLimit throttle;
    private volatile Map<StageId, Map<String, MethodLimit>> stages;

    private UsagePlan(String id, Limit throttle, Map<StageId, Map<String, MethodLimit>> stages) {
        this.id = id;
        this.throttle = new LiveLimit(KEY, throttle);
        this.stages = stages;
    }

    /**
     * A plan that is new: buckets of its method throttles start full.
     *
     * @param throttle the limit of each key, over all stages; {@link Limit#UNLIMITED} for none
     * @param stages the stages covered, each with its method throttles by {@link Route#methodKey()}
     */
    public static UsagePlan created(String id, Limit throttle, Map<StageId, Map<String, Limit>> stages) {
        return new UsagePlan(id, throttle, merge(Map.of(), stages, null, NanoClock.SYSTEM));
    }

    /** A plan that is older than the process: buckets of its method throttles are empty as of now. */
    public static UsagePlan restored(
            String id, Limit throttle, Map<StageId, Map<String, Limit>> stages, NanoClock clock) {
        long now = clock.nanoTime();
        return new UsagePlan(id, throttle, merge(Map.of(), stages, now, clock));
    }

    public String id() {
        return id;
    }

    /** The limit of each key; for the buckets of {@link PlanKey}. */
    public LiveLimit throttle() {
        return throttle;
    }

    public boolean covers(StageId stage) {
        return stages.containsKey(stage);
    }

    /** Replaces limits and stages; live when the call returns. Buckets keep what they owe. */
    public synchronized void update(Limit limit, Map<StageId, Map<String, Limit>> covered, NanoClock clock) {
        throttle.set(limit, clock);
        stages = merge(stages, covered, null, clock);
    }

    @Nullable
    MethodLimit methodLimit(StageId stage, String methodKey) {
        Map<String, MethodLimit> methods = stages.get(stage);
        return methods == null || methods.isEmpty() ? null : methods.get(methodKey);
    }

    private static Map<StageId, Map<String, MethodLimit>> merge(
            Map<StageId, Map<String, MethodLimit>> old,
            Map<StageId, Map<String, Limit>> wanted,
            @Nullable Long emptyAtNanos,
            NanoClock clock) {
        Map<StageId, Map<String, MethodLimit>> merged = new HashMap<>();
        wanted.forEach((stage, limits) -> {
            Map<String, MethodLimit> known = old.getOrDefault(stage, Map.of());
            Map<String, MethodLimit> methods = new HashMap<>();
            limits.forEach((methodKey, limit) -> {
                MethodLimit method = known.get(methodKey);
                if (method == null) {
                    method = new MethodLimit(new LiveLimit(KEY_METHOD, limit), emptyAtNanos);
                } else {
                    method.limit().set(limit, clock);
                }
                methods.put(methodKey, method);
            });
            merged.put(stage, Map.copyOf(methods));
        });
        return Map.copyOf(merged);
    }

    /**
     * A method throttle.
     *
     * @param emptyAtNanos when buckets made for it are taken to have been empty; null for full ones
     */
    record MethodLimit(LiveLimit limit, @Nullable Long emptyAtNanos) {
        Bucket newBucket(NanoClock clock) {
            Long empty = emptyAtNanos;
            return empty == null ? Bucket.full(limit, clock) : Bucket.empty(limit, () -> empty);
        }
    }
}
