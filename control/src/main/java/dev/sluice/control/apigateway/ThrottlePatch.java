/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sluice's own patch paths {@code PREFIX/rateLimit}, {@code PREFIX/burstLimit} and {@code PREFIX/dryRun} for a throttle as a whole, beside
 * AWS's; a stage has {@code PREFIX/fairness}, too. All operations of a call are applied before the result is put in force, so both numbers
 * of one call apply together.
 */
final class ThrottlePatch {
    private static final List<String> MEMBERS = List.of("/burstLimit", "/dryRun", "/rateLimit");
    private static final List<String> STAGE_MEMBERS = List.of("/burstLimit", "/dryRun", "/fairness", "/rateLimit");

    private ThrottlePatch() {}

    /** The throttle after one operation whose path is at or below {@code prefix}; null for none. */
    static @Nullable Throttle apply(@Nullable Throttle throttle, Patch.Op op, String prefix) {
        return apply(throttle, op, prefix, MEMBERS);
    }

    /** The same for a stage's. */
    static @Nullable Throttle applyToStage(@Nullable Throttle throttle, Patch.Op op, String prefix) {
        return apply(throttle, op, prefix, STAGE_MEMBERS);
    }

    private static @Nullable Throttle apply(
            @Nullable Throttle throttle, Patch.Op op, String prefix, List<String> members) {
        if (op.is("remove", prefix)) {
            return null;
        }
        boolean sets = op.op().equals("replace") || op.op().equals("add");
        String member = op.path().substring(prefix.length());
        if (!sets || !members.contains(member)) {
            throw Patch.invalidPath(
                    op,
                    op.op().equals("remove")
                            ? List.of(prefix)
                            : members.stream().map(prefix::concat).toList());
        }
        Throttle current = throttle == null ? new Throttle(null, null) : throttle;
        return switch (member) {
            case "/burstLimit" -> current.withBurst(op.integer());
            case "/dryRun" -> current.withDryRun(op.trueOrFalse());
            case "/fairness" -> current.withFairness(op.trueOrFalse());
            default -> current.withRate(op.decimal().doubleValue());
        };
    }
}
