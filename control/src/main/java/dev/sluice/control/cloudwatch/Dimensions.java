/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.cloudwatch;

import dev.sluice.metrics.MetricId;
import dev.sluice.wire.cloudwatch.CloudWatchErrors;
import dev.sluice.wire.cloudwatch.Dimension;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates between the API's way to name a metric and ours. */
final class Dimensions {
    private Dimensions() {}

    static MetricId metric(String namespace, String name, @Nullable List<Dimension> dimensions) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Dimension dimension : dimensions == null ? List.<Dimension>of() : dimensions) {
            if (map.putIfAbsent(dimension.name(), dimension.value()) != null) {
                throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(
                        "No Metric Dimensions can have the same name: " + dimension.name());
            }
        }
        try {
            return new MetricId(namespace, name, map);
        } catch (IllegalArgumentException e) {
            throw CloudWatchErrors.INVALID_PARAMETER_VALUE.with(String.valueOf(e.getMessage()));
        }
    }

    static List<Dimension> of(MetricId metric) {
        return metric.dimensions().entrySet().stream()
                .map(entry -> Dimension.builder()
                        .name(entry.getKey())
                        .value(entry.getValue())
                        .build())
                .toList();
    }
}
