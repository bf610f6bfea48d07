/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.Bucket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of one deployed stage.
 *
 * @param variables the stage variables
 * @param binaryMediaTypes of the API, as configured
 * @param stageBucket the level of this stage: all of its requests together
 * @param apiBucket the level of the API: shared by the snapshots of all of its stages
 * @param accountBucket the level of the account in this region: shared by all APIs
 * @param fairness how keys share the levels that are short; null for first come, first served
 * @param accessLog null where requests are not logged
 * @param byDomainOnly whether only custom domains lead here, and neither the execute-api host nor the path forms
 */
public record Stage(
        StageId id,
        String apiName,
        String deploymentId,
        Map<String, String> variables,
        List<String> binaryMediaTypes,
        Routes routes,
        Bucket stageBucket,
        Bucket apiBucket,
        Bucket accountBucket,
        @Nullable FairLevels fairness,
        @Nullable AccessLogging accessLog,
        boolean byDomainOnly) {
    public Stage {
        variables = Map.copyOf(variables);
        binaryMediaTypes = List.copyOf(binaryMediaTypes);
    }

    /** One without fairness and access log. */
    public Stage(
            StageId id,
            String apiName,
            String deploymentId,
            Map<String, String> variables,
            List<String> binaryMediaTypes,
            Routes routes,
            Bucket stageBucket,
            Bucket apiBucket,
            Bucket accountBucket) {
        this(
                id,
                apiName,
                deploymentId,
                variables,
                binaryMediaTypes,
                routes,
                stageBucket,
                apiBucket,
                accountBucket,
                null,
                null,
                false);
    }
}
