/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.Header;
import dev.sluice.gateway.PlanKey;
import dev.sluice.gateway.Stage;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Decision;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.QuotaLimit;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Charges a request at every level at once or refuses it: key and method or key, method, stage, API, account, then the quota. A method that
 * requires no key has no plan levels.
 *
 * <p>Refusals name the policy in the fields of draft-ietf-httpapi-ratelimit-headers-10; {@code Retry-After} is rounded up, so that it is
 * never too early, and absent when waiting does not help.
 */
final class AdmissionFilter implements Filter {
    /** The policy name of a quota. */
    static final String QUOTA = "quota";

    private static final long NANOS = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Refusal QUOTA_UNKNOWN = new Refusal(GatewayError.QUOTA_EXCEEDED, QUOTA, List.of());

    private final Limiter limiter;
    private final InstantSource clock;
    private final boolean strictAws;
    private final Bucket[] levels = new Bucket[5];

    AdmissionFilter(Limiter limiter, InstantSource clock, boolean strictAws) {
        this.limiter = limiter;
        this.clock = clock;
        this.strictAws = strictAws;
    }

    @Override
    public Step onRequest(LiveExchange exchange) {
        Stage stage = exchange.stage();
        PlanKey plan = exchange.planKey();
        int count = 0;
        if (plan != null) {
            levels[count++] = plan.bucketFor(stage.id(), exchange.route(), limiter.clock());
        }
        levels[count++] = exchange.route().methodBucket();
        levels[count++] = stage.stageBucket();
        levels[count++] = stage.apiBucket();
        levels[count++] = stage.accountBucket();
        return switch (limiter.admit(levels, count, plan == null ? null : plan.quota(), 1)) {
            case Decision.Admitted _ -> Step.Continue.INSTANCE;
            case Decision.Throttled throttled -> new Step.Refuse(refusal(throttled));
            case Decision.QuotaExceeded exceeded -> new Step.Refuse(refusal(exceeded));
            case Decision.AwaitQuota(var ready) -> new Step.Suspend(ready, QUOTA_UNKNOWN);
        };
    }

    private Refusal refusal(Decision.Throttled throttled) {
        LiveLimit level = throttled.bucket().limit();
        if (strictAws) {
            return new Refusal(GatewayError.THROTTLED, level.name(), List.of());
        }
        Limit limit = level.get();
        List<Header> headers =
                headers(level.name(), limit.burst(), windowSeconds(limit), throttled.retryAfterSeconds());
        return new Refusal(GatewayError.THROTTLED, level.name(), headers);
    }

    private Refusal refusal(Decision.QuotaExceeded exceeded) {
        if (strictAws) {
            return QUOTA_UNKNOWN;
        }
        QuotaLimit limit = exceeded.quota().limit();
        LocalDate next = LocalDate.ofInstant(exceeded.resetsAt(), ZoneOffset.UTC);
        LocalDate first = limit.periodStart(next.minusDays(1));
        long window = Duration.ofDays(ChronoUnit.DAYS.between(first, next)).toSeconds();
        List<Header> headers = headers(QUOTA, limit.limit(), window, exceeded.retryAfterSeconds(clock.instant()));
        return new Refusal(GatewayError.QUOTA_EXCEEDED, QUOTA, headers);
    }

    /** How long an empty bucket takes to fill; {@link #NEVER} for one that never does. */
    private static long windowSeconds(Limit limit) {
        if (limit.rate().tokens() == 0) {
            return NEVER;
        }
        double nanos = (double) limit.burst()
                * limit.rate().periodNanos()
                / limit.rate().tokens();
        return Math.max(1, (long) Math.ceil(nanos / NANOS));
    }

    private static List<Header> headers(String policy, long quota, long windowSeconds, long retrySeconds) {
        List<Header> headers = new ArrayList<>(3);
        if (retrySeconds != NEVER) {
            headers.add(new Header("Retry-After", Long.toString(retrySeconds)));
        }
        String name = "\"" + policy + "\"";
        headers.add(new Header(
                "RateLimit-Policy", name + ";q=" + quota + (windowSeconds == NEVER ? "" : ";w=" + windowSeconds)));
        headers.add(new Header("RateLimit", name + ";r=0" + (retrySeconds == NEVER ? "" : ";t=" + retrySeconds)));
        return headers;
    }
}
