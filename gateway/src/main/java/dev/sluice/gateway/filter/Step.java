/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What a filter makes of a request. */
public sealed interface Step {
    /** On to the next filter. */
    record Continue() implements Step {
        static final Continue INSTANCE = new Continue();
    }

    record Refuse(Refusal refusal) implements Step {
        static Refuse with(GatewayError error) {
            return new Refuse(Refusal.of(error));
        }
    }

    /**
     * Ask the same filter again when {@code ready} completes, on whatever thread that is; the event loop decides.
     *
     * @param otherwise asked, on the event loop, when {@code ready} fails or takes too long
     */
    record Suspend(CompletionStage<Void> ready, Supplier<Refusal> otherwise) implements Step {}
}
