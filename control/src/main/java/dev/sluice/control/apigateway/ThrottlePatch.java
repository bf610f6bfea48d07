/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sluice's own patch paths {@code PREFIX/rateLimit} and {@code PREFIX/burstLimit} for a throttle as a whole, beside AWS's. All operations
 * of a call are applied before the result is put in force, so both numbers of one call apply together.
 */
final class ThrottlePatch {
    private ThrottlePatch() {}

    /** The throttle after one operation whose path is at or below {@code prefix}; null for none. */
    static @Nullable Throttle apply(@Nullable Throttle throttle, Patch.Op op, String prefix) {
        if (op.is("remove", prefix)) {
            return null;
        }
        boolean sets = op.op().equals("replace") || op.op().equals("add");
        Throttle current = throttle == null ? new Throttle(null, null) : throttle;
        if (sets && op.path().equals(prefix + "/rateLimit")) {
            return current.withRate(op.decimal().doubleValue());
        }
        if (sets && op.path().equals(prefix + "/burstLimit")) {
            return current.withBurst(op.integer());
        }
        throw Patch.invalidPath(
                op,
                op.op().equals("remove") ? List.of(prefix) : List.of(prefix + "/burstLimit", prefix + "/rateLimit"));
    }
}
