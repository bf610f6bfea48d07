/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.GatewaySettings.Announcing;
import dev.sluice.gateway.GatewaySettings.RateLimitHeaders;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.explain.RefusalCase;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields that tell a client how much of a limit is left and when to come again. Confined to one event loop.
 *
 * <p>For a bucket q is the burst, w the time an empty one takes to fill, r the whole tokens left, t the time to the next token where there is
 * none, else to a full bucket; each time is in seconds, rounded up, so that it is never too early. What waiting does not help has no t and
 * no Retry-After.
 */
final class RateLimitFields {
    private static final long NANOS = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    /** The largest integer of structured fields (RFC 9651). */
    private static final long MAX_INTEGER = 999_999_999_999_999L;

    private final RateLimitHeaders headers;
    private final boolean onRefused;
    private final boolean onAdmitted;
    /** What was refused last and what was said of it: who is refused, is often refused again. */
    private @Nullable Line lastRefused;

    private List<Header> lastFields = List.of();

    RateLimitFields(boolean strictAws, Announcing announcing) {
        headers = announcing.headers();
        onRefused = !strictAws;
        onAdmitted = !strictAws && announcing.onAdmitted() && headers != RateLimitHeaders.NONE;
    }

    /** Whether admitted requests' answers have any. */
    boolean onAdmitted() {
        return onAdmitted;
    }

    /** @param waitNanos until the limit lets the request pass; {@link Long#MAX_VALUE} for never */
    List<Header> ofRefusal(String policy, Limit limit, long waitNanos) {
        long seconds = waitNanos == NEVER ? NEVER : Math.max(1, seconds(waitNanos));
        return ofRefusal(new Line(policy, limit.burst(), windowSeconds(limit), 0, seconds));
    }

    List<Header> ofRefusal(QuotaReading quota, Instant now) {
        return ofRefusal(line(quota, now, 1));
    }

    /** Of the tightest rate limit, and of the quota if there is one. */
    List<Header> ofAdmission(LevelReadings levels, @Nullable QuotaReading quota, Instant now) {
        List<Line> lines = new ArrayList<>(2);
        int tightest = levels.tightest();
        if (tightest >= 0) {
            Limit limit = levels.limit(tightest);
            lines.add(new Line(
                    levels.policy(tightest),
                    limit.burst(),
                    windowSeconds(limit),
                    levels.remaining(tightest),
                    seconds(levels.waitNanos(tightest))));
        }
        if (quota != null) {
            lines.add(line(quota, now, 0));
        }
        List<Header> fields = new ArrayList<>(4);
        add(fields, lines);
        return fields;
    }

    private List<Header> ofRefusal(Line line) {
        if (!onRefused) {
            return List.of();
        }
        if (!line.equals(lastRefused)) {
            lastFields = List.copyOf(fields(line));
            lastRefused = line;
        }
        return lastFields;
    }

    private List<Header> fields(Line line) {
        List<Header> fields = new ArrayList<>(5);
        if (line.seconds != NEVER) {
            fields.add(new Header("Retry-After", Long.toString(line.seconds)));
        }
        add(fields, List.of(line));
        return fields;
    }

    private void add(List<Header> fields, List<Line> lines) {
        if (lines.isEmpty()) {
            return;
        }
        switch (headers) {
            case STANDARD -> {
                StringBuilder policies = new StringBuilder();
                StringBuilder states = new StringBuilder();
                for (Line line : lines) {
                    line.append(policies, states);
                }
                fields.add(new Header("RateLimit-Policy", policies.toString()));
                fields.add(new Header("RateLimit", states.toString()));
            }
            case LEGACY -> {
                Line line = lines.getLast().remaining < lines.getFirst().remaining ? lines.getLast() : lines.getFirst();
                fields.add(new Header("X-RateLimit-Limit", Long.toString(line.quota)));
                fields.add(new Header("X-RateLimit-Remaining", Long.toString(line.remaining)));
                if (line.seconds != NEVER) {
                    fields.add(new Header("X-RateLimit-Reset", Long.toString(line.seconds)));
                }
                fields.add(new Header("X-RateLimit-Policy", line.policy));
            }
            case NONE -> {}
        }
    }

    private static Line line(QuotaReading quota, Instant now, long leastSeconds) {
        long seconds = Math.max(leastSeconds, seconds(quota.waitNanos(now)));
        return new Line(RefusalCase.QUOTA, quota.limit().limit(), quota.windowSeconds(), quota.remaining(), seconds);
    }

    private static long seconds(long nanos) {
        return nanos == NEVER ? NEVER : Math.ceilDiv(nanos, NANOS);
    }

    /** How long an empty bucket takes to fill, rounded up, 1 or more; {@link #NEVER} for one that never does. */
    static long windowSeconds(Limit limit) {
        Rate rate = limit.rate();
        if (rate.tokens() == 0) {
            return NEVER;
        }
        long product = limit.burst() * rate.periodNanos();
        if (Math.multiplyHigh(limit.burst(), rate.periodNanos()) == 0 && product >= 0) {
            return Math.max(1, Math.ceilDiv(Math.ceilDiv(product, rate.tokens()), NANOS));
        }
        BigInteger perSecond = BigInteger.valueOf(rate.tokens()).multiply(BigInteger.valueOf(NANOS));
        BigInteger[] exact = BigInteger.valueOf(limit.burst())
                .multiply(BigInteger.valueOf(rate.periodNanos()))
                .divideAndRemainder(perSecond);
        return exact[0].longValueExact() + exact[1].signum();
    }

    /** What is said of one policy. */
    private record Line(String policy, long quota, long windowSeconds, long remaining, long seconds) {
        void append(StringBuilder policies, StringBuilder states) {
            String separator = policies.isEmpty() ? "" : ", ";
            policies.append(separator)
                    .append('"')
                    .append(policy)
                    .append("\";q=")
                    .append(Math.min(quota, MAX_INTEGER));
            if (windowSeconds != NEVER) {
                policies.append(";w=").append(windowSeconds);
            }
            states.append(separator)
                    .append('"')
                    .append(policy)
                    .append("\";r=")
                    .append(Math.min(remaining, MAX_INTEGER));
            if (seconds != NEVER) {
                states.append(";t=").append(seconds);
            }
        }
    }
}
