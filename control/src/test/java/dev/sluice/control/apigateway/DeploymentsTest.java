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
import tools.jackson.databind.JsonNode;

final class DeploymentsTest {
    @TempDir
    Path dir;

    private ControlPlane plane;
    private ControlPlane.Sample sample;
    private String deployments;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        sample = plane.sample();
        deployments = sample.path() + "/deployments";
    }

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void makesADeploymentAlone() {
        JsonNode made = plane.post(deployments, "{\"description\":\"first\"}").ok(201);
        assertThat(made.get("description").asString()).isEqualTo("first");
        assertThat(made.get("createdDate").asLong()).isEqualTo(ControlPlane.NOW.getEpochSecond());
        assertThat(made.size()).isEqualTo(3);
        String deployment = deployments + "/" + made.get("id").asString();
        assertThat(plane.get(deployment).ok(200)).isEqualTo(made);
        assertThat(plane.get(deployments).ok(200).get("item").size()).isEqualTo(1);
        assertThat(plane.get(sample.path() + "/stages").ok(200).get("item").size())
                .isZero();
        assertThat(plane.get(deployment + "?embed=apisummary")
                        .ok(200)
                        .get("apiSummary")
                        .toString())
                .isEqualTo("{\"/data\":{\"GET\":{\"authorizationType\":\"NONE\",\"apiKeyRequired\":true}}}");
    }

    @Test
    void refusesAnApiThatIsNotComplete() {
        String bare =
                "/restapis/" + plane.post("/restapis", "{\"name\":\"bare\"}").id();
        plane.post(bare + "/deployments", "{\"stageName\":\"prod\"}")
                .isBadRequest("The REST API doesn't contain any methods");
        plane.put(sample.method("POST"), "{\"authorizationType\":\"NONE\"}").ok(201);
        plane.post(deployments, "{\"stageName\":\"prod\"}").isBadRequest("No integration defined for method");
        plane.get(sample.stage("prod")).isNotFound("Invalid Stage identifier specified");
        assertThat(plane.get(deployments).ok(200).get("item").size()).isZero();
    }

    @Test
    void makesAStageOrRepointsOne() {
        String first = plane.post(
                        deployments,
                        "{\"stageName\":\"prod\",\"stageDescription\":\"live\",\"variables\":{\"a\":\"1\"},\"tracingEnabled\":true}")
                .id();
        JsonNode stage = plane.get(sample.stage("prod")).ok(200);
        assertThat(stage.get("deploymentId").asString()).isEqualTo(first);
        assertThat(stage.get("description").asString()).isEqualTo("live");
        assertThat(stage.at("/variables/a").asString()).isEqualTo("1");
        plane.patch(sample.stage("prod"), "replace /*/*/throttling/rateLimit 7").ok(200);
        String second = plane.deploy(sample, "prod");
        stage = plane.get(sample.stage("prod")).ok(200);
        assertThat(stage.get("deploymentId").asString()).isEqualTo(second);
        assertThat(stage.get("description").asString()).isEqualTo("live");
        assertThat(stage.get("methodSettings").has("*/*")).isTrue();
    }

    @Test
    void isASnapshotThatLaterEditsDoNotReach() {
        plane.deploy(sample, "prod");
        plane.delete(sample.path() + "/resources/" + sample.resource()).ok(202);
        assertThat(plane.live(sample, "prod").routes().match("GET", "/data")).isPresent();
        plane.patch(sample.stage("prod"), "replace /variables/x 1").ok(200);
        assertThat(plane.live(sample, "prod").routes().match("GET", "/data")).isPresent();
    }

    @Test
    void isNotDeletedWhileAStagePointsToIt() {
        String first = plane.deploy(sample, "prod");
        plane.delete(deployments + "/" + first)
                .isBadRequest("Active stages pointing to this deployment must be moved or deleted");
        plane.deploy(sample, "prod");
        plane.delete(deployments + "/" + first).ok(202);
        plane.get(deployments + "/" + first).isNotFound("Invalid Deployment identifier specified");
        plane.delete(deployments + "/" + first).isNotFound("Invalid Deployment identifier specified");
    }

    @Test
    void onlyTheDescriptionCanBeUpdated() {
        String deployment = deployments + "/" + plane.deploy(sample, "prod");
        assertThat(plane.patch(deployment, "replace /description new")
                        .ok(200)
                        .get("description")
                        .asString())
                .isEqualTo("new");
        plane.patch(deployment, "replace /id x")
                .isBadRequest("Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description]");
    }

    @Test
    void canariesAreRefusedInAwsWordsOrAsUnsupported() {
        plane.post(deployments, "{\"canarySettings\":{\"percentTraffic\":10}}")
                .isBadRequest(
                        "Invalid deployment content specified.Non null and non empty stageName must be provided for"
                                + " canary deployment. Provided value is null");
        plane.post(deployments, "{\"stageName\":\"nope\",\"canarySettings\":{\"percentTraffic\":10}}")
                .isBadRequest("Invalid deployment content specified.Stage nope must already be created before making a"
                        + " canary release deployment");
        plane.deploy(sample, "prod");
        plane.post(deployments, "{\"stageName\":\"prod\",\"canarySettings\":{\"percentTraffic\":10}}")
                .isUnsupported("Canary releases are not supported yet");
    }

    @Test
    void refusesBadStageNamesAndVariables() {
        plane.post(deployments, "{\"stageName\":\"a b\"}").isBadRequest("Stage name only allows a-zA-Z0-9_");
        plane.post(deployments, "{\"stageName\":\"prod\",\"variables\":{\"a-b\":\"1\"}}")
                .isBadRequest("Invalid stage variable name: a-b. Please use names with only word characters.");
    }
}
