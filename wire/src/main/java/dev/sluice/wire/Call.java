/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/**
 * The circumstances of one call of an operation.
 *
 * @param region in which it was signed, which is the configured one
 * @param requestId a UUID, answered as {@code x-amzn-RequestId}
 * @param request as it came in, for the few operations that need raw headers or query
 */
public record Call(Caller caller, String region, String requestId, WireRequest request) {
    public String accountId() {
        return caller.accountId();
    }

    public String accessKeyId() {
        return caller.accessKeyId();
    }

    public String principalArn() {
        return caller.principalArn();
    }
}
