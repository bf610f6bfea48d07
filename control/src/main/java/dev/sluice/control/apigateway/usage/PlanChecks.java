/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import dev.sluice.control.apigateway.ApiGatewayKinds;
import dev.sluice.control.apigateway.Throttle;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.QuotaEntry;
import dev.sluice.control.apigateway.usage.UsagePlanDocument.StageEntry;
import dev.sluice.limits.QuotaLimit.Period;
import dev.sluice.store.Records;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiStage;
import dev.sluice.wire.apigateway.ThrottleSettings;
import java.time.zone.ZoneRulesProvider;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the parts of a usage plan, with the service's own sentences. */
final class PlanChecks {
    private PlanChecks() {}

    static QuotaEntry quota(
            @Nullable Integer limit,
            @Nullable Integer offset,
            @Nullable String period,
            @Nullable String timeZone,
            @Nullable Boolean dryRun) {
        if (limit == null || limit < 0) {
            throw badRequest("Usage Plan quota limit must be a non-negative numeric");
        }
        Period parsed = period(period);
        int from = offset == null ? 0 : offset;
        int max = switch (parsed) {
            case DAY -> 0;
            case WEEK -> 6;
            case MONTH -> 27;
        };
        if (from < 0 || from > max) {
            throw badRequest(
                    parsed == Period.DAY
                            ? "Usage Plan quota offset must be zero in the DAY period"
                            : "Usage Plan quota offset must be between 0 and " + max + " inclusive in the " + parsed
                                    + " period");
        }
        return new QuotaEntry(limit, from, parsed, timeZone == null ? null : timeZone(timeZone), dryRun);
    }

    /** A name of the time zone database; no offset, no abbreviation that Java alone knows. */
    static String timeZone(String name) {
        if (!ZoneRulesProvider.getAvailableZoneIds().contains(name)) {
            throw badRequest("Invalid Usage Plan quota timeZone '" + name
                    + "' specified. Must be an IANA time zone name such as UTC or Europe/Berlin");
        }
        return name;
    }

    private static Period period(@Nullable String period) {
        for (Period candidate : Period.values()) {
            if (candidate.name().equals(period)) {
                return candidate;
            }
        }
        throw badRequest("Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]");
    }

    /** @param strictAws leaves out what AWS does not have */
    static StageEntry stage(Records records, ApiStage stage, String planId, boolean strictAws) {
        String apiId = stage.apiId();
        String name = stage.stage();
        if (apiId == null || apiId.isEmpty() || name == null || name.isEmpty()) {
            // AWS answers with its template unfilled.
            throw badRequest("Invalid API Stage {api: %s, stage: %s} specified for usageplan %s");
        }
        return existing(records, new StageEntry(apiId, name, methods(stage.throttle(), strictAws)), planId);
    }

    /** From {@code apiId:stage}. */
    static StageEntry stage(Records records, @Nullable String text, String planId) {
        int colon = text == null ? -1 : text.indexOf(':');
        if (text == null || colon <= 0 || colon == text.length() - 1) {
            throw badRequest("Invalid API Stage specified");
        }
        return existing(records, new StageEntry(text.substring(0, colon), text.substring(colon + 1), Map.of()), planId);
    }

    private static StageEntry existing(Records records, StageEntry entry, String planId) {
        if (records.get(ApiGatewayKinds.STAGE.name(), entry.apiId() + "/" + entry.stage())
                .isEmpty()) {
            throw unknownStage(entry, planId);
        }
        return entry;
    }

    static ServiceException unknownStage(StageEntry entry, String planId) {
        return ApiGatewayErrors.NOT_FOUND.with("Invalid API Stage {api: " + entry.apiId() + ", stage: " + entry.stage()
                + "} specified for usageplan " + planId);
    }

    private static Map<String, Throttle> methods(@Nullable Map<String, ThrottleSettings> throttle, boolean strictAws) {
        Map<String, Throttle> methods = new LinkedHashMap<>();
        if (throttle != null) {
            throttle.forEach((key, settings) -> {
                Throttle checked = Throttle.of(settings);
                if (checked != null) {
                    methods.put(MethodKey.of(key), checked.ofMethod(strictAws));
                }
            });
        }
        return methods;
    }

    static ServiceException badRequest(String message) {
        return ApiGatewayErrors.BAD_REQUEST.with(message);
    }
}
