/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.Limit;

/**
 * The limit of a level and how it is applied.
 *
 * @param dryRun whether it only counts what it would refuse
 */
public record LevelLimit(Limit limit, boolean dryRun) {
    /** One that refuses. */
    public static LevelLimit enforced(Limit limit) {
        return new LevelLimit(limit, false);
    }
}
