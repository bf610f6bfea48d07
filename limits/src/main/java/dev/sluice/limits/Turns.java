/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Runs asynchronous steps one at a time, in the order they came; a step that fails does not stop the next. Thread-safe, never blocks. */
final class Turns {
    private final AtomicReference<CompletableFuture<Void>> last = new AtomicReference<>(CompletableFuture.allOf());

    <T> CompletableFuture<T> run(Supplier<? extends CompletionStage<T>> step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<T> result = last.getAndSet(done).thenCompose(before -> step.get());
        return result.whenComplete((value, failure) -> done.complete(null));
    }
}
