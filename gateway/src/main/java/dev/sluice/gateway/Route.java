/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import dev.sluice.limits.Bucket;

/**
 * A method of a resource.
 *
 * @param resourcePath as declared, for example {@code /pets/{id}} or {@code /{proxy+}}
 * @param declaredMethod an upper-case verb or {@code ANY}
 * @param detailedMetrics whether this method is measured by itself, too
 * @param methodBucket the level of this method; shared by all callers
 */
public record Route(
        String resourceId,
        String resourcePath,
        String declaredMethod,
        boolean apiKeyRequired,
        boolean detailedMetrics,
        Bucket methodBucket,
        Integration integration) {
    public Route {
        if (!resourcePath.startsWith("/")) {
            throw new IllegalArgumentException("resourcePath: " + resourcePath + " (expected: starts with /)");
        }
    }

    /** What a plan's method throttle and a stage's method setting name this method by: {@code /pets/{id}/GET}; of the root {@code //GET}. */
    public String methodKey() {
        return resourcePath + "/" + declaredMethod;
    }
}
