/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A limit that can be changed while any number of buckets use it: one write, however many buckets there are. Thread-safe.
 *
 * <p>Each bucket carries its debt in tokens across the change when it is next touched, as of the instant of the change; no change by itself
 * lets more through than the limit it makes (envelope across one change: max of both bursts plus the integral of the rate). Lowering the
 * burst leaves a bucket empty at worst: what it owes beyond the new burst is forgiven, so raising the burst again later can give back up to
 * the difference. A decision that is under way while the limit changes may still follow the old one. What was unlimited starts full.
 */
public final class LiveLimit {
    private final String name;
    private volatile Version newest;

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
        newest = version;
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

        volatile @Nullable Version next;

        private Version(Limit limit, long sinceNanos) {
            this.limit = limit;
            this.scale = Scale.of(limit);
            this.sinceNanos = sinceNanos;
        }

        /** A debt in units of this version in units of the next: rounded up, and no more than the next holds. */
        long convert(long debt, Version to) {
            if (limit.unlimited() || to.limit.unlimited()) {
                return 0;
            }
            long from = scale.unitsPerToken();
            long into = to.scale.unitsPerToken();
            if (Math.multiplyHigh(debt, into) == 0 && debt * into >= 0) {
                return Math.min(Math.ceilDiv(debt * into, from), to.scale.capacity());
            }
            BigInteger[] exact = BigInteger.valueOf(debt)
                    .multiply(BigInteger.valueOf(into))
                    .divideAndRemainder(BigInteger.valueOf(from));
            BigInteger up = exact[1].signum() == 0 ? exact[0] : exact[0].add(BigInteger.ONE);
            return up.min(BigInteger.valueOf(to.scale.capacity())).longValueExact();
        }
    }
}
