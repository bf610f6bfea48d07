/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.Bucket;
import dev.sluice.limits.BucketTable;
import dev.sluice.limits.KeyedLimit;
import dev.sluice.limits.Levels;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Rate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UsagePlanTest {
    private static final StageId STAGE = new StageId("a", "r", "api", "dev");
    private static final Limit TEN = new Limit(Rate.perSecond(10), 10);
    private static final int SUBJECT = 3;

    private final AtomicLong nanos = new AtomicLong(1_000);
    private final NanoClock clock = nanos::get;
    private final BucketTable buckets = new BucketTable(clock);
    private final Limiter limiter = Limiter.inMemory(clock);
    private final Levels levels = limiter.newLevels();

    private static Route route(String method) {
        Bucket bucket = Bucket.full(new LiveLimit("method", Limit.UNLIMITED), NanoClock.SYSTEM);
        return new Route("r", "/x", method, true, false, bucket, new Integration.Mock(200, List.of(), new byte[0]));
    }

    private static PlanLimits limits(Limit throttle, Map<String, LevelLimit> methods) {
        return new PlanLimits(LevelLimit.enforced(throttle), Map.of(STAGE, methods));
    }

    private static Map<String, LevelLimit> get(long rate, long burst) {
        return Map.of("/x/GET", LevelLimit.enforced(new Limit(Rate.perSecond(rate), burst)));
    }

    private UsagePlan created(PlanLimits limits) {
        return UsagePlan.created("p", 1, buckets, limits);
    }

    private long remaining(KeyedLimit limit) {
        return limit.level(SUBJECT, clock.nanoTime()).remaining();
    }

    @Test
    void aMethodThrottleReplacesTheKeysBucket() {
        UsagePlan plan = created(limits(TEN, get(1, 2)));
        assertThat(plan.limitFor(STAGE, route("POST"))).isSameAs(plan.throttle());
        KeyedLimit method = plan.limitFor(STAGE, route("GET"));
        assertThat(method.name()).isEqualTo("key-method");
        assertThat(remaining(method)).isEqualTo(2);
    }

    @Test
    void anUpdateIsLiveAndKeepsWhatIsOwed() {
        UsagePlan plan = created(limits(TEN, get(10, 10)));
        KeyedLimit method = plan.limitFor(STAGE, route("GET"));
        limiter.admit(levels.clear().keyed(method, SUBJECT), 4);
        plan.update(limits(TEN, get(1, 7)));
        assertThat(plan.limitFor(STAGE, route("GET"))).isSameAs(method);
        assertThat(remaining(method)).isEqualTo(3);
        plan.update(new PlanLimits(LevelLimit.enforced(TEN), Map.of()));
        assertThat(plan.covers(STAGE)).isFalse();
    }

    @Test
    void aPlanCanBeRunDry() {
        UsagePlan plan = created(new PlanLimits(
                new LevelLimit(TEN, true), Map.of(STAGE, Map.of("/x/GET", new LevelLimit(TEN, true)))));
        assertThat(plan.throttle().dryRun()).isTrue();
        assertThat(plan.limitFor(STAGE, route("GET")).dryRun()).isTrue();
        plan.update(limits(TEN, get(10, 10)));
        assertThat(plan.throttle().dryRun()).isFalse();
        assertThat(plan.limitFor(STAGE, route("GET")).dryRun()).isFalse();
    }

    @Test
    void aRestoredPlansBucketsAreTakenToHaveBeenEmptyAtTheStart() {
        UsagePlan plan = UsagePlan.restored("p", 1, buckets, limits(TEN, get(10, 10)));
        nanos.addAndGet(500_000_000);
        assertThat(remaining(plan.throttle())).isEqualTo(5);
        assertThat(remaining(plan.limitFor(STAGE, route("GET")))).isEqualTo(5);
    }

    @Test
    void aKeyThatJoinsStartsFull() {
        UsagePlan plan = UsagePlan.restored("p", 1, buckets, limits(TEN, get(10, 10)));
        plan.join(SUBJECT);
        assertThat(remaining(plan.throttle())).isEqualTo(10);
        assertThat(remaining(plan.limitFor(STAGE, route("GET")))).isEqualTo(10);
    }
}
