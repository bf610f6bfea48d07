/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures everything about the limits library and prints the tables of the README. Arguments: any of decisions, memory, sweep; all by default. */
public final class Bench {
    private static final int MEMORY_KEYS = 10_000_000;
    private static final int SWEEP_SLOTS = 1 << 24;

    private Bench() {}

    public static void main(String[] args) throws RunnerException {
        List<String> what = args.length == 0 ? List.of("decisions", "memory", "sweep") : List.of(args);
        for (String each : what) {
            System.out.println(
                    switch (each) {
                        case "decisions" -> decisions(OneLevel.class) + "\n" + decisions(SixLevels.class);
                        case "memory" -> Memory.measure(MEMORY_KEYS);
                        case "sweep" -> Sweep.measure(SWEEP_SLOTS);
                        default ->
                            throw new IllegalArgumentException(
                                    "argument: " + each + " (expected: decisions, memory or sweep)");
                    });
        }
    }

    private static String decisions(Class<?> benchmarks) throws RunnerException {
        List<RunResult> results = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            Collection<RunResult> run = new Runner(new OptionsBuilder()
                            .include(benchmarks.getName().replace(".", "\\.") + "\\.")
                            .threads(threads)
                            .forks(1)
                            .warmupIterations(3)
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(5)
                            .measurementTime(TimeValue.seconds(1))
                            .jvmArgs("-Xmx4g", "-XX:+UseG1GC", "-XX:+UseCompactObjectHeaders")
                            .addProfiler(GCProfiler.class)
                            .verbosity(VerboseMode.SILENT)
                            .shouldFailOnError(true)
                            .build())
                    .run();
            results.addAll(run);
        }
        StringBuilder lines =
                new StringBuilder("| decision | keys | threads | ns (median) | B |\n| --- | --- | --- | --- | --- |\n");
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            String keys = result.getParams().getParam("keys");
            Result<?> bytes = requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"), "bytes");
            lines.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %.0f | %.1f |%n",
                    name.substring(name.lastIndexOf('.') + 1),
                    keys == null ? "1000" : keys,
                    result.getParams().getThreads(),
                    result.getPrimaryResult().getStatistics().getPercentile(50),
                    bytes.getScore()));
        }
        return lines.toString();
    }
}
