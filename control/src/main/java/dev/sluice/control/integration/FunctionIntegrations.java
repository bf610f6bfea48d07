/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import dev.sluice.control.apigateway.FunctionBackends;
import dev.sluice.control.iam.Roles;
import dev.sluice.control.lambda.LiveFunctions;
import dev.sluice.functions.Functions;
import dev.sluice.functions.Ticker;
import dev.sluice.gateway.Backend;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes the back ends of AWS_PROXY integrations: each call runs on a virtual thread of its own and ends by itself, also when the gateway has
 * given up waiting. Thread-safe.
 */
public final class FunctionIntegrations implements FunctionBackends, AutoCloseable {
    private final FunctionCaller caller;
    private final boolean strictAws;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sluice-function-call-", 0).factory());

    /** @param strictAws takes permissions whose source is {@code arn:aws:apigateway:REGION::/restapis/...} for what AWS does: nothing */
    public FunctionIntegrations(
            Functions functions, LiveFunctions live, Roles roles, Ticker ticker, boolean strictAws) {
        this.caller = new FunctionCaller(functions, live, roles, ticker);
        this.strictAws = strictAws;
    }

    @Override
    public Backend backend(Target target) {
        return new FunctionBackend(target, SourceArns.of(target, strictAws), caller, threads);
    }

    /** Interrupts calls that still run. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
