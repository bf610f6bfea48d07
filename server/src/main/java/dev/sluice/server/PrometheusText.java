/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.gateway.accesslog.AccessLog;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.function.Supplier;

/** What {@code /metrics} says, in Prometheus' text format 0.0.4. Thread-safe. */
final class PrometheusText implements Supplier<String> {
    private static final double MILLIS = 1_000.0;

    private final RequestCounters counters;
    private final Supplier<AccessLog.Counts> accessLog;
    private final Supplier<Connections> connections;
    private final InstantSource clock;

    PrometheusText(
            RequestCounters counters,
            Supplier<AccessLog.Counts> accessLog,
            Supplier<Connections> connections,
            InstantSource clock) {
        this.counters = counters;
        this.accessLog = accessLog;
        this.connections = connections;
        this.clock = clock;
    }

    /**
     * Of clients.
     *
     * @param refused since the start, for there were too many
     */
    record Connections(int open, long refused) {}

    @Override
    public String get() {
        StringBuilder text = new StringBuilder();
        head(
                text,
                "sluice_requests_total",
                "counter",
                "Answered requests of the data plane; api is empty where no stage was found.");
        counters.requests().forEach((stage, classes) -> {
            for (int status = 1; status < classes.length; status++) {
                if (classes[status] > 0) {
                    text.append("sluice_requests_total{api=\"")
                            .append(stage.apiId())
                            .append("\",stage=\"")
                            .append(stage.stage())
                            .append("\",status=\"")
                            .append(status)
                            .append("xx\"} ")
                            .append(classes[status])
                            .append('\n');
                }
            }
        });
        head(
                text,
                "sluice_refusals_total",
                "counter",
                "Requests that a limit, a quota or the key check refused, by policy.");
        counters.refusals()
                .forEach((policy, count) -> text.append("sluice_refusals_total{policy=\"")
                        .append(policy)
                        .append("\"} ")
                        .append(count)
                        .append('\n'));
        head(
                text,
                "sluice_dry_run_refusals_total",
                "counter",
                "Requests that were admitted although a limit on trial would have refused them, by policy.");
        counters.dryRuns()
                .forEach((limit, count) -> text.append("sluice_dry_run_refusals_total{api=\"")
                        .append(limit.stage().apiId())
                        .append("\",stage=\"")
                        .append(limit.stage().stage())
                        .append("\",policy=\"")
                        .append(limit.policy())
                        .append("\"} ")
                        .append(count)
                        .append('\n'));
        connections(text, connections.get());
        accessLog(text, accessLog.get());
        head(text, "process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.");
        sample(
                text,
                "process_start_time_seconds",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        head(text, "sluice_clock_seconds", "gauge", "The server's clock, in seconds since 1970.");
        sample(text, "sluice_clock_seconds", clock.millis() / MILLIS);
        head(text, "jvm_memory_used_bytes", "gauge", "Heap in use.");
        sample(
                text,
                "jvm_memory_used_bytes",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        return text.toString();
    }

    private static void connections(StringBuilder text, Connections now) {
        head(text, "sluice_connections", "gauge", "Clients' connections to the data plane.");
        sample(text, "sluice_connections", now.open());
        head(
                text,
                "sluice_connections_refused_total",
                "counter",
                "Clients' connections that were closed as they came: gateway.maxConnections were open.");
        sample(text, "sluice_connections_refused_total", now.refused());
    }

    private static void accessLog(StringBuilder text, AccessLog.Counts counts) {
        head(text, "sluice_access_log_lines_total", "counter", "Lines of access logs that were written.");
        sample(text, "sluice_access_log_lines_total", counts.written());
        String dropped = "sluice_access_log_dropped_lines_total";
        head(
                text,
                dropped,
                "counter",
                "Lines of access logs that are missing: the buffer was full, or the disk did not take them.");
        sample(text, dropped + "{reason=\"buffer\"}", counts.droppedByBuffer());
        sample(text, dropped + "{reason=\"disk\"}", counts.droppedByDisk());
    }

    private static void sample(StringBuilder text, String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void sample(StringBuilder text, String name, double value) {
        text.append(name).append(' ').append(value).append('\n');
    }
}
