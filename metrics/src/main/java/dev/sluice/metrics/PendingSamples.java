/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.store.Sample;
import dev.sluice.store.SampleStore.Resolution;
import dev.sluice.store.Statistics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** The samples that are not in the store yet, and every series that has samples at all. Thread-safe; nothing here blocks for long. */
final class PendingSamples {
    private final InstantSource clock;
    private final int maxSeries;
    private final Lock lock = new ReentrantLock();

    // The lock guards all that follows.
    private final Map<Series, Instant> series = new HashMap<>();
    private Map<Series, Map<Instant, Statistics>> samples = new HashMap<>();
    private int size;
    private long dropped;

    PendingSamples(InstantSource clock, int maxSeries) {
        this.clock = clock;
        this.maxSeries = maxSeries;
    }

    /** False if the values were dropped. */
    boolean add(Series one, Instant at, Statistics statistics) {
        Instant now = clock.instant();
        boolean timely = !at.isBefore(now.minus(Metrics.MAX_AGE)) && !at.isAfter(now.plus(Metrics.MAX_AHEAD));
        lock.lock();
        try {
            boolean room = size < 2 * maxSeries && (series.containsKey(one) || series.size() < maxSeries);
            if (!timely || !room) {
                dropped++;
                return false;
            }
            Instant minute = Resolution.MINUTE.start(at);
            put(one, minute, statistics);
            series.merge(one, minute, PendingSamples::later);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private void put(Series one, Instant minute, Statistics statistics) {
        Map<Instant, Statistics> minutes = samples.computeIfAbsent(one, _ -> new HashMap<>());
        int before = minutes.size();
        minutes.merge(minute, statistics, Statistics::plus);
        size += minutes.size() - before;
    }

    /** Notes a series that the store has. */
    void know(Series one, Instant newest) {
        lock.lock();
        try {
            series.merge(one, newest, PendingSamples::later);
        } finally {
            lock.unlock();
        }
    }

    List<Sample> find(String name, Instant from, Instant to) {
        var found = new ArrayList<Sample>();
        lock.lock();
        try {
            samples.forEach((one, minutes) -> {
                if (one.name().equals(name)) {
                    minutes.forEach((minute, statistics) -> {
                        if (!minute.isBefore(from) && minute.isBefore(to)) {
                            found.add(new Sample(name, one.unit(), minute, statistics));
                        }
                    });
                }
            });
        } finally {
            lock.unlock();
        }
        return found;
    }

    /** Takes everything out. */
    List<Sample> take() {
        Map<Series, Map<Instant, Statistics>> taken;
        lock.lock();
        try {
            taken = samples;
            samples = new HashMap<>();
            size = 0;
        } finally {
            lock.unlock();
        }
        var list = new ArrayList<Sample>();
        taken.forEach((one, minutes) -> minutes.forEach(
                (minute, statistics) -> list.add(new Sample(one.name(), one.unit(), minute, statistics))));
        return list;
    }

    /** Adds samples back that were taken. */
    void putBack(List<Sample> taken) {
        lock.lock();
        try {
            taken.forEach(
                    sample -> put(new Series(sample.series(), sample.unit()), sample.start(), sample.statistics()));
        } finally {
            lock.unlock();
        }
    }

    /** Every series and its newest minute. */
    Map<Series, Instant> series() {
        lock.lock();
        try {
            return Map.copyOf(series);
        } finally {
            lock.unlock();
        }
    }

    void forgetSeriesBefore(Instant oldest) {
        lock.lock();
        try {
            series.values().removeIf(newest -> newest.isBefore(oldest));
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }

    /** A metric in one unit. */
    record Series(String name, String unit) {}
}
