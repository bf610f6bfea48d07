/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.store.Histogram;
import dev.sluice.store.Sample;
import dev.sluice.store.SampleStore;
import dev.sluice.store.Statistics;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Samples in {@code metrics.db}. Thread-safe. */
final class SqliteSampleStore implements SampleStore {
    /** So much upkeep goes into one transaction, so that merges need not wait long. */
    private static final int UPKEEP_AT_ONCE = 200;

    private static final String COLUMNS = "sample_count, total, least, greatest, histogram";

    private final SqliteFile file;

    SqliteSampleStore(SqliteFile file) {
        this.file = file;
    }

    @Override
    public void merge(Collection<Sample> samples) {
        if (samples.isEmpty()) {
            return;
        }
        file.writer().write(session -> {
            for (Sample sample : samples) {
                merge(session, sample);
            }
            return true;
        });
    }

    private static void merge(Session session, Sample sample) throws SQLException {
        long start = sample.start().getEpochSecond();
        if (!Resolution.MINUTE.start(sample.start()).equals(sample.start())) {
            throw new IllegalArgumentException("start: " + sample.start() + " (expected: a whole minute)");
        }
        long id = session.number("""
                INSERT INTO series (name, unit, newest) VALUES (?, ?, ?) ON CONFLICT (name, unit)
                DO UPDATE SET newest = CASE WHEN series.newest > excluded.newest THEN series.newest ELSE excluded.newest END
                RETURNING id""", sample.series(), sample.unit(), start);
        Optional<Statistics> there = session.first(
                "SELECT " + COLUMNS + " FROM sample WHERE series_id = ? AND resolution = ? AND start = ?",
                row -> readStatistics(row, 1),
                id,
                seconds(Resolution.MINUTE),
                start);
        save(
                session,
                id,
                Resolution.MINUTE,
                start,
                there.map(sample.statistics()::plus).orElse(sample.statistics()));
        due(session, id, Resolution.HOUR, sample.start());
    }

    private static void due(Session session, long id, Resolution resolution, Instant within) throws SQLException {
        session.update(
                "INSERT INTO rollup_due (resolution, start, series_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                seconds(resolution),
                resolution.start(within).getEpochSecond(),
                id);
    }

    private static void save(Session session, long id, Resolution resolution, long start, Statistics statistics)
            throws SQLException {
        Histogram histogram = statistics.histogram();
        session.update(
                """
                INSERT INTO sample
                    (series_id, resolution, start, sample_count, total, least, greatest, histogram)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (series_id, resolution, start) DO UPDATE SET sample_count = excluded.sample_count,
                    total = excluded.total, least = excluded.least, greatest = excluded.greatest,
                    histogram = excluded.histogram""",
                id,
                seconds(resolution),
                start,
                statistics.sampleCount(),
                statistics.sum(),
                statistics.min(),
                statistics.max(),
                histogram == null ? null : histogram.encode());
    }

    @Override
    public List<Sample> read(String series, Resolution resolution, Instant from, Instant to) {
        return file.read(session -> session.query(
                """
                SELECT series.unit, sample.start, %s FROM series JOIN sample ON sample.series_id = series.id
                WHERE series.name = ? AND sample.resolution = ? AND sample.start >= ? AND sample.start < ?
                ORDER BY sample.start, series.id""".formatted(COLUMNS),
                row -> new Sample(
                        series, row.getString(1), Instant.ofEpochSecond(row.getLong(2)), readStatistics(row, 3)),
                series,
                seconds(resolution),
                secondsNotBefore(from),
                secondsNotBefore(to)));
    }

    private static long seconds(Resolution resolution) {
        return resolution.length().toSeconds();
    }

    private static long secondsNotBefore(Instant instant) {
        return instant.getNano() == 0 ? instant.getEpochSecond() : instant.getEpochSecond() + 1;
    }

    private static Statistics readStatistics(ResultSet row, int column) throws SQLException {
        byte[] histogram = row.getBytes(column + 4);
        return new Statistics(
                row.getDouble(column),
                row.getDouble(column + 1),
                row.getDouble(column + 2),
                row.getDouble(column + 3),
                histogram == null ? null : Histogram.decode(histogram));
    }

    @Override
    public List<Series> series() {
        return file.read(session -> session.query(
                "SELECT name, unit, newest FROM series ORDER BY id",
                row -> new Series(row.getString(1), row.getString(2), Instant.ofEpochSecond(row.getLong(3)))));
    }

    @Override
    public void maintain(Instant now) {
        for (Resolution resolution : List.of(Resolution.HOUR, Resolution.DAY)) {
            boolean more = true;
            while (more) {
                more = file.writer().write(session -> rollUp(session, resolution, now));
            }
        }
        long after = 0;
        while (after >= 0) {
            long last = after;
            after = file.writer().write(session -> forget(session, last, now));
        }
    }

    /** Rolls some of what is due up; whether there may be more. */
    private static boolean rollUp(Session session, Resolution resolution, Instant now) throws SQLException {
        List<Due> due = session.query(
                "SELECT series_id, start FROM rollup_due WHERE resolution = ? AND start <= ? ORDER BY start LIMIT ?",
                row -> new Due(row.getLong(1), row.getLong(2)),
                seconds(resolution),
                now.minus(resolution.length()).getEpochSecond(),
                UPKEEP_AT_ONCE);
        for (Due one : due) {
            List<Statistics> parts = session.query(
                    "SELECT " + COLUMNS
                            + " FROM sample WHERE series_id = ? AND resolution = ? AND start >= ? AND start < ?",
                    row -> readStatistics(row, 1),
                    one.series(),
                    seconds(resolution == Resolution.DAY ? Resolution.HOUR : Resolution.MINUTE),
                    one.start(),
                    one.start() + seconds(resolution));
            Optional<Statistics> whole = parts.stream().reduce(Statistics::plus);
            if (whole.isPresent()) {
                save(session, one.series(), resolution, one.start(), whole.get());
            }
            if (resolution == Resolution.HOUR) {
                due(session, one.series(), Resolution.DAY, Instant.ofEpochSecond(one.start()));
            }
            session.update(
                    "DELETE FROM rollup_due WHERE resolution = ? AND start = ? AND series_id = ?",
                    seconds(resolution),
                    one.start(),
                    one.series());
        }
        return due.size() == UPKEEP_AT_ONCE;
    }

    /** Forgets the old samples of some series after this one; the last of them, or -1 when there are no more. */
    private static long forget(Session session, long after, Instant now) throws SQLException {
        List<Long> ids = session.query(
                "SELECT id FROM series WHERE id > ? ORDER BY id LIMIT ?", row -> row.getLong(1), after, UPKEEP_AT_ONCE);
        for (long id : ids) {
            for (Resolution resolution : Resolution.values()) {
                session.update(
                        "DELETE FROM sample WHERE series_id = ? AND resolution = ? AND start < ?",
                        id,
                        seconds(resolution),
                        resolution.oldest(now).getEpochSecond());
            }
            session.update(
                    "DELETE FROM series WHERE id = ? AND NOT EXISTS (SELECT 1 FROM sample WHERE series_id = ?)",
                    id,
                    id);
        }
        return ids.isEmpty() ? -1 : ids.getLast();
    }

    private record Due(long series, long start) {}
}
