/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.time.Instant;

/**
 * What one series had in one stretch of time.
 *
 * @param series names the series; the store does not look into it
 * @param unit the series' unit; the same name with another unit is another series
 * @param start the stretch's first instant, a whole number of stretches after 1970-01-01T00:00Z
 */
public record Sample(String series, String unit, Instant start, Statistics statistics) {}
