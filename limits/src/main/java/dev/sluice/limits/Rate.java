/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * How fast a bucket refills: {@code tokens} per {@code periodNanos}, reduced to lowest terms, so that no rounding is ever needed.
 *
 * @param tokens 0 (never refills) or more
 * @param periodNanos 1 or more
 */
public record Rate(long tokens, long periodNanos) {
    private static final int MAX_DECIMALS = 9;

    public Rate {
        if (tokens < 0) {
            throw new IllegalArgumentException("tokens: " + tokens + " (expected: >= 0)");
        }
        if (periodNanos < 1) {
            throw new IllegalArgumentException("periodNanos: " + periodNanos + " (expected: >= 1)");
        }
        long divisor = gcd(periodNanos, tokens);
        tokens /= divisor;
        periodNanos /= divisor;
    }

    /**
     * From a decimal number of tokens a second, e.g. {@code 0.1} or {@code 999983}; exact.
     *
     * @throws IllegalArgumentException for a negative number, for more than nine decimal places, and where {@code tokens} overflows
     */
    public static Rate perSecond(BigDecimal tokensPerSecond) {
        BigDecimal exact = requireNonNull(tokensPerSecond, "tokensPerSecond").stripTrailingZeros();
        if (exact.signum() < 0) {
            throw new IllegalArgumentException("tokensPerSecond: " + tokensPerSecond + " (expected: >= 0)");
        }
        if (exact.scale() > MAX_DECIMALS) {
            throw new IllegalArgumentException(
                    "tokensPerSecond: " + tokensPerSecond + " (expected: at most 9 decimal places)");
        }
        if ((long) exact.precision() - exact.scale() > MAX_DECIMALS) {
            throw new IllegalArgumentException("tokensPerSecond: " + tokensPerSecond + " (expected: < 10^9)");
        }
        BigInteger billionths = exact.movePointRight(MAX_DECIMALS).toBigIntegerExact();
        return new Rate(billionths.longValueExact(), 1_000_000_000_000_000_000L);
    }

    public static Rate perSecond(long tokensPerSecond) {
        return perSecond(BigDecimal.valueOf(tokensPerSecond));
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
