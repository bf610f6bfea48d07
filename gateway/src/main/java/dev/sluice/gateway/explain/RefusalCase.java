/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.explain;

import dev.sluice.gateway.StageId;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.limits.Limit;
import dev.sluice.limits.QuotaLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What refusals of one kind have in common: one object for as many as there are. Immutable.
 *
 * @param policy what refused, or would have
 * @param dryRun whether the request was admitted all the same
 * @param planId null where none was found
 * @param levels the rate limits of the decision, most specific first, unlimited ones left out; empty where none was looked at
 * @param quota null where none applied
 */
public record RefusalCase(
        Reason reason,
        String policy,
        boolean dryRun,
        Answer answer,
        Method method,
        @Nullable String planId,
        List<Level> levels,
        @Nullable QuotaLimit quota) {
    /** Most levels of a case, the quota counted. */
    public static final int MAX_LEVELS = 8;

    /** The policy name of a quota. */
    public static final String QUOTA = "quota";

    public RefusalCase {
        levels = List.copyOf(levels);
        if (levels.size() >= MAX_LEVELS) {
            throw new IllegalArgumentException("levels: " + levels.size() + " (expected: below " + MAX_LEVELS + ")");
        }
    }

    /**
     * What the client was told.
     *
     * @param errorType the {@code x-amzn-ErrorType}; null where there is none
     */
    public record Answer(int status, @Nullable String errorType) {}

    /** A method of a deployed stage, as declared. */
    public record Method(StageId stage, String resourcePath, String httpMethod) {}

    /** One rate limit, as it was then. */
    public record Level(String policy, Limit limit) {}

    /** How many figures an entry of this case has: what each level held, then the quota. */
    int figures() {
        return levels.size() + (quota == null ? 0 : 1);
    }

    /** Whether both were refused by one bucket or counter; of those that each key has for itself, the keys have to be compared, too. */
    boolean sharesBucketWith(RefusalCase other) {
        if (!policy.equals(other.policy) || reason != other.reason) {
            return false;
        }
        StageId stage = method.stage();
        StageId others = other.method.stage();
        return switch (policy) {
            case "account" -> true;
            case "api" -> stage.apiId().equals(others.apiId());
            case "stage", "fair-share" -> stage.equals(others);
            case "method" -> method.equals(other.method);
            case UsagePlan.KEY_METHOD -> method.equals(other.method) && samePlan(other);
            default -> samePlan(other);
        };
    }

    /** Whether each key has a bucket or counter of its own. */
    public boolean perKey() {
        return switch (policy) {
            case UsagePlan.KEY, UsagePlan.KEY_METHOD, QUOTA -> true;
            default -> false;
        };
    }

    private boolean samePlan(RefusalCase other) {
        return planId != null && planId.equals(other.planId);
    }
}
