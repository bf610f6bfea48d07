/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.sts;

import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.sts.GetCallerIdentityRequest;
import dev.sluice.wire.sts.GetCallerIdentityResponse;
import dev.sluice.wire.sts.StsOperations;

/** {@code GetCallerIdentity}. Thread-safe. */
public final class CallerOperations {
    public void register(Handlers.Builder handlers) {
        handlers.on(StsOperations.GET_CALLER_IDENTITY, CallerOperations::identity);
    }

    private static GetCallerIdentityResponse identity(Call call, GetCallerIdentityRequest request) {
        return GetCallerIdentityResponse.builder()
                .account(call.accountId())
                .arn(call.principalArn())
                .userId(call.caller().principalId())
                .build();
    }
}
