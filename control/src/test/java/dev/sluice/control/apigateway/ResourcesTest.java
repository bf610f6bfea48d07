/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class ResourcesTest {
    @TempDir
    Path dir;

    private ControlPlane plane;
    private String resources;
    private String root;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        JsonNode api = plane.post("/restapis", "{\"name\":\"shop\"}").ok(201);
        resources = "/restapis/" + api.get("id").asString() + "/resources";
        root = api.get("rootResourceId").asString();
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private ControlPlane.Answer create(String parent, String part) {
        return plane.post(resources + "/" + parent, "{\"pathPart\":\"" + part + "\"}");
    }

    private List<String> paths() {
        List<String> paths = new ArrayList<>();
        plane.get(resources + "?limit=500")
                .ok(200)
                .get("item")
                .forEach(item -> paths.add(item.get("path").asString()));
        return paths;
    }

    @Test
    void createsBelowAParent() {
        JsonNode pets = create(root, "pets").ok(201);
        assertThat(pets.get("path").asString()).isEqualTo("/pets");
        assertThat(pets.get("parentId").asString()).isEqualTo(root);
        JsonNode pet = create(pets.get("id").asString(), "{id}").ok(201);
        assertThat(pet.get("path").asString()).isEqualTo("/pets/{id}");
        assertThat(pet.get("pathPart").asString()).isEqualTo("{id}");
        assertThat(plane.get(resources + "/" + pet.get("id").asString()).ok(200))
                .isEqualTo(pet);
    }

    @Test
    void listsTheRootFirst() {
        for (String part : List.of("zebra", "ant", "mole")) {
            create(root, part).ok(201);
        }
        assertThat(paths()).containsExactly("/", "/ant", "/mole", "/zebra");
        JsonNode page = plane.get(resources + "?limit=1").ok(200);
        assertThat(page.at("/item/0/path").asString()).isEqualTo("/");
        assertThat(plane.get(resources + "?limit=1&position="
                                + page.get("position").asString())
                        .ok(200)
                        .at("/item/0/path")
                        .asString())
                .isEqualTo("/ant");
    }

    @Test
    void showsMethodsByNameAndInFullWhenEmbedded() {
        ControlPlane.Sample sample = plane.sample();
        String resource = sample.path() + "/resources/" + sample.resource();
        assertThat(plane.get(resource).ok(200).get("resourceMethods").toString())
                .isEqualTo("{\"GET\":{}}");
        assertThat(plane.get(resource + "?embed=methods")
                        .ok(200)
                        .at("/resourceMethods/GET/methodIntegration/type")
                        .asString())
                .isEqualTo("MOCK");
        assertThat(plane.get(sample.path() + "/resources?embed=methods")
                        .ok(200)
                        .at("/item/1/resourceMethods/GET/apiKeyRequired")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void refusesWhatTheTreeForbids() {
        String pets = create(root, "pets").id();
        create(root, "pets").isConflict("Another resource with the same parent already has this name: pets");
        create("nobody", "x").isNotFound("Invalid Resource identifier specified");
        String greedy = create(root, "{proxy+}").id();
        create(root, "{id}")
                .isBadRequest(
                        "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed");
        create(greedy, "x").isBadRequest("Cannot create a child of a resource with a greedy path variable: {proxy+}");
        create(pets, "{child+}").ok(201);
        create(root, "static").ok(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "prefix{x}", "{x", "{}", "a b", "{a+b}", "ä"})
    void refusesBadPathParts(String part) {
        create(root, part)
                .isBadRequest("Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly"
                        + " braces at the beginning and the end.");
    }

    @Test
    void movesAndRenamesWholeSubtrees() {
        String a = create(root, "a").id();
        String b = create(a, "b").id();
        create(b, "c").ok(201);
        JsonNode renamed =
                plane.patch(resources + "/" + a, "replace /pathPart x").ok(200);
        assertThat(renamed.get("path").asString()).isEqualTo("/x");
        assertThat(paths()).containsExactly("/", "/x", "/x/b", "/x/b/c");
        plane.patch(resources + "/" + b, "replace /parentId " + root).ok(200);
        assertThat(paths()).containsExactly("/", "/b", "/b/c", "/x");
    }

    @Test
    void refusesBadMoves() {
        String a = create(root, "a").id();
        String b = create(a, "b").id();
        String at = resources + "/" + a;
        plane.patch(at, "replace /parentId " + b).isBadRequest("Resources cannot be cyclical.");
        plane.patch(at, "replace /parentId nobody").isNotFound("Invalid Resource identifier specified");
        plane.patch(at, "replace /pathPart {all+}")
                .isBadRequest("Cannot create a child of a resource with a greedy path variable: {all+}");
        plane.patch(at, "replace /invalid x")
                .isBadRequest(
                        "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]");
        plane.patch(at, "remove /pathPart")
                .isBadRequest(
                        "Invalid patch path  '/pathPart' specified for op 'remove'. Please choose supported operations");
        plane.patch(resources + "/" + root, "replace /pathPart x")
                .isBadRequest("Root resource cannot update its pathPart.");
        plane.patch(resources + "/" + root, "replace /parentId " + a)
                .isBadRequest("Root resource cannot update its parentId.");
        create(root, "b").ok(201);
        plane.patch(resources + "/" + b, "replace /parentId " + root)
                .isConflict("Another resource with the same parent already has this name: b");
        assertThat(paths()).containsExactly("/", "/a", "/a/b", "/b");
    }

    @Test
    void deletesWholeSubtrees() {
        String a = create(root, "a").id();
        create(create(a, "b").id(), "c").ok(201);
        create(root, "other").ok(201);
        plane.delete(resources + "/" + a).ok(202);
        assertThat(paths()).containsExactly("/", "/other");
        plane.delete(resources + "/" + a).isNotFound("Invalid Resource identifier specified");
        plane.delete(resources + "/" + root).isBadRequest("Root resource cannot be deleted.");
    }
}
