/**
 * The Lambda operations: functions, their permissions, and their calls.
 *
 * <p>Read first: {@link dev.sluice.control.lambda.FunctionStore}, {@link dev.sluice.control.lambda.LiveFunctions}, {@link
 * dev.sluice.control.lambda.FunctionOperations}. Threads: calls run on virtual threads and may block; looking a live function up never
 * blocks.
 */
@NullMarked
package dev.sluice.control.lambda;

import org.jspecify.annotations.NullMarked;
