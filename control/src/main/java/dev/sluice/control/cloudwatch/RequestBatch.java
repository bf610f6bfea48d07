/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.KeyCode;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.metrics.Metrics;
import dev.sluice.store.Statistics;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one event loop has counted since the last merge. Not thread-safe: {@link GatewayMetrics} hands it over. */
final class RequestBatch {
    private final IdentityHashMap<Stage, StageCells> stages = new IdentityHashMap<>();
    private final Map<String, Refusals> plans = new HashMap<>();
    private final Map<PlanKeyId, Refusals> planKeys = new HashMap<>();
    private Instant since;

    RequestBatch(Instant since) {
        this.since = since;
    }

    /** When counting into it began: the time that its values get. */
    void since(Instant instant) {
        since = instant;
    }

    void add(Stage stage, ExchangeEnd end) {
        StageCells cells = stages.get(stage);
        if (cells == null) {
            cells = new StageCells();
            stages.put(stage, cells);
        }
        cells.all.add(end);
        Route route = end.route();
        if (route != null && route.detailedMetrics()) {
            cells.methods.computeIfAbsent(route, _ -> new RequestCells()).add(end);
        }
        UsagePlan plan = end.plan();
        if (plan != null && RequestCells.isThrottled(end)) {
            boolean quota = RequestCells.isOverQuota(end);
            plans.computeIfAbsent(plan.id(), _ -> new Refusals()).add(quota);
            ApiKey key = end.apiKey();
            if (key != null) {
                planKeys.computeIfAbsent(PlanKeyId.of(plan, key), _ -> new Refusals())
                        .add(quota);
            }
        }
    }

    /** Records everything, and is as new; a stage or plan that had nothing since the last time is forgotten. */
    void drain(Metrics metrics) {
        stages.values().removeIf(cells -> cells.all.isEmpty());
        stages.forEach((stage, cells) -> cells.drain(metrics, since, stage));
        plans.forEach((plan, refusals) -> refusals.record(metrics, since, Map.of("UsagePlanId", plan)));
        planKeys.forEach((id, refusals) ->
                refusals.record(metrics, since, Map.of("UsagePlanId", id.planId(), "ApiKeyId", id.keyId())));
        plans.clear();
        planKeys.clear();
    }

    /** @param odd the key's id where it has no code */
    private record PlanKeyId(
            String planId, long code, @Nullable String odd) {
        static PlanKeyId of(UsagePlan plan, ApiKey key) {
            return new PlanKeyId(plan.id(), key.code(), key.code() == KeyCode.OTHER ? key.id() : null);
        }

        String keyId() {
            return odd == null ? KeyCode.id(code) : odd;
        }
    }

    private static final class StageCells {
        private final RequestCells all = new RequestCells();
        private final IdentityHashMap<Route, RequestCells> methods = new IdentityHashMap<>();

        private void drain(Metrics metrics, Instant at, Stage stage) {
            String api = apiName(stage);
            String name = stage.id().stageName();
            all.record(metrics, at, Map.of("ApiName", api));
            all.record(metrics, at, Map.of("ApiName", api, "Stage", name));
            all.clear();
            methods.values().removeIf(RequestCells::isEmpty);
            methods.forEach((route, cells) -> {
                cells.record(
                        metrics,
                        at,
                        Map.of(
                                "ApiName",
                                api,
                                "Resource",
                                route.resourcePath(),
                                "Method",
                                route.declaredMethod(),
                                "Stage",
                                name));
                cells.clear();
            });
        }

        /** Without what CloudWatch does not take; the id where nothing is left. */
        private static String apiName(Stage stage) {
            String ascii = stage.apiName().replaceAll("[^\\x20-\\x7e]", "").strip();
            return ascii.isEmpty() ? stage.id().apiId() : ascii;
        }
    }

    /** What a plan, or a key of it, was refused. */
    private static final class Refusals {
        private long throttled;
        private long quotaExceeded;

        private void add(boolean quota) {
            throttled++;
            quotaExceeded += quota ? 1 : 0;
        }

        private void record(Metrics metrics, Instant at, Map<String, String> dimensions) {
            metrics.record(
                    RequestCells.id(RequestCells.THROTTLES, dimensions),
                    at,
                    Statistics.of(1, (double) throttled),
                    RequestCells.COUNT_UNIT);
            if (quotaExceeded > 0) {
                metrics.record(
                        RequestCells.id(RequestCells.QUOTA_REFUSALS, dimensions),
                        at,
                        Statistics.of(1, (double) quotaExceeded),
                        RequestCells.COUNT_UNIT);
            }
        }
    }
}
