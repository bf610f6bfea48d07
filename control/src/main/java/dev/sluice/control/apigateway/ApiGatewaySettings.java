/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

/**
 * What the server's settings say about this service.
 *
 * @param strictAws answers as AWS does where the recipe's forms differ from it
 * @param accountThrottle the account's limits until UpdateAccount changes them; both numbers are there
 * @param maxIntegrationMillis the longest timeout that an integration may have
 */
public record ApiGatewaySettings(
        String accountId, String region, boolean strictAws, Throttle accountThrottle, int maxIntegrationMillis) {
    /** AWS's default of 10,000 requests a second and a burst of 5,000. */
    public static final Throttle AWS_ACCOUNT_THROTTLE = new Throttle(10_000.0, 5_000);

    /** AWS's longest timeout of an integration, unless its quota was raised. */
    public static final int AWS_INTEGRATION_MILLIS = 29_000;

    public ApiGatewaySettings {
        if (accountThrottle.rateLimit() == null || accountThrottle.burstLimit() == null) {
            throw new IllegalArgumentException("accountThrottle: " + accountThrottle + " (expected: rate and burst)");
        }
    }
}
