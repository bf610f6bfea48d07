/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.BucketTable;
import dev.sluice.limits.KeyedLimit;
import dev.sluice.limits.LiveQuotaLimit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The live limits of a usage plan, which each of its keys has for itself, and the stages it covers. Thread-safe, readers take no lock. */
public final class UsagePlan {
    /** The policy name of the limit per key. */
    public static final String KEY = "key";
    /** The policy name of the limit per key and method. */
    public static final String KEY_METHOD = "key-method";

    private final String id;
    private final int number;
    private final BucketTable buckets;
    private final KeyedLimit throttle;
    private final LiveQuotaLimit quota = LiveQuotaLimit.none();
    private volatile int weight = 1;
    private volatile boolean quotaDryRun;
    private volatile Map<StageId, Map<String, KeyedLimit>> stages;

    private UsagePlan(String id, int number, BucketTable buckets, PlanLimits limits, boolean full) {
        this.id = id;
        this.number = number;
        this.buckets = buckets;
        this.throttle = limit(KEY, limits.throttle(), full);
        this.stages = merge(Map.of(), limits.stages(), full);
    }

    /**
     * A plan that is new: buckets start full.
     *
     * @param number its own in this process
     * @throws IllegalArgumentException where a limit cannot be counted exactly, naming what could
     */
    public static UsagePlan created(String id, int number, BucketTable buckets, PlanLimits limits) {
        return new UsagePlan(id, number, buckets, limits, true);
    }

    /** A plan that is older than the process: buckets are empty as of now. */
    public static UsagePlan restored(String id, int number, BucketTable buckets, PlanLimits limits) {
        return new UsagePlan(id, number, buckets, limits, false);
    }

    public String id() {
        return id;
    }

    /** The quota of each key; set where plans are kept. */
    public LiveQuotaLimit quota() {
        return quota;
    }

    /** Whether the quota refuses nothing and only tells what it would refuse. */
    public boolean quotaDryRun() {
        return quotaDryRun;
    }

    /** Live when the call returns. */
    public void runQuotaDry(boolean dryRun) {
        quotaDryRun = dryRun;
    }

    /** Names the quota counter of a key of the plan within this process. */
    public long quotaNumber(int subject) {
        return (long) number << Integer.SIZE | subject;
    }

    /** Of each key where a level is shared fairly: 1 to {@link dev.sluice.limits.FairShare#MAX_WEIGHT}. */
    public int weight() {
        return weight;
    }

    /** Live when the call returns. */
    public void weigh(int keyWeight) {
        weight = keyWeight;
    }

    public boolean covers(StageId stage) {
        return stages.containsKey(stage);
    }

    /** Replaces limits and stages; live when the call returns. Buckets keep what they owe. */
    public synchronized void update(PlanLimits limits) {
        throttle.set(limits.throttle().limit());
        throttle.setDryRun(limits.throttle().dryRun());
        stages = merge(stages, limits.stages(), true);
    }

    /** The key's buckets are full from now on: it has joined the plan. */
    public void join(int subject) {
        for (KeyedLimit limit : all()) {
            limit.fill(subject);
        }
    }

    /** The plan is gone. */
    public void forget() {
        all().forEach(buckets::forget);
    }

    /** The one limit of the plan that a request is charged at: the method's where the plan throttles that method, else the key's. */
    public KeyedLimit limitFor(StageId stage, Route route) {
        Map<String, KeyedLimit> methods = stages.get(stage);
        KeyedLimit method = methods == null || methods.isEmpty() ? null : methods.get(route.methodKey());
        return method == null ? throttle : method;
    }

    /** The limit of a method, for which a key has a bucket of its own; null where the plan has none. */
    public @Nullable KeyedLimit methodLimit(StageId stage, String methodKey) {
        Map<String, KeyedLimit> methods = stages.get(stage);
        return methods == null || methods.isEmpty() ? null : methods.get(methodKey);
    }

    /** The limit of each key, over all stages. */
    public KeyedLimit throttle() {
        return throttle;
    }

    /**
     * What a limit is for.
     *
     * @param stage null for the limit over all stages
     * @param methodKey empty for the limit over all stages
     */
    public record LimitName(String planId, @Nullable StageId stage, String methodKey) {}

    /** The plan's limits and what they are for. */
    public Map<KeyedLimit, LimitName> limitNames() {
        Map<KeyedLimit, LimitName> names = new HashMap<>();
        names.put(throttle, new LimitName(id, null, ""));
        stages.forEach((stage, methods) ->
                methods.forEach((methodKey, limit) -> names.put(limit, new LimitName(id, stage, methodKey))));
        return names;
    }

    private List<KeyedLimit> all() {
        List<KeyedLimit> all = new ArrayList<>();
        all.add(throttle);
        stages.values().forEach(methods -> all.addAll(methods.values()));
        return all;
    }

    private Map<StageId, Map<String, KeyedLimit>> merge(
            Map<StageId, Map<String, KeyedLimit>> old, Map<StageId, Map<String, LevelLimit>> wanted, boolean full) {
        Map<StageId, Map<String, KeyedLimit>> merged = new HashMap<>();
        wanted.forEach((stage, limits) -> {
            Map<String, KeyedLimit> known = old.getOrDefault(stage, Map.of());
            Map<String, KeyedLimit> methods = new HashMap<>();
            limits.forEach((methodKey, limit) -> {
                KeyedLimit method = known.get(methodKey);
                if (method == null) {
                    method = limit(KEY_METHOD, limit, full);
                } else {
                    method.set(limit.limit());
                    method.setDryRun(limit.dryRun());
                }
                methods.put(methodKey, method);
            });
            merged.put(stage, Map.copyOf(methods));
        });
        old.forEach((stage, methods) -> methods.forEach((methodKey, limit) -> {
            if (!merged.getOrDefault(stage, Map.of()).containsKey(methodKey)) {
                buckets.forget(limit);
            }
        }));
        return Map.copyOf(merged);
    }

    private KeyedLimit limit(String name, LevelLimit limit, boolean full) {
        KeyedLimit made = full ? buckets.limit(name, limit.limit()) : buckets.emptyLimit(name, limit.limit());
        made.setDryRun(limit.dryRun());
        return made;
    }
}
