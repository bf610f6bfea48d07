/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import dev.sluice.wire.apigateway.MethodSetting;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class MethodSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/*/*/throttling/rateLimit | */*",
                "/test/GET/throttling/rateLimit | test/GET",
                "/~1data/GET/throttling/rateLimit | data/GET",
                "/~1a~1b/GET/throttling/rateLimit | a/b/GET",
                "/a/b/GET/throttling/rateLimit | a/b/GET",
                "/a~1b/GET/throttling/rateLimit | a/b/GET",
                "//GET/throttling/rateLimit | /GET",
                "/~1/GET/throttling/rateLimit | /GET",
                "/{proxy+}/ANY/throttling/rateLimit | {proxy+}/ANY",
                "/throttle/GET/throttling/rateLimit | throttle/GET",
            })
    void pathsNameAKey(String path, String key) {
        assertThat(MethodSettingPath.parse(path)).contains(new MethodSettingPath(key, "throttling/rateLimit"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/throttling/rateLimit",
                "/GET/throttling/rateLimit",
                "x/GET/throttling/rateLimit",
                "/x/get/throttling/rateLimit",
                "/*/GET/throttling/rateLimit/",
                "/x/*/throttling/rateLimit",
                "/x/GET/throttling",
                "/x/GET/throttling/RateLimit",
                "/x/GET//throttling/rateLimit",
                "/a//b/GET/throttling/rateLimit",
            })
    void otherPathsDoNot(String path) {
        assertThat(MethodSettingPath.parse(path)).isEqualTo(Optional.empty());
    }

    @Test
    void theFirstTouchMaterialisesACompleteObject(@TempDir Path dir) {
        try (ControlPlane plane = ControlPlane.open(dir)) {
            ControlPlane.Sample sample = plane.sample();
            plane.deploy(sample, "dev");
            String stage = sample.stage("dev");
            JsonNode settings = plane.patch(stage, "replace /data/GET/throttling/burstLimit 4")
                    .ok(200)
                    .get("methodSettings");
            assertThat(settings.toString())
                    .isEqualTo("{\"data/GET\":{\"metricsEnabled\":false,\"dataTraceEnabled\":false,"
                            + "\"throttlingBurstLimit\":4,\"throttlingRateLimit\":10000.0,\"cachingEnabled\":false,"
                            + "\"cacheTtlInSeconds\":300,\"cacheDataEncrypted\":false,"
                            + "\"requireAuthorizationForCacheControl\":true,"
                            + "\"unauthorizedCacheControlHeaderStrategy\":\"SUCCEED_WITH_RESPONSE_HEADER\"}}");
            settings = plane.patch(
                            stage,
                            "replace /*/*/throttling/rateLimit 50",
                            "replace /*/*/metrics/enabled true",
                            "replace /~1other/POST/throttling/burstLimit 9")
                    .ok(200)
                    .get("methodSettings");
            assertThat(settings.at("/other~1POST/throttlingRateLimit").asDouble())
                    .isEqualTo(50);
            assertThat(settings.at("/other~1POST/metricsEnabled").asBoolean()).isTrue();
            settings = plane.patch(stage, "replace /*/*/throttling/rateLimit 60", "remove /other/POST")
                    .ok(200)
                    .get("methodSettings");
            assertThat(settings.at("/data~1GET/throttlingRateLimit").asDouble()).isEqualTo(10_000);
            assertThat(settings.has("other/POST")).isFalse();
            assertThat(plane.patch(stage, "remove /*/*", "remove /~1data/GET")
                            .ok(200)
                            .get("methodSettings")
                            .size())
                    .isZero();
        }
    }

    private static final Limit NOTHING = new Limit(Rate.perSecond(0), 0);

    /** Columns: rate and burst of the method's own entry, of the general one, expected rate and burst (none: unlimited). */
    @ParameterizedTest
    @CsvSource({
        "     ,     ,     ,     ,     ,     ",
        "     ,     ,  10 ,  20 ,  10 ,  20 ",
        "   5 ,   6 ,  10 ,  20 ,   5 ,   6 ",
        "  50 ,  60 ,  10 ,  20 ,  50 ,  60 ",
        "  -1 ,   6 ,  10 ,  20 ,  10 ,   6 ",
        "   5 ,  -1 ,  10 ,  20 ,   5 ,  20 ",
        "  -1 ,  -1 ,  -1 ,  -1 ,     ,     ",
        "  -1 ,  -1 ,     ,     ,     ,     ",
        "   5 ,  -1 ,     ,     ,   5 ,   5 ",
        "  -1 ,   6 ,     ,     ,     ,     ",
        "   0 ,   6 ,     ,     ,   0 ,   6 ",
        "   0 ,   0 ,  10 ,  20 ,   0 ,   0 ",
    })
    void theMoreSpecificNumberCounts(
            @Nullable Double rate,
            @Nullable Integer burst,
            @Nullable Double generalRate,
            @Nullable Integer generalBurst,
            @Nullable Long expectedRate,
            @Nullable Integer expectedBurst) {
        Map<String, MethodSetting> settings = new HashMap<>();
        put(settings, "a/b/GET", rate, burst);
        put(settings, "*/*", generalRate, generalBurst);
        Limit expected = expectedRate == null || expectedBurst == null
                ? Limit.UNLIMITED
                : new Limit(Rate.perSecond(expectedRate), expectedBurst);
        assertThat(MethodSettings.limit(settings, "/a/b", "GET")).isEqualTo(expected);
    }

    @Test
    void aBurstOfZeroAdmitsNothingWhateverTheRate() {
        Map<String, MethodSetting> settings = new HashMap<>();
        put(settings, "/GET", -1.0, 0);
        assertThat(MethodSettings.limit(settings, "/", "GET")).isEqualTo(NOTHING);
        assertThat(MethodSettings.limit(settings, "/", "PUT")).isEqualTo(Limit.UNLIMITED);
    }

    @ParameterizedTest
    @CsvSource({
        "true, 5, false, 6, true",
        "false, 5, true, 6, false",
        "false, -1, true, 6, true",
        "true, -1, false, 6, true",
        "false, -1, false, 6, false"
    })
    void isADryRunWhereTheNumbersComeFromSaysSo(
            boolean own, double ownRate, boolean general, double generalRate, boolean expected) {
        Map<String, MethodSetting> settings = Map.of(
                "a/GET",
                MethodSetting.builder()
                        .throttlingRateLimit(ownRate)
                        .throttlingDryRun(own)
                        .build(),
                MethodSettings.GENERAL,
                MethodSetting.builder()
                        .throttlingRateLimit(generalRate)
                        .throttlingDryRun(general)
                        .build());
        assertThat(MethodSettings.level(settings, "/a", "GET").dryRun()).isEqualTo(expected);
        assertThat(MethodSettings.level(settings, "/b", "GET").dryRun()).isEqualTo(general);
    }

    private static void put(
            Map<String, MethodSetting> settings, String key, @Nullable Double rate, @Nullable Integer burst) {
        if (rate != null || burst != null) {
            settings.put(
                    key,
                    MethodSetting.builder()
                            .throttlingRateLimit(rate)
                            .throttlingBurstLimit(burst)
                            .build());
        }
    }
}
