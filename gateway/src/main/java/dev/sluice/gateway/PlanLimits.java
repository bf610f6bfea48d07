/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.Map;

/**
 * The limits of a usage plan.
 *
 * @param throttle the limit of each key, over all stages
 * @param stages the stages covered, each with its method throttles by {@link Route#methodKey()}
 */
public record PlanLimits(LevelLimit throttle, Map<StageId, Map<String, LevelLimit>> stages) {
    public PlanLimits {
        stages = Map.copyOf(stages);
    }
}
