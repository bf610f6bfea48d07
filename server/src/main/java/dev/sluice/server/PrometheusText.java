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
    private final Supplier<Held> held;
    private final InstantSource clock;

    PrometheusText(
            RequestCounters counters, Supplier<AccessLog.Counts> accessLog, Supplier<Held> held, InstantSource clock) {
        this.counters = counters;
        this.accessLog = accessLog;
        this.held = held;
        this.clock = clock;
    }

    /**
     * What clients hold of the data plane.
     *
     * @param refusedConnections since the start, for there were too many
     * @param gatheredBytes of bodies that are kept whole
     * @param refusedGatherings since the start, for there was no room
     */
    record Held(int connections, long refusedConnections, long gatheredBytes, long refusedGatherings) {}

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
        held(text, held.get());
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

    private static void held(StringBuilder text, Held now) {
        head(text, "sluice_connections", "gauge", "Clients' connections to the data plane.");
        sample(text, "sluice_connections", now.connections());
        head(
                text,
                "sluice_connections_refused_total",
                "counter",
                "Clients' connections that were closed as they came: gateway.maxConnections were open.");
        sample(text, "sluice_connections_refused_total", now.refusedConnections());
        head(text, "sluice_gathered_bytes", "gauge", "Request bodies and answers of functions that are kept whole.");
        sample(text, "sluice_gathered_bytes", now.gatheredBytes());
        head(
                text,
                "sluice_gathered_refused_total",
                "counter",
                "Requests that found no room for a body within gateway.maxGatheredBytes.");
        sample(text, "sluice_gathered_refused_total", now.refusedGatherings());
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
