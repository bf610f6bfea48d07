/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which metrics to list; null or an empty list leaves a part open.
 *
 * @param dimensions dimensions that a metric has, among others
 * @param activeSince only metrics with a value at or after this
 */
public record MetricFilter(
        @Nullable String namespace,
        @Nullable String name,
        List<DimensionFilter> dimensions,
        @Nullable Instant activeSince) {
    public static final MetricFilter ALL = new MetricFilter(null, null, List.of(), null);

    public MetricFilter {
        dimensions = List.copyOf(dimensions);
    }

    boolean matches(MetricId id, Instant newest) {
        return (namespace == null || namespace.equals(id.namespace()))
                && (name == null || name.equals(id.name()))
                && (activeSince == null || !newest.isBefore(activeSince))
                && dimensions.stream().allMatch(filter -> filter.matches(id));
    }

    /** @param value null for any value */
    public record DimensionFilter(String name, @Nullable String value) {
        boolean matches(MetricId id) {
            String found = id.dimensions().get(name);
            return found != null && (value == null || value.equals(found));
        }
    }
}
