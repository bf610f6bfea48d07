/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TagsTest {
    @TempDir
    Path dir;

    private ControlPlane plane;
    private ControlPlane.Sample sample;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        sample = plane.sample();
        plane.deploy(sample, "dev");
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private static String tags(String path) {
        String arn = "arn:aws:apigateway:us-east-1::" + path;
        return "/tags/" + URLEncoder.encode(arn, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/stages/dev"})
    void areSetAddedToAndTakenAway(String below) {
        String at = tags(sample.path() + below);
        assertThat(plane.get(at).ok(200).toString()).isEqualTo("{\"tags\":{}}");
        plane.put(at, "{\"tags\":{\"b\":\"1\",\"a\":\"2\"}}").ok(204);
        plane.put(at, "{\"tags\":{\"b\":\"3\",\"c\":\"\"}}").ok(204);
        assertThat(plane.get(at).ok(200).toString()).isEqualTo("{\"tags\":{\"a\":\"2\",\"b\":\"3\",\"c\":\"\"}}");
        assertThat(plane.get(sample.path() + below).ok(200).at("/tags/b").asString())
                .isEqualTo("3");
        plane.delete(at + "?tagKeys=a&tagKeys=c&tagKeys=unknown").ok(204);
        assertThat(plane.get(at).ok(200).toString()).isEqualTo("{\"tags\":{\"b\":\"3\"}}");
        plane.delete(at + "?tagKeys=b").ok(204);
        assertThat(plane.get(sample.path() + below).ok(200).has("tags")).isFalse();
    }

    @Test
    void refusesUnknownThings() {
        plane.get(tags("/restapis/nobody")).isNotFound("Invalid resource ARN specified");
        plane.put(tags(sample.path() + "/stages/x"), "{\"tags\":{}}").isNotFound("Invalid resource ARN specified");
        plane.get(tags("/other/x")).isBadRequest("Invalid ARN specified in the request");
        plane.get("/tags/nonsense").isBadRequest("Invalid ARN specified in the request");
    }

    @Test
    void refusesBadTags() {
        String at = tags(sample.path());
        plane.put(at, "{\"tags\":{\"aws:x\":\"1\"}}")
                .isBadRequest(
                        "Invalid tag key 'aws:x' specified. Must be 1 to 128 characters that do not start with aws:");
        plane.put(at, "{\"tags\":{\"k\":\"" + "v".repeat(257) + "\"}}")
                .isBadRequest("Invalid value of tag 'k' specified. Must be at most 256 characters");
        assertThat(plane.get(at).ok(200).toString()).isEqualTo("{\"tags\":{}}");
    }
}
