/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Quota counters in {@code usage.db}. Thread-safe. The file has one writer, so what a call reads it can build on until its transaction
 * ends. Stages complete on that writer's thread.
 */
final class SqliteQuotaLedger implements QuotaLedger {
    private static final PeriodUse UNUSED = new PeriodUse(0, 0);

    private final SqliteFile file;

    SqliteQuotaLedger(SqliteFile file) {
        this.file = file;
    }

    @Override
    public CompletionStage<Long> reserve(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long want) {
        checkUnits("want", want);
        return file.writer().submit(session -> {
            PeriodUse found = find(session, id, periodStart).orElse(UNUSED);
            long granted = Math.clamp(balance(limit, found), 0, want);
            if (granted > 0) {
                PeriodUse use = new PeriodUse(found.spent() + granted, found.adjustment());
                save(session, id, periodStart, use);
                book(session, id, periodStart, day, granted, balance(limit, use));
            }
            return granted;
        });
    }

    @Override
    public CompletionStage<Void> giveBack(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long units) {
        checkUnits("units", units);
        return whenDone(file.writer().submit(session -> {
            Optional<PeriodUse> known = find(session, id, periodStart);
            if (known.isEmpty()) {
                return true; // forgotten meanwhile
            }
            PeriodUse found = known.get();
            if (found.spent() < units) {
                throw new IllegalArgumentException(
                        "units: " + units + " (expected: at most the " + found.spent() + " spent)");
            }
            save(session, id, periodStart, new PeriodUse(found.spent() - units, found.adjustment()));
            // Later days of the period stand on this one's balance.
            session.update("""
                    UPDATE quota_day SET remaining = remaining + ?
                    WHERE plan_id = ? AND key_id = ? AND period_start = ? AND day >= ?""", units, id.planId(), id.keyId(), periodStart.toString(), day.toString());
            session.update(
                    "UPDATE quota_day SET used = used - ? WHERE plan_id = ? AND key_id = ? AND day = ?",
                    units,
                    id.planId(),
                    id.keyId(),
                    day.toString());
            return true;
        }));
    }

    @Override
    public CompletionStage<Void> adjust(QuotaId id, LocalDate periodStart, LocalDate day, long limit, long adjustment) {
        return whenDone(file.writer().submit(session -> {
            PeriodUse found = find(session, id, periodStart).orElse(UNUSED);
            PeriodUse use = new PeriodUse(found.spent(), adjustment);
            save(session, id, periodStart, use);
            book(session, id, periodStart, day, 0, balance(limit, use));
            return true;
        }));
    }

    @Override
    public Optional<PeriodUse> period(QuotaId id, LocalDate periodStart) {
        return file.read(session -> find(session, id, periodStart));
    }

    @Override
    public List<DayUse> days(QuotaId id, LocalDate from, LocalDate to) {
        return file.read(session -> session.query(
                """
                SELECT day, used, remaining FROM quota_day
                WHERE plan_id = ? AND key_id = ? AND day >= ? AND day <= ? ORDER BY day""",
                row -> new DayUse(LocalDate.parse(row.getString(1)), row.getLong(2), row.getLong(3)),
                id.planId(),
                id.keyId(),
                from.toString(),
                to.toString()));
    }

    @Override
    public CompletionStage<Void> forget(QuotaId id) {
        return whenDone(file.writer().submit(session -> {
            session.update("DELETE FROM quota_period WHERE plan_id = ? AND key_id = ?", id.planId(), id.keyId());
            session.update("DELETE FROM quota_day WHERE plan_id = ? AND key_id = ?", id.planId(), id.keyId());
            return true;
        }));
    }

    private static CompletionStage<Void> whenDone(CompletableFuture<?> future) {
        return future.thenRun(() -> {});
    }

    private static Optional<PeriodUse> find(Session session, QuotaId id, LocalDate periodStart) throws SQLException {
        return session.first(
                "SELECT spent, adjustment FROM quota_period WHERE plan_id = ? AND key_id = ? AND period_start = ?",
                row -> new PeriodUse(row.getLong(1), row.getLong(2)),
                id.planId(),
                id.keyId(),
                periodStart.toString());
    }

    private static void save(Session session, QuotaId id, LocalDate periodStart, PeriodUse use) throws SQLException {
        session.update("""
                INSERT INTO quota_period (plan_id, key_id, period_start, spent, adjustment) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (plan_id, key_id, period_start)
                DO UPDATE SET spent = excluded.spent, adjustment = excluded.adjustment""", id.planId(), id.keyId(), periodStart.toString(), use.spent(), use.adjustment());
    }

    private static void book(
            Session session, QuotaId id, LocalDate periodStart, LocalDate day, long units, long balance)
            throws SQLException {
        session.update("""
                INSERT INTO quota_day (plan_id, key_id, day, period_start, used, remaining) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (plan_id, key_id, day) DO UPDATE
                SET period_start = excluded.period_start, used = quota_day.used + excluded.used,
                    remaining = excluded.remaining""", id.planId(), id.keyId(), day.toString(), periodStart.toString(), units, balance);
    }

    /** What is left, not below 0; a sum beyond the range of a long counts as its end. */
    private static long balance(long limit, PeriodUse use) {
        long allowed = limit + use.adjustment();
        if (use.adjustment() > 0 && allowed < limit) {
            allowed = Long.MAX_VALUE;
        }
        return allowed <= use.spent() ? 0 : allowed - use.spent();
    }

    private static void checkUnits(String name, long units) {
        if (units < 0) {
            throw new IllegalArgumentException(name + ": " + units + " (expected: 0 or more)");
        }
    }
}
