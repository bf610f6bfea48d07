/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.gateway.LevelLimit;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import dev.sluice.wire.apigateway.MethodSetting;
import dev.sluice.wire.apigateway.Stage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stage's method settings: a complete object per method that was ever set, by {@code path/METHOD} without the leading slash, and one for
 * all other methods. A number of -1 is unset: a method then takes the general one's, and that leaves the account's limit only.
 */
final class MethodSettings {
    /** The key of the settings for all methods that have none of their own. */
    static final String GENERAL = "*/*";

    static final int UNSET = -1;

    private static final int CACHE_TTL_SECONDS = 300;

    private MethodSettings() {}

    static Map<String, MethodSetting> of(Stage stage) {
        return stage.methodSettings() == null ? Map.of() : stage.methodSettings();
    }

    /** What the settings of a method are when they are first touched: those in force for all methods, else AWS's defaults. */
    static MethodSetting materialised(Map<String, MethodSetting> settings, Throttle account) {
        MethodSetting general = settings.get(GENERAL);
        if (general != null) {
            return general;
        }
        return MethodSetting.builder()
                .metricsEnabled(false)
                .dataTraceEnabled(false)
                .throttlingBurstLimit(account.burstLimit())
                .throttlingRateLimit(account.rateLimit())
                .cachingEnabled(false)
                .cacheTtlInSeconds(CACHE_TTL_SECONDS)
                .cacheDataEncrypted(false)
                .requireAuthorizationForCacheControl(true)
                .unauthorizedCacheControlHeaderStrategy("SUCCEED_WITH_RESPONSE_HEADER")
                .build();
    }

    static boolean metricsEnabled(Map<String, MethodSetting> settings, String resourcePath, String verb) {
        MethodSetting own = settings.getOrDefault(key(resourcePath, verb), settings.get(GENERAL));
        return own != null && Boolean.TRUE.equals(own.metricsEnabled());
    }

    /** @throws dev.sluice.wire.ServiceException BadRequestException where two numbers that meet cannot be counted exactly */
    static void checkLimits(Map<String, MethodSetting> settings) {
        settings.values().forEach(own -> limit(own, settings.get(GENERAL)));
    }

    static Limit limit(Map<String, MethodSetting> settings, String resourcePath, String verb) {
        return limit(settings.get(key(resourcePath, verb)), settings.get(GENERAL));
    }

    /** What is to be put in force for a method. It is a dry run where the settings say so that the numbers come from. */
    static LevelLimit level(Map<String, MethodSetting> settings, String resourcePath, String verb) {
        MethodSetting own = settings.get(key(resourcePath, verb));
        boolean inherits = rate(own) == null && burst(own) == null;
        MethodSetting general = settings.get(GENERAL);
        return new LevelLimit(limit(own, general), dryRun(own) || inherits && dryRun(general));
    }

    private static boolean dryRun(@Nullable MethodSetting setting) {
        return setting != null && Boolean.TRUE.equals(setting.throttlingDryRun());
    }

    private static Limit limit(@Nullable MethodSetting own, @Nullable MethodSetting general) {
        Double rate = rate(own) == null ? rate(general) : rate(own);
        Integer burst = burst(own) == null ? burst(general) : burst(own);
        if (rate == null && burst != null && burst == 0) {
            return new Limit(Rate.perSecond(0), 0);
        }
        return Throttle.limit(new Throttle(rate, burst));
    }

    private static String key(String resourcePath, String verb) {
        return resourcePath.substring(1) + "/" + verb;
    }

    private static @Nullable Double rate(@Nullable MethodSetting setting) {
        Double rate = setting == null ? null : setting.throttlingRateLimit();
        return rate == null || rate < 0 ? null : rate;
    }

    private static @Nullable Integer burst(@Nullable MethodSetting setting) {
        Integer burst = setting == null ? null : setting.throttlingBurstLimit();
        return burst == null || burst < 0 ? null : burst;
    }
}
