/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class StagesTest {
    @TempDir
    Path dir;

    private ControlPlane plane;
    private ControlPlane.Sample sample;
    private String deployment;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        sample = plane.sample();
        deployment = plane.post(sample.path() + "/deployments", "{}").id();
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private ControlPlane.Answer create(String name, String more) {
        return plane.post(
                sample.path() + "/stages",
                "{\"stageName\":\"" + name + "\",\"deploymentId\":\"" + deployment + "\"" + more + "}");
    }

    @Test
    void createsAsAwsShowsIt() {
        JsonNode stage = create("dev", ",\"description\":\"d\",\"variables\":{\"a\":\"1\"},\"tags\":{\"t\":\"v\"}")
                .ok(201);
        long now = ControlPlane.NOW.getEpochSecond();
        assertThat(stage.toString())
                .isEqualTo("{\"deploymentId\":\"" + deployment + "\",\"stageName\":\"dev\",\"description\":\"d\","
                        + "\"cacheClusterEnabled\":false,\"cacheClusterStatus\":\"NOT_AVAILABLE\",\"methodSettings\":{},"
                        + "\"variables\":{\"a\":\"1\"},\"tracingEnabled\":false,\"tags\":{\"t\":\"v\"},\"createdDate\":"
                        + now + ",\"lastUpdatedDate\":" + now + "}");
        assertThat(plane.get(sample.stage("dev")).ok(200)).isEqualTo(stage);
    }

    @Test
    void refusesBadStages() {
        create("dev", "").ok(201);
        create("dev", "").isConflict("Stage already exists");
        create("a.b", "").isBadRequest("Stage name only allows a-zA-Z0-9_");
        create("a-b_9", "").ok(201);
        create("x", ",\"canarySettings\":{\"percentTraffic\":5}")
                .isUnsupported("Canary releases are not supported yet");
        create("x", ",\"variables\":{\"v\":\"a|b\"}")
                .isBadRequest(
                        "Invalid stage variable value of key v.  Please use values with alphanumeric characters and"
                                + " the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.");
        deployment = "nobody";
        create("x", "").isBadRequest("Deployment id does not exist");
        plane.get(sample.stage("x")).isNotFound("Invalid Stage identifier specified");
        plane.delete(sample.stage("x")).isNotFound("Invalid Stage identifier specified");
        plane.patch(sample.stage("x"), "replace /description x").isNotFound("Invalid Stage identifier specified");
    }

    @Test
    void listsAllOrThoseOfADeployment() {
        create("a", "").ok(201);
        create("b", "").ok(201);
        plane.deploy(sample, "c");
        assertThat(plane.get(sample.path() + "/stages").ok(200).get("item").size())
                .isEqualTo(3);
        JsonNode of = plane.get(sample.path() + "/stages?deploymentId=" + deployment)
                .ok(200)
                .get("item");
        assertThat(of.size()).isEqualTo(2);
        assertThat(of.get(0).get("stageName").asString()).isEqualTo("a");
    }

    @Test
    void deletesAndTells() {
        create("dev", "").ok(201);
        assertThat(plane.published.stage(sample.id(), "dev")).isPresent();
        plane.delete(sample.stage("dev")).ok(202);
        assertThat(plane.published.stage(sample.id(), "dev")).isEmpty();
        assertThat(plane.goneStages).containsExactly("deleted " + sample.id() + "/dev", "gone " + sample.id() + "/dev");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replace /description text with blanks | /description | text with blanks",
                "replace /tracingEnabled true | /tracingEnabled | true",
                "replace /cacheClusterEnabled true | /cacheClusterStatus | NOT_AVAILABLE",
                "replace /cacheClusterSize 0.5 | /cacheClusterSize | 0.5",
                "add /variables/a 1 | /variables/a | 1",
                "replace /variables/a https://x.example/?y=z&u | /variables/a | https://x.example/?y=z&u",
                "replace /accessLogSettings/format $context.requestId | /accessLogSettings/format | $context.requestId",
                "add /accessLogSettings/destinationArn arn:aws:logs:us-east-1:1:log-group:x | /accessLogSettings/destinationArn | arn:aws:logs:us-east-1:1:log-group:x",
                "replace /throttle/rateLimit 1000 | /throttle/rateLimit | 1000.0",
                "replace /throttle/burstLimit 2000 | /throttle/burstLimit | 2000",
                "replace /throttle/fairness true | /throttle/fairness | true",
                "replace /throttle/dryRun true | /throttle/dryRun | true",
                "replace /data/GET/throttling/dryRun true | /methodSettings/data~1GET/throttlingDryRun | true",
                "replace /*/*/throttling/dryRun true | /methodSettings/*~1*/throttlingDryRun | true",
                "replace /*/*/throttling/rateLimit 0.1 | /methodSettings/*~1*/throttlingRateLimit | 0.1",
                "replace /data/GET/throttling/burstLimit 0 | /methodSettings/data~1GET/throttlingBurstLimit | 0",
                "replace /*/*/throttling/burstLimit -1 | /methodSettings/*~1*/throttlingBurstLimit | -1",
                "replace /*/*/metrics/enabled true | /methodSettings/*~1*/metricsEnabled | true",
                "replace /*/*/logging/dataTrace true | /methodSettings/*~1*/dataTraceEnabled | true",
                "replace /*/*/logging/loglevel OFF | /methodSettings/*~1*/loggingLevel | OFF",
                "replace /*/*/caching/enabled true | /methodSettings/*~1*/cachingEnabled | true",
                "replace /*/*/caching/ttlInSeconds 60 | /methodSettings/*~1*/cacheTtlInSeconds | 60",
                "replace /*/*/caching/dataEncrypted true | /methodSettings/*~1*/cacheDataEncrypted | true",
                "replace /*/*/caching/requireAuthorizationForCacheControl no | /methodSettings/*~1*/requireAuthorizationForCacheControl | false",
                "replace /*/*/caching/unauthorizedCacheControlHeaderStrategy FAIL_WITH_403 | /methodSettings/*~1*/unauthorizedCacheControlHeaderStrategy | FAIL_WITH_403",
            })
    void updates(String operation, String pointer, String value) {
        create("dev", "").ok(201);
        JsonNode updated = plane.patch(sample.stage("dev"), operation).ok(200);
        assertThat(updated.at(pointer).asString()).isEqualTo(value);
        assertThat(plane.get(sample.stage("dev")).ok(200)).isEqualTo(updated);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "remove /*/*|Cannot remove method setting */* because there is no method setting for this method ",
                "remove /data/GET|Cannot remove method setting data/GET because there is no method setting for this method ",
                "remove /description|Cannot remove method setting description because there is no method setting for this method ",
                "remove /canarySettings|Cannot remove method setting canarySettings because there is no method setting for this method ",
                "remove /accessLogSettings/format|Cannot remove method setting accessLogSettings/format because there is no method setting for this method ",
                "replace /deploymentId nobody|Deployment id does not exist",
                "replace /accessLogSettings/format |Access Log value must not be empty",
                "replace /accessLogSettings/format x|Access Log format must include either $context.requestId or $context.extendedRequestId",
                "replace /accessLogSettings/destinationArn arn:aws:logs:us-east-1:1:log-group:a b|The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream",
                "replace /accessLogSettings/destinationArn x|The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream",
                "replace /accessLogSettings/destinationArn arn:aws:firehose:us-east-1:1:deliverystream/x|Kinesis Firehose delivery stream name must begin with the characters 'amazon-apigateway-'",
                "replace /accessLogSettings/other x|Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
                "replace /variables/a-b x|Invalid stage variable name: a-b. Please use names with only word characters.",
                "add /canarySettings/deploymentId x|Invalid add operation with path: /canarySettings/deploymentId",
                "copy /deploymentId /canarySettings/deploymentId|Promotion not available. Canary does not exist.",
                "copy /description /x|Invalid copy operation with path: /description and from /x. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
                "move /description x|Invalid patch operation specified. Must be one of: [add, remove, replace, copy]",
                "replace /*/*/logging/loglevel INFO|CloudWatch Logs role ARN must be set in account settings to enable logging",
                "replace /*/*/logging/loglevel LOUD|Invalid value 'LOUD' specified for patch path '/*/*/logging/loglevel'. Must be one of: [ERROR, INFO, OFF]",
                "replace /*/*/throttling/rateLimit many|Invalid value 'many' specified for patch path '/*/*/throttling/rateLimit'. Must be a number",
                "replace /*/*/throttling/burstLimit 1.5|Invalid value '1.5' specified for patch path '/*/*/throttling/burstLimit'. Must be a number",
                "replace /*/*/throttling/burstLimit -2|Invalid value '-2' specified for patch path '/*/*/throttling/burstLimit'. Must be -1 (unset) or a number of 0 or more",
                "replace /throttle/rateLimit -1|Invalid throttle rateLimit -1.0 specified. Must be a number of 0 or more",
                "replace /throttle x|Invalid patch path  '/throttle' specified for op 'replace'. Must be one of: [/throttle/burstLimit, /throttle/dryRun, /throttle/fairness, /throttle/rateLimit]",
                "replace /throttle/fairness yes|Invalid value 'yes' specified for patch path '/throttle/fairness'. Must be true or false",
                "replace /throttle/dryRun |Invalid value '' specified for patch path '/throttle/dryRun'. Must be true or false",
                "replace /data/GET/throttling/dryRun 1|Invalid value '1' specified for patch path '/data/GET/throttling/dryRun'. Must be true or false",
            })
    void refusesBadUpdatesAndKeepsTheRest(String operation, String message) {
        create("dev", "").ok(201);
        JsonNode before = plane.get(sample.stage("dev")).ok(200);
        plane.patch(sample.stage("dev"), "replace /description half", operation).isBadRequest(message);
        assertThat(plane.get(sample.stage("dev")).ok(200)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "/throttle/rateLimit, /throttle/burstLimit",
        "/*/*/throttling/rateLimit, /*/*/throttling/burstLimit",
        "/data/GET/throttling/rateLimit, /data/GET/throttling/burstLimit",
        "/data/GET/throttling/rateLimit, /*/*/throttling/burstLimit",
    })
    void numbersThatCannotBeCountedExactlyAreRefusedBeforeAnythingIsStored(String rate, String burst) {
        create("dev", "").ok(201);
        JsonNode before = plane.get(sample.stage("dev")).ok(200);
        ControlPlane.Answer refused = plane.patch(
                sample.stage("dev"),
                "replace /data/GET/throttling/burstLimit -1",
                "replace " + rate + " 0.123456789",
                "replace " + burst + " 2147483647");
        assertThat(refused.text("message"))
                .startsWith("Invalid throttle rateLimit 0.123456789 and burstLimit 2147483647 specified.");
        assertThat(plane.get(sample.stage("dev")).ok(200)).isEqualTo(before);
    }

    @Test
    void canaryReplacementsAreUnsupported() {
        create("dev", "").ok(201);
        plane.patch(sample.stage("dev"), "replace /canarySettings/percentTraffic 10")
                .isUnsupported("Canary releases are not supported yet");
    }

    @Test
    void unknownPathsAreAnsweredWithAwsList() {
        create("dev", "").ok(201);
        for (String path : new String[] {
            "/documentation_version", "/{proxy+}/ANY//throttling/burstLimit", "/tags/a", "/data/FETCH/metrics/enabled"
        }) {
            assertThat(plane.patch(sample.stage("dev"), "replace " + path + " 1")
                            .text("message"))
                    .startsWith(
                            "Invalid method setting path: " + path + ". Must be one of: [/deploymentId, /description,"
                                    + " /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings,")
                    .contains(
                            " /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit"
                                    + "/{resourcePath}/{httpMethod}/caching/ttlInSeconds, ")
                    .contains(" /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, ")
                    .endsWith(" /variables/{variable_name}, /tracingEnabled]");
        }
    }

    @Test
    void strictAwsHasNoStageLevel() {
        create("dev", "").ok(201);
        plane.close();
        plane = ControlPlane.strict(dir);
        assertThat(plane.patch(sample.stage("dev"), "replace /throttle/rateLimit 1000")
                        .text("message"))
                .startsWith("Invalid method setting path: /throttle/rateLimit. Must be one of: [/deploymentId,");
        plane.patch(sample.stage("dev"), "remove /throttle")
                .isBadRequest(
                        "Cannot remove method setting throttle because there is no method setting for this method ");
    }

    @Test
    void bothNumbersOfTheStageLevelAreShownAndClearedTogether() {
        create("dev", "").ok(201);
        JsonNode updated = plane.patch(
                        sample.stage("dev"), "replace /throttle/rateLimit 1000", "replace /throttle/burstLimit 2000")
                .ok(200);
        assertThat(updated.get("throttle").toString()).isEqualTo("{\"burstLimit\":2000,\"rateLimit\":1000.0}");
        assertThat(updated.get("methodSettings").size()).isZero();
        assertThat(plane.patch(sample.stage("dev"), "remove /throttle").ok(200).has("throttle"))
                .isFalse();
    }

    @Test
    void removesVariablesAndAccessLog() {
        create("dev", ",\"variables\":{\"a\":\"1\"}").ok(201);
        plane.patch(sample.stage("dev"), "replace /accessLogSettings/format $context.requestId")
                .ok(200);
        JsonNode updated = plane.patch(sample.stage("dev"), "remove /variables/a", "remove /accessLogSettings")
                .ok(200);
        assertThat(updated.has("variables") || updated.has("accessLogSettings")).isFalse();
    }

    @Test
    void loggingNeedsTheAccountsRole() {
        create("dev", "").ok(201);
        plane.patch("/account", "replace /cloudwatchRoleArn arn:aws:iam::123456789012:role/logs")
                .ok(200);
        assertThat(plane.patch(sample.stage("dev"), "replace /*/*/logging/loglevel INFO")
                        .ok(200)
                        .at("/methodSettings/*~1*/loggingLevel")
                        .asString())
                .isEqualTo("INFO");
    }
}
