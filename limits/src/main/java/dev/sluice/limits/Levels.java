/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What one decision is about: the levels, most specific first, and the quota. Made by {@link Limiter#newLevels()} for one thread, which fills
 * it anew for each decision, so that deciding allocates nothing. Not thread-safe.
 */
public final class Levels {
    /** Most levels in one decision, the quota apart. */
    public static final int MAX = 63;

    private final Bucket[] buckets = new Bucket[MAX];
    private int count;
    private @Nullable KeyedLimit keyed;
    private int subject;
    private @Nullable Quota quota;
    private boolean quotaDryRun;
    private long wouldRefuse;

    /** The latest reading of the clock by this thread: time has got as far at least. */
    private long latestNanos;

    /** Levels that this decision only looks at; one bit each, the keyed level's the first. */
    private long dry;

    Levels(long nowNanos) {
        this.latestNanos = nowNanos;
    }

    /** No levels, no quota. */
    public Levels clear() {
        count = 0;
        keyed = null;
        quota = null;
        quotaDryRun = false;
        wouldRefuse = 0;
        return this;
    }

    /**
     * The subject's own bucket under a limit; the most specific level of the decision.
     *
     * @throws IllegalStateException if there is such a level already
     */
    public Levels keyed(KeyedLimit limit, int ofSubject) {
        if (keyed != null) {
            throw new IllegalStateException("keyed level: " + limit + " besides " + keyed + " (expected: one at most)");
        }
        keyed = requireNonNull(limit, "limit");
        subject = ofSubject;
        return this;
    }

    /**
     * A level that requests share; each bucket once.
     *
     * @throws IllegalStateException if there are {@link #MAX} levels already
     */
    public Levels add(Bucket bucket) {
        if (count + 1 >= MAX) {
            throw new IllegalStateException("levels: " + (count + 2) + " (expected: at most " + MAX + ")");
        }
        buckets[count++] = requireNonNull(bucket, "bucket");
        return this;
    }

    /** @param dryRun whether the quota only tells that it would refuse; what is left of it is used up all the same */
    public Levels quota(@Nullable Quota ofSubject, boolean dryRun) {
        quota = ofSubject;
        quotaDryRun = dryRun;
        return this;
    }

    public Levels quota(@Nullable Quota ofSubject) {
        return quota(ofSubject, false);
    }

    /** How many levels there are, the quota apart. */
    public int size() {
        return count + (keyed == null ? 0 : 1);
    }

    /** The policy name of a level, 0 being the most specific. */
    public String policy(int level) {
        return isKeyed(level) ? keyed().name() : bucket(level).limit().name();
    }

    public Limit limit(int level) {
        return isKeyed(level) ? keyed().get() : bucket(level).limit().get();
    }

    /** What a level holds at the clock's reading {@code nowNanos}. */
    public Level level(int level, long nowNanos) {
        return isKeyed(level) ? keyed().level(subject, nowNanos) : bucket(level).level(nowNanos);
    }

    public @Nullable Quota quota() {
        return quota;
    }

    /** After an admission: the levels in a dry run that would have refused, the bit of the most specific first. */
    public long wouldRefuse() {
        return wouldRefuse;
    }

    /** After an admission: whether the quota, in a dry run, is used up. */
    public boolean quotaWouldRefuse() {
        return wouldRefuse < 0;
    }

    /** The clock's latest reading for these levels. */
    public long latestNanos() {
        return latestNanos;
    }

    /** Notes which levels are in a dry run: for this decision they are, whatever changes meanwhile. */
    void begin() {
        wouldRefuse = 0;
        dry = 0;
        for (int level = 0; level < size(); level++) {
            if (isKeyed(level) ? keyed().dryRun() : bucket(level).limit().dryRun()) {
                dry |= 1L << level;
            }
        }
    }

    void read(long nowNanos) {
        latestNanos = nowNanos;
    }

    boolean quotaDryRun() {
        return quotaDryRun;
    }

    void quotaRefusesDry() {
        wouldRefuse |= Long.MIN_VALUE;
    }

    boolean isDry(int level) {
        return (dry & 1L << level) != 0;
    }

    boolean anyDry() {
        return dry != 0;
    }

    /** Whether there is a keyed level that is decided on. */
    boolean decidesKeyed() {
        return keyed != null && (dry & 1) == 0;
    }

    boolean isKeyed(int level) {
        return keyed != null && level == 0;
    }

    KeyedLimit keyed() {
        return requireNonNull(keyed, "keyed");
    }

    int subject() {
        return subject;
    }

    Bucket bucket(int level) {
        return buckets[keyed == null ? level : level - 1];
    }

    long waitNanos(int level, long nowNanos, long cost) {
        return isKeyed(level)
                ? keyed().waitNanos(subject, nowNanos, cost)
                : bucket(level).waitNanos(nowNanos, cost);
    }

    /** Whether every shared level can be charged as of a time to come; false only for rates that are counted in very small units. */
    boolean reach(long atNanos) {
        for (int i = 0; i < count; i++) {
            if (!buckets[i].reaches(latestNanos, atNanos)) {
                return false;
            }
        }
        return true;
    }

    /** Charges what is only looked at, where it fits, and notes where it does not. */
    void chargeDry(long nowNanos, long stampNanos, long cost) {
        for (long rest = dry; rest != 0; rest &= rest - 1) {
            int level = Long.numberOfTrailingZeros(rest);
            boolean fits = isKeyed(level)
                    ? keyed().charge(subject, nowNanos, stampNanos, cost)
                    : bucket(level).chargeIfFits(nowNanos, stampNanos, cost);
            if (!fits) {
                wouldRefuse |= 1L << level;
            }
        }
    }

    void debit(long nowNanos, long cost) {
        for (int level = 0; level < size(); level++) {
            if (isKeyed(level)) {
                keyed().debit(subject, nowNanos, cost);
            } else {
                bucket(level).debit(nowNanos, nowNanos, cost);
            }
        }
    }
}
