/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.functions.FunctionListener;
import dev.sluice.functions.FunctionSpec;
import dev.sluice.functions.InvokeReport;
import dev.sluice.functions.InvokeResult;
import dev.sluice.metrics.MetricId;
import dev.sluice.metrics.Metrics;
import dev.sluice.store.Statistics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the calls of functions for the namespace {@code AWS/Lambda}. Thread-safe; counting waits for other calls of the same function at most. */
public final class FunctionMetrics implements FunctionListener {
    private static final String NAMESPACE = "AWS/Lambda";

    private final Metrics metrics;
    private final InstantSource clock;
    private final Map<String, Cells> functions = new ConcurrentHashMap<>();

    public FunctionMetrics(Metrics metrics, InstantSource clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void ended(FunctionSpec spec, InvokeResult result, int concurrentExecutions) {
        functions.compute(spec.name(), (_, known) -> {
            Cells cells = known == null ? new Cells(clock.instant()) : known;
            cells.add(result, concurrentExecutions);
            return cells;
        });
    }

    /** Records what was counted before the call; on return readers of the metrics see it. */
    public void merge() {
        for (String name : List.copyOf(functions.keySet())) {
            Cells cells = functions.remove(name);
            if (cells != null) {
                cells.record(metrics, Map.of("FunctionName", name));
            }
        }
    }

    private static final class Cells {
        private final Instant since;
        private long invocations;
        private long errors;
        private long throttles;
        private final Distribution duration = new Distribution();
        private final Distribution concurrency = new Distribution();

        private Cells(Instant since) {
            this.since = since;
        }

        private void add(InvokeResult result, int concurrentExecutions) {
            switch (result) {
                case InvokeResult.Returned(byte[] _, InvokeReport report) -> invoked(report, false);
                case InvokeResult.FunctionError(String _, byte[] _, InvokeReport report) -> invoked(report, true);
                case InvokeResult.Rejected(InvokeResult.Reason reason, String _) ->
                    throttles += reason == InvokeResult.Reason.CONCURRENCY ? 1 : 0;
            }
            concurrency.add(concurrentExecutions);
        }

        private void invoked(InvokeReport report, boolean failed) {
            invocations++;
            errors += failed ? 1 : 0;
            duration.add(report.duration().toNanos() / 1e6);
        }

        private void record(Metrics metrics, Map<String, String> dimensions) {
            if (invocations > 0) {
                record(metrics, dimensions, "Invocations", Statistics.of(1, (double) invocations));
                record(metrics, dimensions, "Errors", RequestCells.part(errors, invocations));
                metrics.record(
                        new MetricId(NAMESPACE, "Duration", dimensions),
                        since,
                        duration.statistics(),
                        RequestCells.MILLISECONDS);
            }
            if (throttles > 0) {
                record(metrics, dimensions, "Throttles", Statistics.of(1, (double) throttles));
            }
            record(metrics, dimensions, "ConcurrentExecutions", concurrency.statistics());
        }

        private void record(Metrics metrics, Map<String, String> dimensions, String name, Statistics statistics) {
            metrics.record(new MetricId(NAMESPACE, name, dimensions), since, statistics, RequestCells.COUNT_UNIT);
        }
    }
}
