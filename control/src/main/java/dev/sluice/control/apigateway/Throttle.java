/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.LevelLimit;
import dev.sluice.limits.BucketTable;
import dev.sluice.limits.FairShare;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ThrottleSettings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A throttle as stored: tokens a second and capacity, each of which may be missing, and how they are applied.
 *
 * @param rateLimit 0 or more; missing: the dimension is unlimited, so nothing is limited unless the burst is 0
 * @param burstLimit 0 or more; missing: what the rate gives in a second, at least 1
 * @param dryRun true: counts what it would refuse and refuses nothing; else missing
 * @param fairness of a stage; true: when its level is short, keys get their fair share; else missing
 * @param weight of a plan: each key's in a fair share, 2 to 1000; missing: 1
 */
public record Throttle(
        @Nullable Double rateLimit,
        @Nullable Integer burstLimit,
        @Nullable Boolean dryRun,
        @Nullable Boolean fairness,
        @Nullable Integer weight) {
    /** A client that sends a third as 33.333333333333336 means less than it says; rounding down never admits more. */
    private static final int RATE_DECIMALS = 6;

    private static final MathContext RATE_DIGITS = new MathContext(9, RoundingMode.DOWN);

    private static final Limit NOTHING = new Limit(Rate.perSecond(0), 0);

    /** @throws dev.sluice.wire.ServiceException BadRequestException naming a negative or impossible number */
    public Throttle {
        if (rateLimit != null && !(rateLimit >= 0 && rateLimit <= Long.MAX_VALUE)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid throttle rateLimit " + rateLimit + " specified. Must be a number of 0 or more");
        }
        if (burstLimit != null && burstLimit < 0) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid throttle burstLimit " + burstLimit + " specified. Must be an integer of 0 or more");
        }
        if (weight != null && (weight < 1 || weight > FairShare.MAX_WEIGHT)) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid throttle weight " + weight
                    + " specified. Must be an integer from 1 to " + FairShare.MAX_WEIGHT);
        }
        dryRun = trueOrNone(dryRun);
        fairness = trueOrNone(fairness);
        weight = weight != null && weight == 1 ? null : weight;
    }

    /** One as AWS has it. */
    public Throttle(@Nullable Double rateLimit, @Nullable Integer burstLimit) {
        this(rateLimit, burstLimit, null, null, null);
    }

    private static @Nullable Boolean trueOrNone(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag) ? true : null;
    }

    /** Null where there is none. */
    public static @Nullable Throttle of(@Nullable ThrottleSettings settings) {
        return settings == null
                ? null
                : checked(new Throttle(
                        settings.rateLimit(),
                        settings.burstLimit(),
                        settings.dryRun(),
                        settings.fairness(),
                        settings.weight()));
    }

    public static Throttle checked(Throttle throttle) {
        throttle.limit();
        return throttle;
    }

    public ThrottleSettings settings() {
        return ThrottleSettings.builder()
                .rateLimit(rateLimit)
                .burstLimit(burstLimit)
                .dryRun(dryRun)
                .fairness(fairness)
                .weight(weight)
                .build();
    }

    public Throttle withRate(double rate) {
        return new Throttle(rate, burstLimit, dryRun, fairness, weight);
    }

    public Throttle withBurst(int burst) {
        return new Throttle(rateLimit, burst, dryRun, fairness, weight);
    }

    public Throttle withDryRun(boolean on) {
        return new Throttle(rateLimit, burstLimit, on, fairness, weight);
    }

    public Throttle withFairness(boolean on) {
        return new Throttle(rateLimit, burstLimit, dryRun, on, weight);
    }

    /** @throws dev.sluice.wire.ServiceException BadRequestException for one out of range */
    public Throttle withWeight(int keyWeight) {
        return new Throttle(rateLimit, burstLimit, dryRun, fairness, keyWeight);
    }

    /** Without what a plan does not have, and where {@code strictAws} without what AWS does not have. */
    public Throttle ofPlan(boolean strictAws) {
        return perKey(
                strictAws
                        ? new Throttle(rateLimit, burstLimit)
                        : new Throttle(rateLimit, burstLimit, dryRun, null, weight));
    }

    /** Without what a plan's method throttle does not have, and where {@code strictAws} without what AWS does not have. */
    public Throttle ofMethod(boolean strictAws) {
        return perKey(new Throttle(rateLimit, burstLimit, strictAws ? null : dryRun, null, null));
    }

    /**
     * One that each key has for itself, which is counted in fewer bits.
     *
     * @throws ServiceException BadRequestException for one that cannot be counted exactly
     */
    public static Throttle perKey(Throttle throttle) {
        try {
            BucketTable.check(throttle.limit());
        } catch (IllegalArgumentException e) {
            throw throttle.impossible(e);
        }
        return throttle;
    }

    /** Of each key of a plan with this throttle, or none: 1 to 1000. */
    public static int weight(@Nullable Throttle throttle) {
        return throttle == null || throttle.weight == null ? 1 : throttle.weight;
    }

    /** Of a stage with this throttle, or none. */
    public static boolean fair(@Nullable Throttle throttle) {
        return throttle != null && Boolean.TRUE.equals(throttle.fairness);
    }

    /** What is to be put in force; unlimited for null. */
    public static LevelLimit level(@Nullable Throttle throttle) {
        return new LevelLimit(limit(throttle), throttle != null && Boolean.TRUE.equals(throttle.dryRun));
    }

    /** The limit this stands for; {@link Limit#UNLIMITED} for null. */
    public static Limit limit(@Nullable Throttle throttle) {
        return throttle == null ? Limit.UNLIMITED : throttle.limit();
    }

    private Limit limit() {
        if (rateLimit == null) {
            return burstLimit != null && burstLimit == 0 ? NOTHING : Limit.UNLIMITED;
        }
        BigDecimal rate = BigDecimal.valueOf(rateLimit)
                .setScale(RATE_DECIMALS, RoundingMode.DOWN)
                .round(RATE_DIGITS);
        try {
            return new Limit(Rate.perSecond(rate), burst());
        } catch (IllegalArgumentException e) {
            throw impossible(e);
        }
    }

    private long burst() {
        if (burstLimit != null) {
            return burstLimit;
        }
        return rateLimit == null ? 0 : Math.max(1, (long) Math.ceil(rateLimit));
    }

    private ServiceException impossible(IllegalArgumentException e) {
        String rate = rateLimit == null ? "none" : BigDecimal.valueOf(rateLimit).toPlainString();
        return ApiGatewayErrors.BAD_REQUEST.with(
                "Invalid throttle rateLimit " + rate + " and burstLimit " + burst() + " specified. " + e.getMessage());
    }
}
