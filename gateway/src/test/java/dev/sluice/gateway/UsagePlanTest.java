/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UsagePlanTest {
    private static final StageId STAGE = new StageId("a", "r", "api", "dev");
    private static final Limit TEN = new Limit(Rate.perSecond(10), 10);

    private final AtomicLong nanos = new AtomicLong(1_000);
    private final NanoClock clock = nanos::get;

    private static Route route(String method) {
        Bucket bucket = Bucket.full(new dev.sluice.limits.LiveLimit("method", Limit.UNLIMITED), NanoClock.SYSTEM);
        return new Route("r", "/x", method, true, false, bucket, new Integration.Mock(200, List.of(), new byte[0]));
    }

    @Test
    void aMethodThrottleReplacesTheKeysBucket() {
        UsagePlan plan = UsagePlan.created("p", TEN, Map.of(STAGE, Map.of("/x/GET", new Limit(Rate.perSecond(1), 2))));
        PlanKey key = new PlanKey(plan, Bucket.full(plan.throttle(), clock), null);
        assertThat(key.bucketFor(STAGE, route("POST"), clock)).isSameAs(key.bucket());
        Bucket bucket = key.bucketFor(STAGE, route("GET"), clock);
        assertThat(bucket.limit().name()).isEqualTo("key-method");
        assertThat(bucket.level(clock.nanoTime()).remaining()).isEqualTo(2);
        assertThat(key.bucketFor(STAGE, route("GET"), clock)).isSameAs(bucket);
    }

    @Test
    void anUpdateIsLiveInBucketsThatExist() {
        UsagePlan plan = UsagePlan.created("p", TEN, Map.of(STAGE, Map.of("/x/GET", TEN)));
        PlanKey key = new PlanKey(plan, Bucket.full(plan.throttle(), clock), null);
        Bucket bucket = key.bucketFor(STAGE, route("GET"), clock);
        plan.update(TEN, Map.of(STAGE, Map.of("/x/GET", new Limit(Rate.perSecond(1), 3))), clock);
        assertThat(key.bucketFor(STAGE, route("GET"), clock)).isSameAs(bucket);
        assertThat(bucket.level(clock.nanoTime()).remaining()).isEqualTo(3);
        plan.update(TEN, Map.of(), clock);
        assertThat(plan.covers(STAGE)).isFalse();
    }

    @Test
    void aRestoredPlansMethodBucketsAreTakenToHaveBeenEmptyAtTheStart() {
        UsagePlan plan = UsagePlan.restored("p", TEN, Map.of(STAGE, Map.of("/x/GET", TEN)), clock);
        PlanKey key = new PlanKey(plan, Bucket.empty(plan.throttle(), clock), null);
        nanos.addAndGet(500_000_000);
        Bucket bucket = key.bucketFor(STAGE, route("GET"), clock);
        assertThat(bucket.level(clock.nanoTime()).remaining()).isEqualTo(5);
    }

    @Test
    void aKeyShowsNoSecretInText() {
        assertThat(new ApiKey("id1", "secret-value", "n", false, List.of()).toString())
                .contains("id1")
                .doesNotContain("secret");
    }
}
