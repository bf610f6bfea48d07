/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes with one call beside its event.
 *
 * @param requestId the function sees it as {@code aws_request_id}; unique per call
 * @param invokedFunctionArn with the qualifier that the caller used
 * @param traceId {@code Root=...;Parent=...;Sampled=...}
 * @param clientContext JSON, already decoded from base64
 * @param identity JSON with {@code cognitoIdentityId} and {@code cognitoIdentityPoolId}
 * @param maxWait how long to wait for a free environment at most, its start included; the function's own timeout comes on top
 * @param tail whether the last 4 KiB of the log are wanted in the result
 */
public record InvokeContext(
        String requestId,
        String invokedFunctionArn,
        @Nullable String traceId,
        @Nullable String clientContext,
        @Nullable String identity,
        Duration maxWait,
        boolean tail) {
    /** A plain call: no trace, client context, identity or log tail. */
    public static InvokeContext of(String requestId, String invokedFunctionArn, Duration maxWait) {
        return new InvokeContext(requestId, invokedFunctionArn, null, null, null, maxWait, false);
    }
}
