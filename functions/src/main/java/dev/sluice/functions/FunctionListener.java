/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

/** Told about calls, for metrics. Called on the caller's thread; must be quick and must not throw. Thread-safe. */
@FunctionalInterface
public interface FunctionListener {
    /** Ignores everything. */
    FunctionListener NONE = (spec, result, concurrentExecutions) -> {};

    /**
     * A call ended. {@link InvokeResult.Rejected} with {@link InvokeResult.Reason#CONCURRENCY} is a throttle, not an invocation.
     *
     * @param concurrentExecutions calls of this function running at that moment, this one included
     */
    void ended(FunctionSpec spec, InvokeResult result, int concurrentExecutions);
}
