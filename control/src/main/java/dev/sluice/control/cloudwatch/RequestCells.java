/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.metrics.MetricId;
import dev.sluice.metrics.Metrics;
import dev.sluice.store.Statistics;
import java.time.Instant;
import java.util.Map;

/** The counts of some requests: those of a stage, or of one of its methods. Not thread-safe. */
final class RequestCells {
    static final String NAMESPACE = "AWS/ApiGateway";
    static final String COUNT_UNIT = "Count";
    static final String MILLISECONDS = "Milliseconds";
    static final String THROTTLES = "ThrottleCount";
    static final String QUOTA_REFUSALS = "QuotaExceededCount";

    /** The client left before it was answered: no answer was sent, so none is counted as an error or timed. */
    private static final int CLIENT_LEFT = 499;

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private long requests;
    private long clientErrors;
    private long serverErrors;
    private long throttled;
    private long quotaExceeded;
    private long keyRejected;
    private long dryRunThrottled;
    private final Distribution latency = new Distribution();
    private final Distribution integrationLatency = new Distribution();

    void add(ExchangeEnd end) {
        requests++;
        if (end.status() == CLIENT_LEFT) {
            return;
        }
        clientErrors += end.status() / 100 == 4 ? 1 : 0;
        serverErrors += end.status() / 100 == 5 ? 1 : 0;
        throttled += isThrottled(end) ? 1 : 0;
        quotaExceeded += isOverQuota(end) ? 1 : 0;
        keyRejected += "api-key".equals(end.refusedBy()) ? 1 : 0;
        dryRunThrottled += end.wouldRefuseBy() == null ? 0 : 1;
        latency.add(end.latencyNanos() / NANOS_PER_MILLISECOND);
        if (end.integrationLatencyNanos() >= 0) {
            integrationLatency.add(end.integrationLatencyNanos() / NANOS_PER_MILLISECOND);
        }
    }

    /** Refused with 429 by a limit or a quota; a back end's own 429 is none. */
    static boolean isThrottled(ExchangeEnd end) {
        return end.status() == 429 && end.refusedBy() != null;
    }

    static boolean isOverQuota(ExchangeEnd end) {
        return isThrottled(end) && "quota".equals(end.refusedBy());
    }

    boolean isEmpty() {
        return requests == 0;
    }

    void record(Metrics metrics, Instant at, Map<String, String> dimensions) {
        metrics.record(id("Count", dimensions), at, Statistics.of(1, (double) requests), COUNT_UNIT);
        metrics.record(id("4XXError", dimensions), at, part(clientErrors, requests), COUNT_UNIT);
        metrics.record(id("5XXError", dimensions), at, part(serverErrors, requests), COUNT_UNIT);
        metrics.record(id(THROTTLES, dimensions), at, part(throttled, requests), COUNT_UNIT);
        metrics.record(id(QUOTA_REFUSALS, dimensions), at, part(quotaExceeded, requests), COUNT_UNIT);
        metrics.record(id("KeyRejectedCount", dimensions), at, part(keyRejected, requests), COUNT_UNIT);
        if (dryRunThrottled > 0) {
            metrics.record(id("DryRunThrottleCount", dimensions), at, part(dryRunThrottled, requests), COUNT_UNIT);
        }
        if (!latency.isEmpty()) {
            metrics.record(id("Latency", dimensions), at, latency.statistics(), MILLISECONDS);
        }
        if (!integrationLatency.isEmpty()) {
            metrics.record(id("IntegrationLatency", dimensions), at, integrationLatency.statistics(), MILLISECONDS);
        }
    }

    void clear() {
        requests = 0;
        clientErrors = 0;
        serverErrors = 0;
        throttled = 0;
        quotaExceeded = 0;
        keyRejected = 0;
        dryRunThrottled = 0;
        latency.clear();
        integrationLatency.clear();
    }

    static MetricId id(String name, Map<String, String> dimensions) {
        return new MetricId(NAMESPACE, name, dimensions);
    }

    /** One value for each of all: 1 if it was one of these, else 0; so the sum is their number and the average their rate. */
    static Statistics part(long these, long all) {
        if (these == 0 || these == all) {
            return Statistics.of(these == 0 ? 0 : 1, (double) all);
        }
        return Statistics.of(0, (double) (all - these)).plus(Statistics.of(1, (double) these));
    }
}
