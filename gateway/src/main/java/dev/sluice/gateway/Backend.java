/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.concurrent.CompletionStage;

/** What answers whole requests in a way the gateway does not know, such as a function. Thread-safe. */
@FunctionalInterface
public interface Backend {
    /**
     * Called on an event loop: must not block. The stage may complete on any thread; completing exceptionally counts as
     * {@link BackendResponse.Failed} of kind ERROR. What comes after the integration's timeout, or after the client has left, is dropped.
     *
     * @param exchange valid until the returned stage completes, on any thread
     * @param body the whole request body; empty when there is none
     */
    CompletionStage<BackendResponse> call(Exchange exchange, byte[] body);
}
