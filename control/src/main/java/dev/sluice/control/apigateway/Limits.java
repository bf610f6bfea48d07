/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.FairLevels;
import dev.sluice.gateway.LevelLimit;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.FairShare;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Owed;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The buckets of account, APIs, stages and methods by their identity, and how the first three are shared: each is kept for as long as the thing it limits exists, however
 * often that is deployed or changed. Thread-safe; a limit that is set is live when the call returns.
 *
 * <p>Limits that are older than the process, those first asked for before {@link #restored()}, owe what they owed at a clean stop; after a
 * crash they start empty, for nobody knows what was left. Later ones are new and start full.
 */
public final class Limits {
    static final String ACCOUNT = "account";
    static final String API = "api";
    static final String STAGE = "stage";
    static final String METHOD = "method";

    private final NanoClock clock;
    private final boolean fullAfterCrash;
    private final KeptBuckets kept;
    private final Map<String, Bucket> accounts = new ConcurrentHashMap<>();
    private final Map<String, Bucket> apis = new ConcurrentHashMap<>();
    private final Map<String, FairShare> accountShares = new ConcurrentHashMap<>();
    private final Map<String, FairShare> apiShares = new ConcurrentHashMap<>();
    private final Map<StageName, StageBuckets> stages = new ConcurrentHashMap<>();
    private volatile boolean restoring = true;

    /**
     * @param fullAfterCrash whether limits older than the process start full, too
     * @param kept what they owed at the last stop, if it was a clean one
     */
    public Limits(NanoClock clock, boolean fullAfterCrash, KeptBuckets kept) {
        this.clock = clock;
        this.fullAfterCrash = fullAfterCrash;
        this.kept = kept;
    }

    /** The level that all APIs share. */
    Bucket account(LevelLimit limit) {
        return bucket(accounts, ACCOUNT, limit, ACCOUNT);
    }

    /** The level that all stages of an API share. */
    Bucket api(String apiId, LevelLimit limit) {
        return bucket(apis, apiId, limit, API, apiId);
    }

    /** The level that all methods of a stage share. */
    Bucket stage(String apiId, String stageName, LevelLimit limit) {
        return bucket(buckets(apiId, stageName).stage, STAGE, limit, STAGE, apiId, stageName);
    }

    /** @param methodKey {@code /path/METHOD}, as {@link dev.sluice.gateway.Route#methodKey()} */
    Bucket method(String apiId, String stageName, String methodKey, LevelLimit limit) {
        return bucket(buckets(apiId, stageName).methods, methodKey, limit, METHOD, apiId, stageName, methodKey);
    }

    /** How a stage's keys share its levels, which are those that this object gave; the state is kept as that of buckets is. */
    FairLevels fairness(String apiId, String stageName, Bucket stage, Bucket api, Bucket account) {
        return new FairLevels(
                share(buckets(apiId, stageName).share, STAGE, stage),
                share(apiShares, apiId, api),
                share(accountShares, ACCOUNT, account));
    }

    /** From now on a limit that is not known is a new one. */
    void restored() {
        restoring = false;
    }

    void forgetApi(String apiId) {
        apis.remove(apiId);
        apiShares.remove(apiId);
    }

    void forgetStage(String apiId, String stageName) {
        stages.remove(new StageName(apiId, stageName));
    }

    private StageBuckets buckets(String apiId, String stageName) {
        return stages.computeIfAbsent(new StageName(apiId, stageName), _ -> new StageBuckets());
    }

    private FairShare share(Map<String, FairShare> shares, String id, Bucket bucket) {
        FairShare share = shares.computeIfAbsent(id, _ -> FairShare.of(bucket, clock));
        if (share.shared() == bucket) {
            return share;
        }
        FairShare other = FairShare.of(bucket, clock);
        shares.put(id, other);
        return other;
    }

    /** @param name the policy first */
    private Bucket bucket(Map<String, Bucket> buckets, String id, LevelLimit limit, String... name) {
        Bucket bucket = buckets.computeIfAbsent(id, _ -> newBucket(limit, name));
        putInForce(bucket.limit(), limit);
        return bucket;
    }

    /** The one place where a stored limit reaches a live one of these levels. */
    private void putInForce(LiveLimit live, LevelLimit wanted) {
        live.set(wanted.limit(), clock);
        live.setDryRun(wanted.dryRun());
    }

    private Bucket newBucket(LevelLimit wanted, String... name) {
        LiveLimit live = new LiveLimit(name[0], wanted.limit());
        if (restoring && kept.known()) {
            return Bucket.owing(live, clock, kept.shared(name));
        }
        boolean empty = restoring && !fullAfterCrash && !wanted.limit().unlimited();
        return empty ? Bucket.empty(live, clock) : Bucket.full(live, clock);
    }

    /** Writes what is owed, to be kept over a stop. */
    public void writeTo(KeptBuckets.Sink sink) {
        accounts.forEach((_, bucket) -> write(sink, bucket, ACCOUNT));
        apis.forEach((apiId, bucket) -> write(sink, bucket, API, apiId));
        stages.forEach((stage, buckets) -> {
            buckets.stage.forEach((_, bucket) -> write(sink, bucket, STAGE, stage.apiId, stage.stageName));
            buckets.methods.forEach(
                    (method, bucket) -> write(sink, bucket, METHOD, stage.apiId, stage.stageName, method));
        });
    }

    private void write(KeptBuckets.Sink sink, Bucket bucket, String... name) {
        Owed owed = bucket.owed(clock.nanoTime());
        if (!owed.equals(Owed.NOTHING)) {
            sink.put(owed, name);
        }
    }

    private record StageName(String apiId, String stageName) {}

    /** One stage's; {@code stage} and {@code share} hold at most one. */
    private static final class StageBuckets {
        final Map<String, Bucket> stage = new ConcurrentHashMap<>();
        final Map<String, FairShare> share = new ConcurrentHashMap<>();
        final Map<String, Bucket> methods = new ConcurrentHashMap<>();
    }
}
