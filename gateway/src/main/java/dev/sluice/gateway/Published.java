/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.BucketTable;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Quotas;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the data plane serves now. Thread-safe: readers take no lock; each change is O(1) and live when the call returns. */
public final class Published {
    private final Map<Name, Stage> stages = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();
    private final KeyTable keys = KeyTable.create();
    private volatile CustomDomains domains = CustomDomains.NONE;
    private final BucketTable buckets;
    private final Quotas quotas;

    /**
     * @param clock the one that the gateway's limiter reads
     * @param quotas the counters of keys' quotas
     */
    public Published(NanoClock clock, Quotas quotas) {
        this.buckets = new BucketTable(clock);
        this.quotas = quotas;
    }

    /** The buckets that keys have for themselves, by their subjects. */
    public BucketTable buckets() {
        return buckets;
    }

    public Quotas quotas() {
        return quotas;
    }

    /** Serves a stage from now on, in place of the one with the same API id and name. */
    public void publish(Stage stage) {
        stages.put(new Name(stage.id().apiId(), stage.id().stageName()), stage);
        version.incrementAndGet();
    }

    /** Does nothing when there is none. */
    public void withdraw(String apiId, String stageName) {
        stages.remove(new Name(apiId, stageName));
        version.incrementAndGet();
    }

    /** Changes with every change of stages and domains, before that call returns: while it is the same, so are they. */
    public long version() {
        return version.get();
    }

    public Optional<Stage> stage(String apiId, String stageName) {
        return Optional.ofNullable(stages.get(new Name(apiId, stageName)));
    }

    /** The custom domains that are served now. */
    public CustomDomains domains() {
        return domains;
    }

    /** Serves these custom domains from now on, and no others. */
    public void serve(CustomDomains served) {
        domains = served;
        version.incrementAndGet();
    }

    /**
     * Knows a key from now on, in place of the one with the same id. No two keys may have the same value, which is not kept.
     *
     * @param value what clients present
     * @param plans at most one covers any one stage
     */
    public ApiKey publishKey(String id, String value, boolean enabled, List<UsagePlan> plans) {
        return keys.read(keys.put(id, value.getBytes(StandardCharsets.UTF_8), enabled, plans));
    }

    /** The key with this subject, which must be in use. */
    public ApiKey keyBySubject(int subject) {
        return keys.read(subject);
    }

    /** The key with this id. */
    public Optional<ApiKey> keyById(String id) {
        return keys.byId(id);
    }

    /** Does nothing when there is none. */
    public void withdrawKey(String keyId) {
        keys.remove(keyId);
    }

    /** The key with exactly this value, enabled or not; an unknown one leaves no trace. */
    public Optional<ApiKey> key(byte[] presented) {
        return Optional.ofNullable(keys.find(presented));
    }

    private record Name(String apiId, String stageName) {}
}
