/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import dev.sluice.control.apigateway.FunctionBackends.Target;
import dev.sluice.gateway.Backend;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.Exchange;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** One method's function. Thread-safe; hands each request to a thread that may block. */
final class FunctionBackend implements Backend {
    private final Target target;
    private final SourceArns sources;
    private final FunctionCaller caller;
    private final Executor threads;

    FunctionBackend(Target target, SourceArns sources, FunctionCaller caller, Executor threads) {
        this.target = target;
        this.sources = sources;
        this.caller = caller;
        this.threads = threads;
    }

    @Override
    public CompletionStage<BackendResponse> call(Exchange exchange, byte[] body) {
        return CompletableFuture.supplyAsync(() -> caller.call(target, sources, exchange, body), threads);
    }
}
