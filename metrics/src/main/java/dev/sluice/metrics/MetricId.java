/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names a metric, as in CloudWatch: another set of dimensions is another metric.
 *
 * @param dimensions sorted by name
 */
public record MetricId(String namespace, String name, Map<String, String> dimensions) implements Comparable<MetricId> {
    /** Between the parts of the stored form; no part may hold it. */
    private static final String SEPARATOR = "\u001f";

    public MetricId {
        SortedMap<String, String> sorted = Collections.unmodifiableSortedMap(new TreeMap<>(dimensions));
        checkPart("namespace", namespace);
        checkPart("name", name);
        sorted.forEach((dimension, value) -> {
            checkPart("dimension", dimension);
            checkPart(dimension, value);
        });
        dimensions = sorted;
    }

    public static MetricId of(String namespace, String name) {
        return new MetricId(namespace, name, Map.of());
    }

    private static void checkPart(String name, String value) {
        if (value.contains(SEPARATOR) || value.indexOf(0) >= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: no control characters)");
        }
    }

    /** The form in which the store knows the metric. */
    String series() {
        var text = new StringBuilder(namespace).append(SEPARATOR).append(name);
        dimensions.forEach((dimension, value) ->
                text.append(SEPARATOR).append(dimension).append(SEPARATOR).append(value));
        return text.toString();
    }

    static MetricId parse(String series) {
        Iterator<String> parts = Arrays.asList(series.split(SEPARATOR, -1)).iterator();
        String namespace = parts.next();
        String name = parts.next();
        var dimensions = new TreeMap<String, String>();
        while (parts.hasNext()) {
            dimensions.put(parts.next(), parts.next());
        }
        return new MetricId(namespace, name, dimensions);
    }

    @Override
    public int compareTo(MetricId other) {
        return series().compareTo(other.series());
    }
}
