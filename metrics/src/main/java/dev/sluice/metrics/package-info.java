/**
 * Aggregates measurements, keeps them, evaluates alarms.
 *
 * <p>Read first: {@link dev.sluice.metrics.Metrics}, {@link dev.sluice.metrics.Alarms}, {@code AlarmEvaluation}. {@code Metrics} and
 * {@code Alarms} are thread-safe and have a thread each, {@code sluice-metrics} and {@code sluice-alarms}; recording never blocks on a
 * disk, reading may.
 */
@NullMarked
package dev.sluice.metrics;

import org.jspecify.annotations.NullMarked;
