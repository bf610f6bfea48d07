/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import java.util.List;

/** The tables of each file. */
final class Schemas {
    /** Records, their indexes, and facts about the folder. Unlike SQLite's plain row ids, a sequence is never used twice. */
    static final Schema CONFIG = new Schema("config.db", List.of("""
                    CREATE TABLE record (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        kind TEXT NOT NULL,
                        id TEXT NOT NULL,
                        body BLOB NOT NULL,
                        UNIQUE (kind, id)
                    ) STRICT;
                    CREATE INDEX record_by_age ON record (kind, sequence);
                    CREATE TABLE record_index (
                        kind TEXT NOT NULL,
                        name TEXT NOT NULL,
                        value TEXT NOT NULL,
                        sequence INTEGER NOT NULL REFERENCES record (sequence) ON DELETE CASCADE,
                        is_unique INTEGER NOT NULL,
                        PRIMARY KEY (sequence, name)
                    ) STRICT;
                    CREATE INDEX record_index_by_value ON record_index (kind, name, value, sequence);
                    CREATE UNIQUE INDEX record_index_unique ON record_index (kind, name, value) WHERE is_unique = 1;
                    CREATE TABLE fact (
                        name TEXT PRIMARY KEY,
                        value BLOB NOT NULL
                    ) STRICT;
                    """));

    /**
     * What each counter used on each day, and what was granted or taken by hand in a period; dates are ISO texts, starts_at and ends_at
     * seconds since 1970. The second version counts by the days alone: a period is what lies between its two instants. Before, the length
     * of a period was not written down, so an adjustment goes over to the day, the week and the month that may be meant.
     */
    static final Schema USAGE = new Schema("usage.db", List.of("""
                    CREATE TABLE quota_period (
                        plan_id TEXT NOT NULL,
                        key_id TEXT NOT NULL,
                        period_start TEXT NOT NULL,
                        spent INTEGER NOT NULL CHECK (spent >= 0),
                        adjustment INTEGER NOT NULL,
                        PRIMARY KEY (plan_id, key_id, period_start)
                    ) STRICT;
                    CREATE TABLE quota_day (
                        plan_id TEXT NOT NULL,
                        key_id TEXT NOT NULL,
                        day TEXT NOT NULL,
                        period_start TEXT NOT NULL,
                        used INTEGER NOT NULL,
                        remaining INTEGER NOT NULL,
                        PRIMARY KEY (plan_id, key_id, day)
                    ) STRICT;
                    """, """
                    ALTER TABLE quota_day RENAME TO quota_day_before;
                    CREATE TABLE quota_day (
                        plan_id TEXT NOT NULL,
                        key_id TEXT NOT NULL,
                        starts_at INTEGER NOT NULL,
                        ends_at INTEGER NOT NULL,
                        day TEXT NOT NULL,
                        used INTEGER NOT NULL,
                        remaining INTEGER NOT NULL,
                        PRIMARY KEY (plan_id, key_id, starts_at, ends_at)
                    ) STRICT, WITHOUT ROWID;
                    INSERT INTO quota_day
                        SELECT plan_id, key_id, unixepoch(day), unixepoch(day, '+1 day'), day, used, remaining
                        FROM quota_day_before;
                    CREATE TABLE quota_adjustment (
                        plan_id TEXT NOT NULL,
                        key_id TEXT NOT NULL,
                        starts_at INTEGER NOT NULL,
                        ends_at INTEGER NOT NULL,
                        units INTEGER NOT NULL,
                        PRIMARY KEY (plan_id, key_id, starts_at, ends_at)
                    ) STRICT, WITHOUT ROWID;
                    INSERT INTO quota_adjustment
                        SELECT p.plan_id, p.key_id, unixepoch(p.period_start), unixepoch(p.period_start, length.value),
                            p.adjustment - p.spent + coalesce((
                                SELECT sum(d.used) FROM quota_day d
                                WHERE d.plan_id = p.plan_id AND d.key_id = p.key_id
                                    AND d.day >= p.period_start AND d.day < date(p.period_start, length.value)), 0)
                        FROM quota_period p, json_each('["+1 day", "+7 days", "+1 month"]') length
                        WHERE p.adjustment <> 0;
                    DROP TABLE quota_period;
                    DROP TABLE quota_day_before;
                    """));

    /**
     * Samples: resolution is the length in seconds, of a minute, an hour or a day; start and newest are seconds since 1970. What is in rollup_due has newer
     * parts than the sample of that hour or day knows.
     */
    static final Schema METRICS = new Schema("metrics.db", List.of("""
                    CREATE TABLE series (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL,
                        unit TEXT NOT NULL,
                        newest INTEGER NOT NULL,
                        UNIQUE (name, unit)
                    ) STRICT;
                    CREATE TABLE sample (
                        series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
                        resolution INTEGER NOT NULL,
                        start INTEGER NOT NULL,
                        sample_count REAL NOT NULL,
                        total REAL NOT NULL,
                        least REAL NOT NULL,
                        greatest REAL NOT NULL,
                        histogram BLOB,
                        PRIMARY KEY (series_id, resolution, start)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE rollup_due (
                        resolution INTEGER NOT NULL,
                        start INTEGER NOT NULL,
                        series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
                        PRIMARY KEY (resolution, start, series_id)
                    ) STRICT, WITHOUT ROWID;
                    """));

    private Schemas() {}
}
