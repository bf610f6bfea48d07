/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.List;
import java.util.Optional;

/**
 * An API key as it stood when it was looked up; its value is not kept anywhere in the clear.
 *
 * @param subject its number in this process, by which it has buckets and quotas; that of a key that is gone is given away again
 * @param plans at most one covers any one stage; their limits are live
 */
public record ApiKey(int subject, String id, boolean enabled, List<UsagePlan> plans) {
    public ApiKey {
        plans = List.copyOf(plans);
    }

    /** The plan that grants access to a stage. */
    public Optional<UsagePlan> planFor(StageId stage) {
        for (UsagePlan plan : plans) {
            if (plan.covers(stage)) {
                return Optional.of(plan);
            }
        }
        return Optional.empty();
    }
}
