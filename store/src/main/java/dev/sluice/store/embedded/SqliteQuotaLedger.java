/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.limits.QuotaDay;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import dev.sluice.limits.QuotaSpan;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Quota counters in {@code usage.db}. Thread-safe. The file has one writer, so what a call reads it can build on until its transaction
 * ends. Stages complete on that writer's thread.
 */
final class SqliteQuotaLedger implements QuotaLedger {
    /** No day is longer: a zone that moves over the date line repeats one at most. Bounds how far back to look for overlapping days. */
    private static final long LONGEST_DAY_SECONDS = Duration.ofDays(3).toSeconds();

    private final SqliteFile file;

    SqliteQuotaLedger(SqliteFile file) {
        this.file = file;
    }

    @Override
    public CompletionStage<Grant> reserve(QuotaId id, QuotaDay day, long limit, long want) {
        checkUnits("want", want);
        return file.writer().submit(session -> {
            long left = Math.max(0, left(session, id, day.period(), limit));
            long granted = Math.min(left, want);
            if (granted > 0) {
                book(session, id, day, granted, left - granted);
            }
            return new Grant(granted, left - granted);
        });
    }

    @Override
    public CompletionStage<Void> giveBack(QuotaId id, QuotaDay day, long units) {
        checkUnits("units", units);
        return whenDone(file.writer().submit(session -> {
            // Later days of the period stand on this one's balance.
            session.update(
                    """
                    UPDATE quota_day SET remaining = remaining + ?
                    WHERE plan_id = ? AND key_id = ? AND starts_at >= ? AND ends_at <= ?""",
                    units,
                    id.planId(),
                    id.keyId(),
                    day.span().from().getEpochSecond(),
                    day.period().to().getEpochSecond());
            return session.update(
                    """
                    UPDATE quota_day SET used = max(0, used - ?)
                    WHERE plan_id = ? AND key_id = ? AND starts_at = ? AND ends_at = ?""",
                    units,
                    id.planId(),
                    id.keyId(),
                    day.span().from().getEpochSecond(),
                    day.span().to().getEpochSecond());
        }));
    }

    @Override
    public CompletionStage<Void> setRemaining(QuotaId id, QuotaDay day, long limit, long remaining) {
        checkUnits("remaining", remaining);
        return whenDone(file.writer().submit(session -> {
            QuotaSpan period = day.period();
            session.update(
                    """
                    INSERT INTO quota_adjustment (plan_id, key_id, starts_at, ends_at, units) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (plan_id, key_id, starts_at, ends_at) DO UPDATE SET units = excluded.units""",
                    id.planId(),
                    id.keyId(),
                    period.from().getEpochSecond(),
                    period.to().getEpochSecond(),
                    remaining - limit + spent(session, id, period));
            book(session, id, day, 0, remaining);
            return true;
        }));
    }

    @Override
    public long remaining(QuotaId id, QuotaSpan period, long limit) {
        return file.read(session -> left(session, id, period, limit));
    }

    @Override
    public List<DayUse> days(QuotaId id, LocalDate from, LocalDate to) {
        return file.read(session -> session.query(
                """
                SELECT day, used, remaining FROM quota_day
                WHERE plan_id = ? AND key_id = ? AND day >= ? AND day <= ? ORDER BY starts_at, ends_at""",
                row -> new DayUse(LocalDate.parse(row.getString(1)), row.getLong(2), row.getLong(3)),
                id.planId(),
                id.keyId(),
                from.toString(),
                to.toString()));
    }

    @Override
    public CompletionStage<Void> forget(QuotaId id) {
        return whenDone(file.writer().submit(session -> {
            session.update("DELETE FROM quota_adjustment WHERE plan_id = ? AND key_id = ?", id.planId(), id.keyId());
            session.update("DELETE FROM quota_day WHERE plan_id = ? AND key_id = ?", id.planId(), id.keyId());
            return true;
        }));
    }

    private static CompletionStage<Void> whenDone(CompletableFuture<?> future) {
        return future.thenRun(() -> {});
    }

    private static void book(Session session, QuotaId id, QuotaDay day, long units, long left) throws SQLException {
        session.update(
                """
                INSERT INTO quota_day (plan_id, key_id, starts_at, ends_at, day, used, remaining) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (plan_id, key_id, starts_at, ends_at) DO UPDATE
                SET used = quota_day.used + excluded.used, remaining = excluded.remaining""",
                id.planId(),
                id.keyId(),
                day.span().from().getEpochSecond(),
                day.span().to().getEpochSecond(),
                day.date().toString(),
                units,
                left);
    }

    private static long left(Session session, QuotaId id, QuotaSpan period, long limit) throws SQLException {
        long adjustment = session.first(
                        """
                        SELECT units FROM quota_adjustment
                        WHERE plan_id = ? AND key_id = ? AND starts_at = ? AND ends_at = ?""",
                        row -> row.getLong(1),
                        id.planId(),
                        id.keyId(),
                        period.from().getEpochSecond(),
                        period.to().getEpochSecond())
                .orElse(0L);
        return limit + adjustment - spent(session, id, period);
    }

    private static long spent(Session session, QuotaId id, QuotaSpan period) throws SQLException {
        long from = period.from().getEpochSecond();
        return session.first(
                        """
                        SELECT coalesce(sum(used), 0) FROM quota_day
                        WHERE plan_id = ? AND key_id = ? AND starts_at > ? AND starts_at < ? AND ends_at > ?""",
                        row -> row.getLong(1),
                        id.planId(),
                        id.keyId(),
                        from - LONGEST_DAY_SECONDS,
                        period.to().getEpochSecond(),
                        from)
                .orElseThrow();
    }

    private static void checkUnits(String name, long units) {
        if (units < 0) {
            throw new IllegalArgumentException(name + ": " + units + " (expected: 0 or more)");
        }
    }
}
