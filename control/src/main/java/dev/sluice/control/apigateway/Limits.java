/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The buckets of account, APIs, stages and methods by their identity: each is kept for as long as the thing it limits exists, however
 * often that is deployed or changed. Thread-safe; a limit that is set is live when the call returns.
 *
 * <p>Limits that are older than the process start empty, for nobody knows what was left: those first asked for before
 * {@link #restored()}. Later ones are new and start full.
 */
public final class Limits {
    static final String ACCOUNT = "account";
    static final String API = "api";
    static final String STAGE = "stage";
    static final String METHOD = "method";

    private final NanoClock clock;
    private final boolean fullAfterCrash;
    private final Map<String, Bucket> accounts = new ConcurrentHashMap<>();
    private final Map<String, Bucket> apis = new ConcurrentHashMap<>();
    private final Map<StageName, StageBuckets> stages = new ConcurrentHashMap<>();
    private volatile boolean restoring = true;

    /** @param fullAfterCrash whether limits older than the process start full, too */
    public Limits(NanoClock clock, boolean fullAfterCrash) {
        this.clock = clock;
        this.fullAfterCrash = fullAfterCrash;
    }

    /** The level that all APIs share. */
    Bucket account(Limit limit) {
        return bucket(accounts, ACCOUNT, ACCOUNT, limit);
    }

    /** The level that all stages of an API share. */
    Bucket api(String apiId, Limit limit) {
        return bucket(apis, apiId, API, limit);
    }

    /** The level that all methods of a stage share. */
    Bucket stage(String apiId, String stageName, Limit limit) {
        return bucket(buckets(apiId, stageName).stage, STAGE, STAGE, limit);
    }

    /** @param methodKey {@code /path/METHOD}, as {@link dev.sluice.gateway.Route#methodKey()} */
    Bucket method(String apiId, String stageName, String methodKey, Limit limit) {
        return bucket(buckets(apiId, stageName).methods, methodKey, METHOD, limit);
    }

    /** From now on a limit that is not known is a new one. */
    void restored() {
        restoring = false;
    }

    void forgetApi(String apiId) {
        apis.remove(apiId);
    }

    void forgetStage(String apiId, String stageName) {
        stages.remove(new StageName(apiId, stageName));
    }

    private StageBuckets buckets(String apiId, String stageName) {
        return stages.computeIfAbsent(new StageName(apiId, stageName), _ -> new StageBuckets());
    }

    private Bucket bucket(Map<String, Bucket> buckets, String id, String policy, Limit limit) {
        Bucket bucket = buckets.computeIfAbsent(id, _ -> newBucket(policy, limit));
        if (!bucket.limit().get().equals(limit)) {
            bucket.limit().set(limit, clock);
        }
        return bucket;
    }

    private Bucket newBucket(String policy, Limit limit) {
        LiveLimit live = new LiveLimit(policy, limit);
        boolean empty = restoring && !fullAfterCrash && !limit.unlimited();
        return empty ? Bucket.empty(live, clock) : Bucket.full(live, clock);
    }

    private record StageName(String apiId, String stageName) {}

    /** One stage's; {@code stage} holds at most one. */
    private static final class StageBuckets {
        final Map<String, Bucket> stage = new ConcurrentHashMap<>();
        final Map<String, Bucket> methods = new ConcurrentHashMap<>();
    }
}
