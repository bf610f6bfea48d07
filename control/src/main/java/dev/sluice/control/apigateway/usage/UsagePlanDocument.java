/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import dev.sluice.control.apigateway.Throttle;
import dev.sluice.limits.QuotaLimit;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A usage plan as stored. */
record UsagePlanDocument(
        String id,
        String name,
        @Nullable String description,
        List<StageEntry> stages,
        @Nullable Throttle throttle,
        @Nullable QuotaEntry quota,
        @Nullable String productCode,
        @Nullable Map<String, String> tags) {

    UsagePlanDocument {
        stages = stages == null ? List.of() : List.copyOf(stages);
        tags = tags == null ? null : Map.copyOf(tags);
    }

    boolean covers(String apiId, String stage) {
        return stages.stream().anyMatch(entry -> entry.is(apiId, stage));
    }

    UsagePlanDocument withStages(List<StageEntry> newStages) {
        return new UsagePlanDocument(id, name, description, newStages, throttle, quota, productCode, tags);
    }

    UsagePlanDocument withTags(Map<String, String> newTags) {
        return new UsagePlanDocument(id, name, description, stages, throttle, quota, productCode, newTags);
    }

    /**
     * A stage of the plan.
     *
     * @param throttle the method throttles by {@code /path/METHOD} ({@code //METHOD} for the root)
     */
    record StageEntry(String apiId, String stage, Map<String, Throttle> throttle) {
        StageEntry {
            throttle = throttle == null ? Map.of() : new LinkedHashMap<>(throttle);
        }

        boolean is(String otherApiId, String otherStage) {
            return apiId.equals(otherApiId) && stage.equals(otherStage);
        }

        String text() {
            return apiId + ":" + stage;
        }
    }

    /**
     * A quota as stored; its values are checked before.
     *
     * @param timeZone an IANA name; null for UTC, as AWS counts
     * @param dryRun true: counts what it would refuse and refuses nothing; else missing
     */
    record QuotaEntry(
            int limit,
            int offset,
            QuotaLimit.Period period,
            @Nullable String timeZone,
            @Nullable Boolean dryRun) {
        QuotaEntry {
            dryRun = Boolean.TRUE.equals(dryRun) ? true : null;
        }

        QuotaLimit quotaLimit() {
            return new QuotaLimit(limit, period, offset, timeZone == null ? ZoneOffset.UTC : ZoneId.of(timeZone));
        }
    }
}
