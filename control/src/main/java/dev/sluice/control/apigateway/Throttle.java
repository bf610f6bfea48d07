/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ThrottleSettings;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A throttle as stored: tokens a second and capacity, each of which may be missing.
 *
 * @param rateLimit 0 or more; missing: the dimension is unlimited, so nothing is limited unless the burst is 0
 * @param burstLimit 0 or more; missing: what the rate gives in a second, at least 1
 */
public record Throttle(@Nullable Double rateLimit, @Nullable Integer burstLimit) {
    /** A client that sends a third as 33.333333333333336 means less than it says; rounding down never admits more. */
    private static final int RATE_DECIMALS = 6;

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
    }

    /** Null where there is none. */
    public static @Nullable Throttle of(@Nullable ThrottleSettings settings) {
        return settings == null ? null : checked(new Throttle(settings.rateLimit(), settings.burstLimit()));
    }

    public static Throttle checked(Throttle throttle) {
        throttle.limit();
        return throttle;
    }

    public ThrottleSettings settings() {
        return ThrottleSettings.builder()
                .rateLimit(rateLimit)
                .burstLimit(burstLimit)
                .build();
    }

    public Throttle withRate(double rate) {
        return new Throttle(rate, burstLimit);
    }

    public Throttle withBurst(int burst) {
        return new Throttle(rateLimit, burst);
    }

    /** The limit this stands for; {@link Limit#UNLIMITED} for null. */
    public static Limit limit(@Nullable Throttle throttle) {
        return throttle == null ? Limit.UNLIMITED : throttle.limit();
    }

    private Limit limit() {
        if (rateLimit == null) {
            return burstLimit != null && burstLimit == 0 ? NOTHING : Limit.UNLIMITED;
        }
        BigDecimal rate = BigDecimal.valueOf(rateLimit).setScale(RATE_DECIMALS, RoundingMode.DOWN);
        long burst = burstLimit == null ? Math.max(1, (long) Math.ceil(rateLimit)) : burstLimit;
        try {
            return new Limit(Rate.perSecond(rate), burst);
        } catch (IllegalArgumentException e) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid throttle rateLimit "
                    + BigDecimal.valueOf(rateLimit).toPlainString()
                    + " and burstLimit " + burst + " specified. " + e.getMessage());
        }
    }
}
