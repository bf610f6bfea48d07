/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What became of one request.
 *
 * @param stage null when none was found
 * @param route null when none was found
 * @param status what the client got; 499 when it left before an answer began
 * @param refusedBy the policy that refused (account, api, stage, method, key, key-method, quota, fair-share, api-key,
 *     source); null when none did
 * @param wouldRefuseBy the limit on trial that would have refused what was admitted; null when none would have
 * @param latencyNanos from the head received to the last byte written
 * @param integrationLatencyNanos from the call of the integration to the beginning of its answer; -1 when there was none
 * @param apiKey null without one that is known
 * @param plan the one that the key belongs to for this stage; null without one
 * @param exchange what was asked; null where nobody wants to know more than the other components tell
 * @param answerBytes of the answer's body, as far as it was written
 * @param integrationStatus what the integration answered; 0 when there was no answer
 * @param serviceStatus what the service that runs the integration's function answered, also where the function failed; of another integration
 *     the same as {@code integrationStatus}
 * @param error the gateway's own answer; null when it is the integration's
 */
public record ExchangeEnd(
        @Nullable Stage stage,
        @Nullable Route route,
        int status,
        @Nullable String refusedBy,
        @Nullable String wouldRefuseBy,
        long latencyNanos,
        long integrationLatencyNanos,
        @Nullable ApiKey apiKey,
        @Nullable UsagePlan plan,
        String requestId,
        @Nullable Exchange exchange,
        long answerBytes,
        int integrationStatus,
        int serviceStatus,
        @Nullable Error error) {

    /** An answer of the gateway itself: its type among API Gateway's gateway responses, and its message. */
    public record Error(String responseType, String message) {}

    /** Null without a key that is known. */
    public @Nullable String apiKeyId() {
        return apiKey == null ? null : apiKey.id();
    }

    /** Null without a key in a plan for this stage. */
    public @Nullable String usagePlanId() {
        return plan == null ? null : plan.id();
    }

    /** What counting needs. */
    public ExchangeEnd(
            @Nullable Stage stage,
            @Nullable Route route,
            int status,
            @Nullable String refusedBy,
            @Nullable String wouldRefuseBy,
            long latencyNanos,
            long integrationLatencyNanos,
            @Nullable ApiKey apiKey,
            @Nullable UsagePlan plan,
            String requestId) {
        this(
                stage,
                route,
                status,
                refusedBy,
                wouldRefuseBy,
                latencyNanos,
                integrationLatencyNanos,
                apiKey,
                plan,
                requestId,
                null,
                0,
                0,
                0,
                null);
    }
}
