/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.QuotaId;
import dev.sluice.limits.QuotaLimit;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel is asked to do for a reservation, by strace: written to the log, synced, and only then acknowledged. */
final class ReservationSyncTest {
    private static final int RESERVATIONS = 25;
    private static final String LOG = "usage.db-wal>";
    private static final Pattern ACKNOWLEDGED = Pattern.compile("write\\(1<.*\"acknowledged (\\d+)\\\\n\"");

    @TempDir
    private Path temporary;

    @Test
    void eachAcknowledgedReservationIsSyncedBefore() throws Exception {
        Path trace = temporary.resolve("trace");
        List<String> command = new ArrayList<>(List.of(
                "strace",
                "-f",
                "-y",
                "-qq",
                "-ttt",
                "-s",
                "64",
                "-e",
                "signal=none",
                "-e",
                "trace=fdatasync,fsync,pwrite64,write",
                "-o",
                trace.toString()));
        command.addAll(
                ChildJvm.command(Reserver.class, temporary.resolve("data").toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("output").toFile())
                .start();
        assertThat(process.waitFor())
                .as(() -> "output: " + read(temporary.resolve("output")))
                .isZero();

        List<String> log = new ArrayList<>();
        int acknowledged = 0;
        for (String call : completed(Files.readAllLines(trace))) {
            if (call.contains(LOG)) {
                log.add(call);
            }
            Matcher acknowledgement = ACKNOWLEDGED.matcher(call);
            if (acknowledgement.find()) {
                assertThat(Integer.parseInt(acknowledgement.group(1))).isEqualTo(acknowledged++);
                assertThat(log)
                        .as("before acknowledgement %d", acknowledged - 1)
                        .isNotEmpty();
                assertThat(log.getFirst()).contains("write");
                assertThat(log.getLast()).containsPattern("^(fdatasync|fsync)\\(.*= 0$");
                log.clear();
            }
        }
        assertThat(acknowledged).isEqualTo(RESERVATIONS);
    }

    /**
     * The calls, each where it ended: a sync has happened only then. A write may have happened earlier than that, but it comes from the same
     * thread as the sync, in whose order it stands.
     */
    private static List<String> completed(List<String> lines) {
        Pattern line = Pattern.compile("^(\\d+) +\\S+ (.*)$");
        Map<String, String> begun = new HashMap<>();
        List<String> calls = new ArrayList<>();
        for (String text : lines) {
            Matcher parts = line.matcher(text);
            if (!parts.matches()) {
                continue;
            }
            String thread = parts.group(1);
            String call = parts.group(2);
            if (call.endsWith("<unfinished ...>")) {
                String start = call.substring(0, call.length() - "<unfinished ...>".length());
                if (start.startsWith("write(1<")) {
                    calls.add(start); // told as soon as it is begun
                } else {
                    begun.put(thread, start);
                }
            } else if (call.startsWith("<... ")) {
                String start = begun.remove(thread);
                if (start != null) {
                    calls.add(start + call.substring(call.indexOf('>') + 1));
                }
            } else {
                calls.add(call);
            }
        }
        return calls;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is traced: reserves one unit after the other and tells when each is acknowledged. */
    static final class Reserver {
        private Reserver() {}

        public static void main(String[] arguments) {
            try (var folder = DataFolder.open(Path.of(arguments[0]));
                    var store = EmbeddedStore.open(folder, null, "test")) {
                var day = new QuotaLimit(1_000, QuotaLimit.Period.MONTH, 0).day(Instant.parse("2026-11-22T12:00:00Z"));
                for (int i = 0; i < RESERVATIONS; i++) {
                    store.quotas()
                            .reserve(new QuotaId("plan", "key"), day, 1_000, 1)
                            .toCompletableFuture()
                            .join();
                    System.out.print("acknowledged " + i + "\n");
                    System.out.flush();
                }
            }
        }
    }
}
