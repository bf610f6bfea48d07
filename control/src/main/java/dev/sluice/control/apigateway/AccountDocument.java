/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import org.jspecify.annotations.Nullable;

/**
 * The account's settings as changed by UpdateAccount.
 *
 * @param throttle null where the server's settings hold
 */
record AccountDocument(
        @Nullable String cloudwatchRoleArn, @Nullable Throttle throttle) {
    static final AccountDocument UNCHANGED = new AccountDocument(null, null);

    AccountDocument withRole(@Nullable String role) {
        return new AccountDocument(role, throttle);
    }

    AccountDocument withThrottle(@Nullable Throttle changed) {
        return new AccountDocument(cloudwatchRoleArn, changed);
    }
}
