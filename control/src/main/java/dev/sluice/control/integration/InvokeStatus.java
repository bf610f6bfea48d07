/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import dev.sluice.functions.InvokeResult;

/**
 * What Lambda's Invoke answers to API Gateway, as access logs tell it in {@code $context.integrationStatus}: 200 also for a function that failed
 * ("Invoke", AWS Lambda API Reference, Errors).
 */
final class InvokeStatus {
    static final int OK = 200;
    static final int NO_PERMISSION = 403;
    static final int NO_FUNCTION = 404;

    private InvokeStatus() {}

    static int of(InvokeResult.Reason reason) {
        return switch (reason) {
            case CONCURRENCY -> 429;
            case PAYLOAD_TOO_LARGE -> 413;
            case RUNTIME, CODE, HOST -> 502;
            case STOPPING -> 503;
        };
    }
}
