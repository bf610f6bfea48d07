/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.store.Sample;
import dev.sluice.store.SampleStore;
import dev.sluice.store.SampleStore.Resolution;
import dev.sluice.store.Statistics;
import dev.sluice.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps measurements by metric, unit and minute. Recording adds in memory; once a second what was recorded goes to the store, so a killed
 * process loses the last second at most. Readers see every value whose {@code record} returned. Thread-safe; recording does not wait for a
 * disk, everything else may.
 *
 * <p>Bounds: {@value #MAX_SERIES} series (a metric in one unit), and twice as many unwritten samples while the store fails. A value for one more is
 * dropped, logged once, and counted by {@link #dropped}, as are values older than {@link #MAX_AGE} or newer than {@link #MAX_AHEAD}. A series
 * makes room once it had no value for as long as minutes are kept.
 */
public final class Metrics implements AutoCloseable {
    /** How old a value may be; CloudWatch's own bound. */
    public static final Duration MAX_AGE = Duration.ofDays(14);

    /** How far in the future a value may be; CloudWatch's own bound. */
    public static final Duration MAX_AHEAD = Duration.ofHours(2);

    static final int MAX_SERIES = 50_000;
    private static final Duration FLUSH_EACH = Duration.ofSeconds(1);
    private static final Duration MAINTAIN_EACH = Duration.ofMinutes(5);
    private static final Logger log = LoggerFactory.getLogger(Metrics.class);

    private final SampleStore store;
    private final InstantSource clock;
    private final PendingSamples pending;

    /** Held shared to read, alone to flush: so a reader finds each value either in memory or in the store. */
    private final ReadWriteLock flushing = new ReentrantReadWriteLock();

    private final AtomicLong failedFlushes = new AtomicLong();
    private final Loop loop;
    private Instant maintained;

    private Metrics(SampleStore store, InstantSource clock, int maxSeries) {
        this.store = store;
        this.clock = clock;
        this.pending = new PendingSamples(clock, maxSeries);
        this.maintained = clock.instant();
        store.series()
                .forEach(series ->
                        pending.know(new PendingSamples.Series(series.series(), series.unit()), series.newest()));
        pending.forgetSeriesBefore(Resolution.MINUTE.oldest(maintained));
        this.loop = Loop.start("sluice-metrics", FLUSH_EACH, this::tick);
    }

    public static Metrics open(SampleStore store, InstantSource clock) {
        return new Metrics(store, clock, MAX_SERIES);
    }

    static Metrics open(SampleStore store, InstantSource clock, int maxSeries) {
        return new Metrics(store, clock, maxSeries);
    }

    /** Records one value; {@code unit} is one of CloudWatch's, {@code None} if there is none. */
    public void record(MetricId id, Instant at, double value, String unit) {
        record(id, at, Statistics.of(value), unit);
    }

    /** Records several values of one minute at once. */
    public void record(MetricId id, Instant at, Statistics statistics, String unit) {
        if (!pending.add(new PendingSamples.Series(id.series(), unit), at, statistics)) {
            log.debug("dropped {} of {} at {}", statistics.sampleCount(), id, at);
        }
    }

    /**
     * The datapoints of the periods from {@code from}, rounded down to the minute, to before {@code to}; oldest first, periods without values
     * left out. Where data is kept by the hour or day only, a period gets the hours or days that start in it.
     *
     * @param period a multiple of one minute
     * @param unit only values of this unit; null for all, each unit in datapoints of its own
     */
    public List<Datapoint> statistics(MetricId id, Instant from, Instant to, Duration period, @Nullable String unit) {
        long seconds = period.toSeconds();
        if (seconds <= 0 || !period.equals(Duration.ofMinutes(period.toMinutes()))) {
            throw new IllegalArgumentException("period: " + period + " (expected: a multiple of one minute)");
        }
        Instant start = Resolution.MINUTE.start(from);
        var points = new TreeMap<Instant, Map<String, Statistics>>();
        for (Sample sample : samples(id, start, to)) {
            if (unit == null || unit.equals(sample.unit())) {
                long index = Duration.between(start, sample.start()).toSeconds() / seconds;
                points.computeIfAbsent(start.plusSeconds(index * seconds), _ -> new TreeMap<>())
                        .merge(sample.unit(), sample.statistics(), Statistics::plus);
            }
        }
        var datapoints = new ArrayList<Datapoint>();
        points.forEach((timestamp, units) ->
                units.forEach((its, statistics) -> datapoints.add(new Datapoint(timestamp, its, statistics))));
        return datapoints;
    }

    private List<Sample> samples(MetricId id, Instant from, Instant to) {
        Instant now = clock.instant();
        Instant minutesFrom = Resolution.MINUTE.oldest(now);
        Instant hoursFrom = Resolution.HOUR.oldest(now);
        String series = id.series();
        var samples = new ArrayList<Sample>();
        flushing.readLock().lock();
        try {
            read(samples, series, Resolution.DAY, from, earlier(to, hoursFrom));
            read(samples, series, Resolution.HOUR, later(from, hoursFrom), earlier(to, minutesFrom));
            read(samples, series, Resolution.MINUTE, later(from, minutesFrom), to);
            samples.addAll(pending.find(series, from, to));
        } finally {
            flushing.readLock().unlock();
        }
        return samples;
    }

    private void read(List<Sample> samples, String series, Resolution resolution, Instant from, Instant to) {
        if (from.isBefore(to)) {
            samples.addAll(store.read(series, resolution, from, to));
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }

    /** The metrics with values that match, in a fixed order. */
    public List<MetricId> list(MetricFilter filter) {
        var newest = new TreeMap<MetricId, Instant>();
        pending.series().forEach((series, at) -> newest.merge(MetricId.parse(series.name()), at, Metrics::later));
        newest.entrySet().removeIf(entry -> !filter.matches(entry.getKey(), entry.getValue()));
        return List.copyOf(newest.keySet());
    }

    /** How many calls of {@code record} had no effect, as the values were too old, too far ahead, or beyond a bound. */
    public long dropped() {
        return pending.dropped();
    }

    /** How many times the store did not take what was recorded; it is tried again each second. */
    public long failedFlushes() {
        return failedFlushes.get();
    }

    private void tick() {
        flush();
        Instant now = clock.instant();
        if (!now.isBefore(maintained.plus(MAINTAIN_EACH))) {
            maintained = now;
            store.maintain(now);
            pending.forgetSeriesBefore(Resolution.MINUTE.oldest(now));
        }
    }

    /** Brings what was recorded to the store; on a failure it stays in memory. */
    void flush() {
        flushing.writeLock().lock();
        try {
            List<Sample> samples = pending.take();
            try {
                store.merge(samples);
            } catch (StoreException e) {
                pending.putBack(samples);
                if (failedFlushes.getAndIncrement() % 60 == 0) {
                    log.warn("metrics are kept in memory for now: {}", e.getMessage());
                }
            }
        } finally {
            flushing.writeLock().unlock();
        }
    }

    /** Writes what was recorded. */
    @Override
    public void close() {
        loop.close();
        flush();
    }
}
