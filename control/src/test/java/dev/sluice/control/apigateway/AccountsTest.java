/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class AccountsTest {
    @TempDir
    Path dir;

    private ControlPlane plane;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
    }

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void startsWithAwsDefaults() {
        assertThat(plane.get("/account").ok(200).toString())
                .isEqualTo("{\"throttleSettings\":{\"burstLimit\":5000,\"rateLimit\":10000.0},"
                        + "\"features\":[\"UsagePlans\"],\"apiKeyVersion\":\"4\"}");
    }

    @Test
    void keepsTheRole() {
        String role = "arn:aws:iam::123456789012:role/logs";
        JsonNode updated =
                plane.patch("/account", "replace /cloudwatchRoleArn " + role).ok(200);
        assertThat(updated.get("cloudwatchRoleArn").asString()).isEqualTo(role);
        assertThat(plane.get("/account").ok(200)).isEqualTo(updated);
        assertThat(plane.patch("/account", "replace /cloudwatchRoleArn ")
                        .ok(200)
                        .has("cloudwatchRoleArn"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/throttleSettings", "/throttle"})
    void theAccountLevelIsLiveAtOnceAndSurvives(String prefix) {
        ControlPlane.Sample sample = plane.sample();
        plane.deploy(sample, "dev");
        JsonNode updated = plane.patch(
                        "/account", "replace " + prefix + "/rateLimit 7.5", "replace " + prefix + "/burstLimit 3")
                .ok(200);
        assertThat(updated.get("throttleSettings").toString()).isEqualTo("{\"burstLimit\":3,\"rateLimit\":7.5}");
        Limit limit = new Limit(Rate.perSecond(new java.math.BigDecimal("7.5")), 3);
        assertThat(plane.live(sample, "dev").accountBucket().limit().get()).isEqualTo(limit);
        plane.close();
        plane = ControlPlane.open(dir);
        assertThat(plane.live(sample, "dev").accountBucket().limit().get()).isEqualTo(limit);
        plane.patch("/account", "remove " + prefix).ok(200);
        assertThat(plane.live(sample, "dev").accountBucket().limit().get())
                .isEqualTo(new Limit(Rate.perSecond(10_000), 5_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replace /apiKeyVersion 5 | Invalid patch path  '/apiKeyVersion' specified for op 'replace'. Must be one of: [/cloudwatchRoleArn, /features]",
                "replace /cloudwatchRoleArn me | Invalid role ARN 'me' specified",
                "remove /features UsagePlans | Usage Plans cannot be disabled once enabled",
                "add /features Magic | Invalid feature 'Magic' specified. Must be one of: [UsagePlans]",
                "replace /throttle/burstLimit -1 | Invalid throttle burstLimit -1 specified. Must be an integer of 0 or more",
            })
    void refusesTheRest(String operation, String message) {
        plane.patch("/account", "replace /throttle/rateLimit 1", operation).isBadRequest(message);
        assertThat(plane.get("/account")
                        .ok(200)
                        .at("/throttleSettings/rateLimit")
                        .asDouble())
                .isEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/throttleSettings", "/throttle"})
    void theAccountLevelCanRunDry(String prefix) {
        plane.patch("/account", "replace " + prefix + "/dryRun true").ok(200);
        assertThat(plane.get("/account").ok(200).get("throttleSettings").toString())
                .isEqualTo("{\"burstLimit\":5000,\"rateLimit\":10000.0,\"dryRun\":true}");
        assertThat(plane.documents.store().read(Accounts::read).throttle())
                .isEqualTo(new Throttle(10_000.0, 5_000, true, null, null));
        plane.patch("/account", "replace " + prefix + "/dryRun maybe")
                .isBadRequest("Invalid value 'maybe' specified for patch path '" + prefix
                        + "/dryRun'. Must be true or false");
        plane.patch("/account", "replace " + prefix + "/dryRun false").ok(200);
        assertThat(plane.get("/account").ok(200).get("throttleSettings").toString())
                .isEqualTo("{\"burstLimit\":5000,\"rateLimit\":10000.0}");
    }

    @Test
    void usagePlansAreAlwaysOn() {
        plane.patch("/account", "add /features UsagePlans").ok(200);
    }

    @Test
    void strictAwsHasNoPatchableThrottle() {
        plane.close();
        plane = ControlPlane.strict(dir);
        plane.patch("/account", "replace /throttleSettings/rateLimit 1")
                .isBadRequest(
                        "Invalid patch path  '/throttleSettings/rateLimit' specified for op 'replace'. Must be one of:"
                                + " [/cloudwatchRoleArn, /features]");
    }
}
