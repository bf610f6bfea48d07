/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.DataFolder;
import dev.sluice.store.embedded.EmbeddedStore;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that records and looks at what is left. */
@Tag("slow")
final class KilledMetricsTest {
    private static final MetricId ID = MetricId.of("n", "m");
    private static final Duration PAUSE = Duration.ofMillis(20);

    @TempDir
    private Path temporary;

    @Test
    void losesTheLastSecondAtMost() throws Exception {
        Path data = temporary.resolve("data");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Recorder.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Instant oldEnough = Instant.EPOCH;
        try (BufferedReader output = process.inputReader()) {
            int recorded = 0;
            for (; recorded < 250; recorded++) {
                oldEnough = Instant.parse(output.readLine());
            }
            process.toHandle().destroyForcibly();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                recorded++;
            }
            process.waitFor();
            // Two seconds: one between flushes, one for a flush on a busy machine.
            double lost = recorded - kept(data, oldEnough);
            assertThat(lost).isBetween(0.0, 2.0 * Duration.ofSeconds(1).dividedBy(PAUSE));
        }
    }

    private static double kept(Path data, Instant last) {
        try (var folder = DataFolder.open(data);
                var store = EmbeddedStore.open(folder, null, "test");
                var metrics = Metrics.open(store.samples(), InstantSource.system())) {
            Instant from = last.minus(Duration.ofHours(1));
            return metrics.statistics(ID, from, last.plus(Duration.ofHours(1)), Duration.ofHours(1), null).stream()
                    .mapToDouble(point -> point.statistics().sampleCount())
                    .sum();
        }
    }

    /** What the killed process runs. */
    static final class Recorder {
        private Recorder() {}

        public static void main(String[] arguments) throws InterruptedException {
            var store = EmbeddedStore.open(DataFolder.open(Path.of(arguments[0])), null, "test");
            var metrics = Metrics.open(store.samples(), InstantSource.system());
            while (true) {
                Instant now = InstantSource.system().instant();
                metrics.record(ID, now, 1, "None");
                System.out.println(now);
                Thread.sleep(PAUSE);
            }
        }
    }
}
