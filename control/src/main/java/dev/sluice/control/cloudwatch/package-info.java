/**
 * The CloudWatch operations over metrics and alarms, and what the gateway and functions are measured by.
 *
 * <p>Read first: {@link dev.sluice.control.cloudwatch.MetricOperations}, {@link dev.sluice.control.cloudwatch.AlarmOperations}, {@link
 * dev.sluice.control.cloudwatch.GatewayMetrics}. Threads: operations run on virtual threads and may block; measuring never blocks.
 */
@NullMarked
package dev.sluice.control.cloudwatch;

import org.jspecify.annotations.NullMarked;
