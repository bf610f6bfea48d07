/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What {@link FairShare} keeps of one subject. Thread-safe, but for the members that say whose they are. */
final class FairSubject {
    private static final VarHandle OFFERED;
    private static final VarHandle ARRIVAL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OFFERED = lookup.findVarHandle(FairSubject.class, "offered", long.class);
            ARRIVAL = lookup.findVarHandle(FairSubject.class, "arrival", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int id;
    private volatile int weight;
    /** Requests since the last round. */
    private volatile long offered;
    /** The virtual time at which the subject's share will be unused again. */
    private volatile long arrival;
    /** Requests a round, in {@link FairShare#TOKEN}s of demand, averaged; the round's own. */
    long demand;
    /** When the last round saw it offer anything; the round's own. */
    long seenNanos;

    FairSubject(int id, int weight, long nowVirtual, long nowNanos) {
        this.id = id;
        this.weight = weight;
        this.arrival = nowVirtual;
        this.seenNanos = nowNanos;
    }

    int weight() {
        return weight;
    }

    void offer(int newWeight) {
        if (weight != newWeight) {
            weight = newWeight;
        }
        OFFERED.getAndAdd(this, 1L);
    }

    long takeOffered() {
        return (long) OFFERED.getAndSet(this, 0L);
    }

    /** What it has used of its share, in virtual units: 0 to {@code burst}. */
    long used(long nowVirtual, long burst) {
        return Math.clamp(arrival - nowVirtual, 0, burst);
    }

    /** Uses up to {@code cost} of its share; what goes beyond is excess and costs nothing. */
    void charge(long nowVirtual, long cost, long burst) {
        while (true) {
            long before = arrival;
            long used = Math.clamp(before - nowVirtual, 0, burst);
            long after = nowVirtual + Math.min(used + cost, burst);
            if (ARRIVAL.compareAndSet(this, before, after)) {
                return;
            }
        }
    }
}
