/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sluice.limits.QuotaDay;
import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.store.DataFolder;
import dev.sluice.store.QuotaLedgerContract;
import dev.sluice.store.StoreException;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteQuotaLedgerTest extends QuotaLedgerContract {
    private static final QuotaId ID = new QuotaId("plan", "key");
    private static final QuotaDay DAY =
            new QuotaLimit(0, QuotaLimit.Period.MONTH, 0).day(Instant.parse("2026-11-22T12:00:00Z"));

    @TempDir
    private Path temporary;

    private DataFolder folder;
    private EmbeddedStore store;

    @BeforeEach
    void open() {
        folder = DataFolder.open(temporary.resolve("data"));
        store = EmbeddedStore.open(folder, null, "test");
    }

    @AfterEach
    void close() {
        store.close();
        folder.close();
    }

    @Override
    protected QuotaLedger ledger() {
        return store.quotas();
    }

    @Override
    protected void reopen() {
        close();
        open();
    }

    private CompletableFuture<Long> reserve(QuotaId id, long want) {
        return ledger().reserve(id, DAY, QuotaLimit.MAX_UNITS, want)
                .thenApply(QuotaLedger.Grant::units)
                .toCompletableFuture();
    }

    private long spent(QuotaId id) {
        return QuotaLimit.MAX_UNITS - ledger().remaining(id, DAY.period(), QuotaLimit.MAX_UNITS);
    }

    @Test
    void reservesNothingWhenTheDiskIsFull() {
        assertThat(reserve(ID, 3).join()).isEqualTo(3);
        store.usage().writer().write(session -> {
            session.script("PRAGMA max_page_count = " + session.number("PRAGMA page_count"));
            return true;
        });
        String wide = "x".repeat(100_000);

        assertThatThrownBy(() -> reserve(new QuotaId(wide, "key"), 5).join())
                .cause()
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::code)
                .isEqualTo(StoreException.Code.DISK_FULL);
        assertThat(spent(new QuotaId(wide, "key"))).isZero();
        assertThat(reserve(ID, 4).join()).isEqualTo(4);
        assertThat(spent(ID)).isEqualTo(7);
    }

    @Test
    void failsAtOnceWhenClosed() {
        QuotaLedger ledger = ledger();
        store.close();

        assertThat(ledger.reserve(ID, DAY, 1, 1).toCompletableFuture()).isCompletedExceptionally();
        store = EmbeddedStore.open(folder, null, "test");
    }

    @Test
    void losesNoAcknowledgedGrantWhenTheProcessIsKilled() throws Exception {
        close();
        long acknowledged = 0;
        for (int round = 0; round < 3; round++) {
            Process process = ChildJvm.of(
                            Reserver.class, temporary.resolve("data").toString())
                    .start();
            try (BufferedReader output = process.inputReader()) {
                for (int lines = 0; lines < 200; lines++) {
                    acknowledged += Long.parseLong(output.readLine());
                }
                process.toHandle().destroyForcibly(); // unlike the process's own, this leaves its output readable
                for (String line = output.readLine(); line != null && !line.isEmpty(); line = output.readLine()) {
                    acknowledged += Long.parseLong(line);
                }
            }
            process.waitFor();
        }
        open();
        long spent = spent(ID);
        // One reservation per killed process may be on disk without having been acknowledged.
        assertThat(spent).isBetween(acknowledged, acknowledged + 3 * Reserver.IN_FLIGHT);
    }

    @Test
    void bringsTheFirstVersionsCountersOver() throws Exception {
        close();
        Path file = temporary.resolve("data/usage.db");
        Files.delete(file);
        try (var session = Session.writer(file)) {
            new Schema("usage.db", Schemas.USAGE.steps().subList(0, 1))
                    .migrate(session, temporary.resolve("backup"), "test");
            session.script("""
                    INSERT INTO quota_period VALUES ('plan', 'key', '2026-11-01', 7, 0), ('plan', 'set', '2026-11-22', 4, 90);
                    INSERT INTO quota_day VALUES ('plan', 'key', '2026-11-21', '2026-11-01', 5, 95),
                        ('plan', 'key', '2026-11-22', '2026-11-01', 2, 93), ('plan', 'set', '2026-11-22', '2026-11-22', 4, 96);
                    """);
        }
        open();
        assertThat(ledger().remaining(ID, DAY.period(), 100)).isEqualTo(93);
        assertThat(ledger().days(ID, LocalDate.parse("2026-11-01"), LocalDate.parse("2026-11-30")))
                .containsExactly(
                        new QuotaLedger.DayUse(LocalDate.parse("2026-11-21"), 5, 95),
                        new QuotaLedger.DayUse(LocalDate.parse("2026-11-22"), 2, 93));
        assertThat(ledger().remaining(new QuotaId("plan", "set"), DAY.span(), 10))
                .isEqualTo(96);
        assertThat(ledger().remaining(new QuotaId("plan", "set"), DAY.period(), 100))
                .isEqualTo(96);
    }

    /** What the killed process runs: prints each grant after its stage has completed. */
    static final class Reserver {
        static final int IN_FLIGHT = 1;

        private Reserver() {}

        public static void main(String[] arguments) {
            var folder = DataFolder.open(Path.of(arguments[0]));
            var store = EmbeddedStore.open(folder, null, "test");
            while (true) {
                System.out.println(store.quotas()
                        .reserve(ID, DAY, QuotaLimit.MAX_UNITS, IN_FLIGHT)
                        .toCompletableFuture()
                        .join()
                        .units());
                System.out.flush();
            }
        }
    }
}
