/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A limit that can be changed while any number of buckets use it: one write, however many buckets there are. Thread-safe.
 *
 * <p>Each bucket carries its debt in tokens across the change when it is next touched, as of the instant of the change. No change and no
 * sequence of changes lets more through than the largest burst in force and the integral of the rate. Lowering the burst leaves a bucket
 * empty at worst; what it owes beyond the new burst is owed again when the burst is raised, as far as time has not paid it. A decision that
 * is under way while the limit changes may still follow the old one. What was unlimited starts full.
 *
 * <p>In a dry run the limit refuses nothing: {@link Levels#wouldRefuse()} tells what it would have refused.
 */
public final class LiveLimit {
    private final String name;
    private volatile Version newest;
    private volatile boolean dryRun;

    /** @param name the policy this limit stands for in answers: account, api, stage, method, key, key-method */
    public LiveLimit(String name, Limit limit) {
        this.name = requireNonNull(name, "name");
        this.newest = new Version(requireNonNull(limit, "limit"), 0);
    }

    public String name() {
        return name;
    }

    public Limit get() {
        return newest.limit;
    }

    /**
     * Live when the call returns.
     *
     * @param clock the one that the limiter of the buckets reads
     */
    public synchronized void set(Limit limit, NanoClock clock) {
        requireNonNull(limit, "limit");
        if (limit.equals(newest.limit)) {
            return;
        }
        Version version = new Version(limit, clock.nanoTime());
        newest.next = version;
        version.liveNanos = clock.nanoTime();
        newest = version;
    }

    /** Live when the call returns; buckets keep what they owe. */
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    public boolean dryRun() {
        return dryRun;
    }

    Version newest() {
        return newest;
    }

    /**
     * One setting of the limit; knows the setting that replaced it, so that a bucket can replay the changes it slept through. Nothing
     * points backwards: a version that no bucket stands on any more is garbage.
     */
    static final class Version {
        final Limit limit;
        final Scale scale;
        /** When it came into force; meaningless for the first. */
        final long sinceNanos;

        /** When it was certain to be seen by whoever looked. */
        volatile long liveNanos;

        volatile @Nullable Version next;

        private Version(Limit limit, long sinceNanos) {
            this.limit = limit;
            this.scale = Scale.of(limit);
            this.sinceNanos = sinceNanos;
            this.liveNanos = sinceNanos;
        }
    }
}
