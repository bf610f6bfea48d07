/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An API key as it stood when it was looked up; its value is not kept anywhere in the clear. */
public final class ApiKey {
    private final int subject;
    private final long code;
    private final @Nullable String oddId;
    private final boolean enabled;
    private final List<UsagePlan> plans;

    /**
     * @param subject its number in this process, by which it has buckets and quotas; that of a key that is gone is given away again
     * @param plans at most one covers any one stage; their limits are live
     */
    public ApiKey(int subject, String id, boolean enabled, List<UsagePlan> plans) {
        this(subject, KeyCode.of(id), id, enabled, List.copyOf(plans));
    }

    /**
     * A key whose id is only spelt out for those who ask.
     *
     * @param code of the id; any negative number where that does not fit in one
     * @param oddId the id where it has no code
     */
    ApiKey(int subject, long code, @Nullable String oddId, boolean enabled, List<UsagePlan> plans) {
        this.subject = subject;
        this.code = code;
        this.oddId = oddId;
        this.enabled = enabled;
        this.plans = plans;
    }

    public int subject() {
        return subject;
    }

    public String id() {
        return code < 0 ? Objects.requireNonNullElse(oddId, "") : KeyCode.id(code);
    }

    /** The id as {@link KeyCode} has it; {@link KeyCode#OTHER} where it does not fit. */
    public long code() {
        return Math.max(code, KeyCode.OTHER);
    }

    public boolean enabled() {
        return enabled;
    }

    public List<UsagePlan> plans() {
        return plans;
    }

    /** The plan that grants access to a stage. */
    public Optional<UsagePlan> planFor(StageId stage) {
        for (int i = 0; i < plans.size(); i++) {
            UsagePlan plan = plans.get(i);
            if (plan.covers(stage)) {
                return Optional.of(plan);
            }
        }
        return Optional.empty();
    }
}
