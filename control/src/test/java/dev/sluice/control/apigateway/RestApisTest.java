/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.apigateway.ControlPlane.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class RestApisTest {
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

    private String create() {
        return "/restapis/" + plane.post("/restapis", "{\"name\":\"shop\"}").id();
    }

    @Test
    void createsWithAwsDefaultsAndARoot() {
        JsonNode api = plane.post("/restapis", "{\"name\":\"shop\",\"description\":\"d\"}")
                .ok(201);
        assertThat(api.get("id").asString()).matches("[a-z0-9]{10}");
        assertThat(api.get("name").asString()).isEqualTo("shop");
        assertThat(api.get("description").asString()).isEqualTo("d");
        assertThat(api.get("apiKeySource").asString()).isEqualTo("HEADER");
        assertThat(api.get("disableExecuteApiEndpoint").asBoolean()).isFalse();
        assertThat(api.get("endpointConfiguration").toString())
                .isEqualTo("{\"types\":[\"EDGE\"],\"ipAddressType\":\"ipv4\"}");
        assertThat(api.get("createdDate").isNumber()).isTrue();
        assertThat(api.get("createdDate").asLong()).isEqualTo(ControlPlane.NOW.getEpochSecond());
        assertThat(api.has("tags")).isFalse();
        String id = api.get("id").asString();
        JsonNode root = plane.get("/restapis/" + id + "/resources").ok(200).at("/item/0");
        assertThat(root.get("id").asString())
                .isEqualTo(api.get("rootResourceId").asString());
        assertThat(root.toString())
                .contains("\"path\":\"/\"")
                .doesNotContain("parentId", "pathPart", "resourceMethods");
        assertThat(plane.get("/restapis/" + id).ok(200)).isEqualTo(api);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\":\"x\",\"description\":\"\"} | Description cannot be an empty string",
                "{\"name\":\"x\",\"minimumCompressionSize\":-1} | Invalid minimum compression size, must be between 0 and 10485760",
                "{\"name\":\"x\",\"minimumCompressionSize\":10485761} | Invalid minimum compression size, must be between 0 and 10485760",
                "{\"name\":\"x\",\"endpointConfiguration\":{\"types\":[\"EDGE\",\"REGIONAL\"]}} | Cannot create an api with multiple Endpoint Types.",
                "{\"name\":\"x\",\"endpointConfiguration\":{\"types\":[]}} | REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
                "{\"name\":\"x\",\"endpointConfiguration\":{\"types\":[\"NEAR\"]}} | Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
                "{\"name\":\"x\",\"endpointConfiguration\":{\"types\":[\"PRIVATE\"],\"ipAddressType\":\"ipv4\"}} | Only dualstack ipAddressType is supported for Private APIs.",
                "{\"name\":\" \"} | API name cannot be blank",
            })
    void refusesBadMembers(String json, String message) {
        plane.post("/restapis", json).isBadRequest(message);
        assertThat(plane.get("/restapis").ok(200).path("item").size()).isZero();
    }

    @Test
    void refusesWhatItCouldNotEnforce() {
        plane.post("/restapis", "{\"name\":\"x\",\"policy\":\"{}\"}")
                .isUnsupported("Resource policies are not supported yet");
        plane.post("/restapis", "{\"name\":\"x\",\"apiKeySource\":\"AUTHORIZER\"}")
                .isUnsupported("The API key source AUTHORIZER is not supported yet");
        plane.post("/restapis", "{\"name\":\"x\",\"cloneFrom\":\"abc\"}")
                .isUnsupported("CreateRestApi with cloneFrom is not supported yet");
    }

    @Test
    void privateApisAreDualstack() {
        Answer api = plane.post("/restapis", "{\"name\":\"x\",\"endpointConfiguration\":{\"types\":[\"PRIVATE\"]}}");
        assertThat(api.ok(201).at("/endpointConfiguration/ipAddressType").asString())
                .isEqualTo("dualstack");
    }

    @Test
    void unknownIdsAreNamedWithTheAccount() {
        String message = "Invalid API identifier specified " + ControlPlane.ACCOUNT + ":ABC";
        plane.get("/restapis/ABC").isNotFound(message);
        plane.delete("/restapis/ABC").isNotFound(message);
        plane.patch("/restapis/ABC", "replace /name x").isNotFound(message);
        plane.get("/restapis/ABC/resources").isNotFound(message);
        plane.get("/restapis/ABC/stages").isNotFound(message);
        plane.get("/restapis/ABC/deployments").isNotFound(message);
        plane.post("/restapis/ABC/deployments", "{}").isNotFound(message);
    }

    @Test
    void listsInPages() {
        for (int i = 0; i < 3; i++) {
            create();
        }
        JsonNode first = plane.get("/restapis?limit=2").ok(200);
        assertThat(first.get("item").size()).isEqualTo(2);
        JsonNode second = plane.get(
                        "/restapis?limit=2&position=" + first.get("position").asString())
                .ok(200);
        assertThat(second.get("item").size()).isEqualTo(1);
        assertThat(second.has("position")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replace /name other | /name | other",
                "replace /description text with blanks | /description | text with blanks",
                "replace /version v2 | /version | v2",
                "replace /disableExecuteApiEndpoint true | /disableExecuteApiEndpoint | true",
                "replace /disableExecuteApiEndpoint rubbish | /disableExecuteApiEndpoint | false",
                "replace /minimumCompressionSize 10 | /minimumCompressionSize | 10",
                "replace /endpointConfiguration/types/EDGE REGIONAL | /endpointConfiguration/types/0 | REGIONAL",
                "replace /endpointConfiguration/types/0 PRIVATE | /endpointConfiguration/ipAddressType | dualstack",
                "replace /endpointConfiguration/ipAddressType dualstack | /endpointConfiguration/ipAddressType | dualstack",
                "add /binaryMediaTypes/image~1png | /binaryMediaTypes/0 | image/png",
                "replace /throttle/rateLimit 5.5 | /throttle/rateLimit | 5.5",
            })
    void updates(String operation, String pointer, String value) {
        String api = create();
        JsonNode updated = plane.patch(api, operation).ok(200);
        assertThat(updated.at(pointer).asString()).isEqualTo(value);
        assertThat(plane.get(api).ok(200)).isEqualTo(updated);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "add /name x | Invalid patch operation specified. Must be one of: [replace]",
                "remove /minimumCompressionSize | Invalid patch operation specified. Must be one of: [replace]",
                "replace /minimumCompressionSize -1 | Invalid minimum compression size, must be between 0 and 10485760",
                "replace /minimumCompressionSize ten | Invalid minimum compression size, must be between 0 and 10485760",
                "add /binaryMediaTypes image/png | Invalid patch path /binaryMediaTypes",
                "replace /nothing x | Invalid patch path /nothing",
                "remove /endpointConfiguration/types/EDGE | REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
                "add /endpointConfiguration/types/0 REGIONAL | Cannot create an api with multiple Endpoint Types.",
                "replace /endpointConfiguration/types/0 NEAR | Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
            })
    void refusesBadUpdatesAndKeepsTheRest(String operation, String message) {
        String api = create();
        JsonNode before = plane.get(api).ok(200);
        plane.patch(api, "replace /description half", operation).isBadRequest(message);
        assertThat(plane.get(api).ok(200)).isEqualTo(before);
    }

    @Test
    void replacedBinaryTypesMoveToTheEnd() {
        String api = create();
        JsonNode updated = plane.patch(
                        api,
                        "add /binaryMediaTypes/a~1a",
                        "add /binaryMediaTypes/b~1b",
                        "replace /binaryMediaTypes/a~1a c/c")
                .ok(200);
        assertThat(updated.get("binaryMediaTypes").toString()).isEqualTo("[\"b/b\",\"c/c\"]");
    }

    @Test
    void compressionIsTurnedOffByAnEmptyValue() {
        String api = create();
        plane.patch(api, "replace /minimumCompressionSize 10").ok(200);
        assertThat(plane.patch(api, "replace /minimumCompressionSize ").ok(200).has("minimumCompressionSize"))
                .isFalse();
    }

    @Test
    void theApiLevelIsClearedByRemove() {
        String api = create();
        plane.patch(api, "replace /throttle/rateLimit 10", "replace /throttle/burstLimit 20")
                .ok(200);
        assertThat(plane.get(api).ok(200).get("throttle").toString())
                .isEqualTo("{\"burstLimit\":20,\"rateLimit\":10.0}");
        assertThat(plane.patch(api, "remove /throttle").ok(200).has("throttle")).isFalse();
    }

    @Test
    void strictAwsHasNoApiLevel() {
        plane.close();
        plane = ControlPlane.strict(dir);
        plane.patch(create(), "replace /throttle/rateLimit 10").isBadRequest("Invalid patch path /throttle/rateLimit");
    }

    @Test
    void unknownOperationsAreNamedAsAwsNamesThem() {
        plane.patch(create(), "wipe /name")
                .fails(
                        400,
                        "ValidationException",
                        "1 validation error detected: Value 'wipe' at 'updateRestApiInput.patchOperations.1.member.op' failed to"
                                + " satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]");
    }

    @Test
    void deletesAllOfAnApiAndTellsOfItsStages() {
        ControlPlane.Sample sample = plane.sample();
        plane.deploy(sample, "a");
        plane.deploy(sample, "b");
        plane.delete(sample.path()).ok(202);
        plane.get(sample.path())
                .isNotFound("Invalid API identifier specified " + ControlPlane.ACCOUNT + ":" + sample.id());
        assertThat(plane.published.stage(sample.id(), "a")).isEmpty();
        assertThat(plane.published.stage(sample.id(), "b")).isEmpty();
        assertThat(plane.goneStages)
                .containsExactly(
                        "deleted " + sample.id() + "/a",
                        "deleted " + sample.id() + "/b",
                        "gone " + sample.id() + "/a",
                        "gone " + sample.id() + "/b");
        long left = plane.documents
                .store()
                .read(records -> records.count("resource", "")
                        + records.count("stage", "")
                        + records.count("deployment", "")
                        + records.count("snapshot", ""));
        assertThat(left).isZero();
    }
}
