/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.ExchangeListener;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.StageId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Requests since the start, by stage and outcome; as many counters as there are stages and policies. Thread-safe. */
final class RequestCounters implements ExchangeListener {
    private static final StageId NO_STAGE = new StageId("", "", "", "");
    private static final int STATUS_CLASSES = 6;

    private final Map<StageId, LongAdder[]> requests = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private final Map<OnTrial, LongAdder> dryRuns = new ConcurrentHashMap<>();

    /** A stage of an API; both empty for requests that found none. */
    record StageName(String apiId, String stage) implements Comparable<StageName> {
        private static StageName of(StageId id) {
            return new StageName(id.apiId(), id.stageName());
        }

        @Override
        public int compareTo(StageName other) {
            int byApi = apiId.compareTo(other.apiId);
            return byApi != 0 ? byApi : stage.compareTo(other.stage);
        }
    }

    /** A limit on trial, at a stage. */
    record DryRun(StageName stage, String policy) implements Comparable<DryRun> {
        @Override
        public int compareTo(DryRun other) {
            int byStage = stage.compareTo(other.stage);
            return byStage != 0 ? byStage : policy.compareTo(other.policy);
        }
    }

    private record OnTrial(StageId stage, String policy) {}

    @Override
    public void ended(ExchangeEnd end) {
        Stage stage = end.stage();
        StageId id = stage == null ? NO_STAGE : stage.id();
        requests.computeIfAbsent(id, _ -> adders())[Math.min(end.status() / 100, STATUS_CLASSES - 1)].increment();
        String refusedBy = end.refusedBy();
        if (refusedBy != null) {
            refusals.computeIfAbsent(refusedBy, _ -> new LongAdder()).increment();
        }
        String wouldRefuseBy = end.wouldRefuseBy();
        if (wouldRefuseBy != null) {
            dryRuns.computeIfAbsent(new OnTrial(id, wouldRefuseBy), _ -> new LongAdder())
                    .increment();
        }
    }

    private static LongAdder[] adders() {
        LongAdder[] adders = new LongAdder[STATUS_CLASSES];
        for (int i = 0; i < STATUS_CLASSES; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** By stage, the counts of the status classes 1xx to 5xx at their first digit. */
    SortedMap<StageName, long[]> requests() {
        SortedMap<StageName, long[]> counts = new TreeMap<>();
        requests.forEach((id, adders) -> {
            long[] sums = new long[STATUS_CLASSES];
            for (int i = 0; i < STATUS_CLASSES; i++) {
                sums[i] = adders[i].sum();
            }
            counts.put(StageName.of(id), sums);
        });
        return counts;
    }

    /** By the policy that refused. */
    SortedMap<String, Long> refusals() {
        SortedMap<String, Long> counts = new TreeMap<>();
        refusals.forEach((policy, adder) -> counts.put(policy, adder.sum()));
        return counts;
    }

    /** What was admitted although a limit on trial would have refused it. */
    SortedMap<DryRun, Long> dryRuns() {
        SortedMap<DryRun, Long> counts = new TreeMap<>();
        dryRuns.forEach(
                (limit, adder) -> counts.put(new DryRun(StageName.of(limit.stage()), limit.policy()), adder.sum()));
        return counts;
    }
}
