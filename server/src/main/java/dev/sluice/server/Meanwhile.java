/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A piece of the start that runs on a thread of its own beside the rest. Closing waits for its end, so that nothing of it is left behind. */
final class Meanwhile implements AutoCloseable {
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Meanwhile() {}

    /** What may fail as the start itself. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    static Meanwhile start(String threadName, Work work) {
        var meanwhile = new Meanwhile();
        Thread.ofPlatform().name(threadName).daemon().start(() -> meanwhile.run(work));
        return meanwhile;
    }

    private void run(Work work) {
        try {
            work.run();
            end.complete(null);
        } catch (IOException | RuntimeException | Error failure) {
            end.completeExceptionally(failure);
        }
    }

    /** Waits for the end and throws what the work has thrown. */
    void await() throws IOException {
        try {
            end.join();
        } catch (CompletionException failed) {
            switch (failed.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw failed;
            }
        }
    }

    @Override
    public void close() {
        end.handle((_, _) -> null).join();
    }
}
