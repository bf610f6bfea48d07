/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.store.Statistics;
import java.time.Instant;

/**
 * What a metric had in one period.
 *
 * @param timestamp start of the period
 */
public record Datapoint(Instant timestamp, String unit, Statistics statistics) {}
