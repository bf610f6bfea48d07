/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** An API key and the plans it belongs to; immutable. A plan's limits are live within it. */
public final class ApiKey {
    private final String id;
    private final String value;
    private final String name;
    private final boolean enabled;
    private final List<PlanKey> plans;

    /** @param plans at most one covers any one stage */
    public ApiKey(String id, String value, String name, boolean enabled, List<PlanKey> plans) {
        this.id = id;
        this.value = value;
        this.name = name;
        this.enabled = enabled;
        this.plans = List.copyOf(plans);
    }

    public String id() {
        return id;
    }

    /** The secret that clients present. */
    public String value() {
        return value;
    }

    public String name() {
        return name;
    }

    public boolean enabled() {
        return enabled;
    }

    public List<PlanKey> plans() {
        return plans;
    }

    /** The membership that grants access to a stage. */
    public Optional<PlanKey> planFor(StageId stage) {
        for (PlanKey plan : plans) {
            if (plan.plan().covers(stage)) {
                return Optional.of(plan);
            }
        }
        return Optional.empty();
    }

    byte[] valueBytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ApiKey[" + id + (enabled ? "]" : ", disabled]");
    }
}
