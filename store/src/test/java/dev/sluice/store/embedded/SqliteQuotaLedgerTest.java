/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLedger;
import dev.sluice.store.DataFolder;
import dev.sluice.store.QuotaLedgerContract;
import dev.sluice.store.StoreException;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteQuotaLedgerTest extends QuotaLedgerContract {
    private static final QuotaId ID = new QuotaId("plan", "key");
    private static final LocalDate PERIOD = LocalDate.parse("2026-11-01");

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
        return ledger().reserve(id, PERIOD, PERIOD, Long.MAX_VALUE, want).toCompletableFuture();
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
        assertThat(ledger().period(new QuotaId(wide, "key"), PERIOD)).isEmpty();
        assertThat(reserve(ID, 4).join()).isEqualTo(4);
        assertThat(ledger().period(ID, PERIOD).orElseThrow().spent()).isEqualTo(7);
    }

    @Test
    void failsAtOnceWhenClosed() {
        QuotaLedger ledger = ledger();
        store.close();

        assertThat(ledger.reserve(ID, PERIOD, PERIOD, 1, 1).toCompletableFuture())
                .isCompletedExceptionally();
        store = EmbeddedStore.open(folder, null, "test");
    }

    @Test
    void losesNoAcknowledgedGrantWhenTheProcessIsKilled() throws Exception {
        close();
        long acknowledged = 0;
        for (int round = 0; round < 3; round++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Reserver.class.getName(),
                            temporary.resolve("data").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
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
        long spent = ledger().period(ID, PERIOD).orElseThrow().spent();
        // One reservation per killed process may be on disk without having been acknowledged.
        assertThat(spent).isBetween(acknowledged, acknowledged + 3 * Reserver.IN_FLIGHT);
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
                        .reserve(ID, PERIOD, PERIOD, Long.MAX_VALUE, IN_FLIGHT)
                        .toCompletableFuture()
                        .join());
                System.out.flush();
            }
        }
    }
}
