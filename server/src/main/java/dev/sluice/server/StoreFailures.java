/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.store.StoreException;
import dev.sluice.wire.CommonErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells callers of the admin plane that the data folder fails them for now: 503 naming why. */
final class StoreFailures {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFailures.class);

    private StoreFailures() {}

    /** A retryable failure of the store as the caller is to see it; any other failure as it is. */
    static RuntimeException translate(RuntimeException failure) {
        if (failure instanceof StoreException store && store.retryable()) {
            LOG.warn("the data folder fails: {}", store.getMessage());
            return CommonErrors.SERVICE_UNAVAILABLE.with("The data folder cannot be used now: " + store.getMessage());
        }
        return failure;
    }
}
