/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.BasePath;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class BasePathMappingsTest {
    private static final String DOMAIN = "/domainnames/api.example.com";
    private static final String MAPPINGS = DOMAIN + "/basepathmappings";

    @TempDir
    Path dir;

    private ControlPlane plane;
    private ControlPlane.Sample sample;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        sample = plane.sample();
        plane.deploy(sample, "dev");
        plane.post("/domainnames", "{\"domainName\":\"api.example.com\"}").ok(201);
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private ControlPlane.Answer map(@Nullable String basePath, @Nullable String stage) {
        return plane.post(
                MAPPINGS,
                "{\"restApiId\":\"" + sample.id() + "\""
                        + (basePath == null ? "" : ",\"basePath\":\"" + basePath + "\"")
                        + (stage == null ? "" : ",\"stage\":\"" + stage + "\"") + "}");
    }

    private List<BasePath> live() {
        return plane.published.domains().find("api.example.com").orElseThrow().basePaths();
    }

    @Test
    void areLiveWhenTheCallReturnsAndAfterARestart() {
        assertThat(map("v1", "dev").ok(201).toString())
                .isEqualTo("{\"basePath\":\"v1\",\"restApiId\":\"" + sample.id() + "\",\"stage\":\"dev\"}");
        assertThat(map(null, null).ok(201).toString())
                .isEqualTo("{\"basePath\":\"(none)\",\"restApiId\":\"" + sample.id() + "\"}");
        map("v1/orders", "dev").ok(201);
        List<BasePath> expected = List.of(
                new BasePath("v1/orders", sample.id(), "dev"),
                new BasePath("v1", sample.id(), "dev"),
                new BasePath("", sample.id(), null));
        assertThat(live()).isEqualTo(expected);
        plane.close();
        plane = ControlPlane.open(dir);
        assertThat(live()).isEqualTo(expected);
        plane.delete(MAPPINGS + "/(none)").ok(202);
        plane.delete(MAPPINGS + "/v1%2Forders").ok(202);
        assertThat(live()).containsExactly(new BasePath("v1", sample.id(), "dev"));
        plane.delete(DOMAIN).ok(202);
        assertThat(plane.published.domains().find("api.example.com")).isEmpty();
        plane.post("/domainnames", "{\"domainName\":\"api.example.com\"}").ok(201);
        assertThat(live()).isEmpty();
    }

    @Test
    void areShownAndListedInPages() {
        map("(none)", "dev").ok(201);
        map("b", "dev").ok(201);
        map("a", "dev").ok(201);
        assertThat(plane.get(MAPPINGS + "/%28none%29").ok(200).get("basePath").asString())
                .isEqualTo("(none)");
        JsonNode first = plane.get(MAPPINGS + "?limit=2").ok(200);
        assertThat(first.get("item").findValuesAsString("basePath")).containsExactly("(none)", "a");
        JsonNode second = plane.get(
                        MAPPINGS + "?limit=2&position=" + first.get("position").asString())
                .ok(200);
        assertThat(second.get("item").findValuesAsString("basePath")).containsExactly("b");
    }

    @Test
    void whatIsMissingOrThereAlreadyIsToldInAwssWords() {
        map("v1", "dev").ok(201);
        map("v1", "dev").isConflict("Base path already exists for this domain name");
        map("v2", "prod").isBadRequest("Invalid stage identifier specified");
        plane.post(MAPPINGS, "{\"restApiId\":\"nothing\"}").isBadRequest("Invalid REST API identifier specified");
        plane.post("/domainnames/b.example.com/basepathmappings", "{\"restApiId\":\"x\"}")
                .isNotFound("Invalid domain name identifier specified");
        for (String path : List.of("/v2", "/(none)")) {
            plane.get(MAPPINGS + path).isNotFound("Invalid base path mapping identifier specified");
            plane.delete(MAPPINGS + path).isNotFound("Invalid base path mapping identifier specified");
            plane.patch(MAPPINGS + path, "replace /stage dev")
                    .isNotFound("Invalid base path mapping identifier specified");
        }
        plane.get("/domainnames/b.example.com/basepathmappings").isNotFound("Invalid domain name identifier specified");
        assertThat(live()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "v1/", "a//b", "a b", "..", "a/../b", ".", "%76", "a?b", "é", "a~b"})
    void aBasePathIsSegmentsOfPlainCharacters(String basePath) {
        map(basePath, "dev")
                .isBadRequest(
                        "Invalid base path '" + basePath + "' specified. Must be at most 300 characters: segments of"
                                + " letters, digits and $-_.+!*'() with one slash between them");
        assertThat(live()).isEmpty();
    }

    @Test
    void arePatchedAllOrNothing() {
        map("v1", "dev").ok(201);
        map("v3", "dev").ok(201);
        plane.deploy(sample, "prod");
        plane.patch(MAPPINGS + "/v1", "replace /stage prod", "replace /basePath v2")
                .ok(200);
        assertThat(live()).contains(new BasePath("v2", sample.id(), "prod")).hasSize(2);
        plane.get(MAPPINGS + "/v1").isNotFound("Invalid base path mapping identifier specified");
        plane.patch(MAPPINGS + "/v2", "replace /stage dev", "replace /basePath v3")
                .isConflict("Base path already exists for this domain name");
        plane.patch(MAPPINGS + "/v2", "replace /stage none").isBadRequest("Invalid stage identifier specified");
        plane.patch(MAPPINGS + "/v2", "replace /restapiId none").isBadRequest("Invalid REST API identifier specified");
        plane.patch(MAPPINGS + "/v2", "add /stage dev")
                .isBadRequest(
                        "Invalid patch path  '/stage' specified for op 'add'. Must be one of: [/basePath, /restapiId, /stage]");
        assertThat(live()).contains(new BasePath("v2", sample.id(), "prod")).hasSize(2);
        ControlPlane.Sample other = plane.sample();
        plane.deploy(other, "prod");
        plane.patch(MAPPINGS + "/v2", "replace /restapiId " + other.id(), "replace /basePath (none)")
                .ok(200);
        assertThat(live()).contains(new BasePath("", other.id(), "prod"));
    }

    @Test
    void whatIsMappedIsNotDeleted() {
        map("v1", "dev").ok(201);
        plane.delete(sample.path())
                .isBadRequest(
                        "Deleting RestApi " + sample.id() + " failed. Please remove all base path mappings related"
                                + " to the RestApi in your domains: api.example.com");
        plane.delete(sample.stage("dev"))
                .isBadRequest("Deleting stage dev failed. Please remove all base path mappings related to the stage in"
                        + " your domains: api.example.com");
        assertThat(plane.published.stage(sample.id(), "dev")).isPresent();
        plane.delete(MAPPINGS + "/v1").ok(202);
        plane.delete(sample.stage("dev")).ok(202);
        plane.delete(sample.path()).ok(202);
    }

    @Test
    void strictlyASlashIsForTheOtherApi() {
        plane.close();
        plane = ControlPlane.strict(dir);
        map("v1/orders", "dev")
                .isBadRequest("API Gateway V1 doesn't support the slash character (/) in base path mappings."
                        + " To create a multi-level base path mapping, use API Gateway V2.");
        map("v1", "dev").ok(201);
    }
}
