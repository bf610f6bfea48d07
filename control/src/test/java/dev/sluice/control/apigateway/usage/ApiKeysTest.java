/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.apigateway.usage.UsageFixture.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysTest {
    private UsageFixture api;

    @BeforeEach
    void open(@TempDir Path folder) {
        api = UsageFixture.open(folder.resolve("data"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aNewKeyIsDisabledAndItsValueIsShownOnce() {
        Answer created = api.json("POST", "/apikeys", "{'name':'k','description':'d'}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text("id")).matches("[a-z0-9]{10}");
        assertThat(created.text("value")).matches("[A-Za-z0-9]{40}");
        assertThat(created.json().get("enabled").asBoolean()).isFalse();
        assertThat(created.json().get("stageKeys")).isEmpty();
        assertThat(created.json().has("tags")).isFalse();
        assertThat(created.json().get("createdDate").isNumber()).isTrue();

        Answer read = api.call("GET", "/apikeys/" + created.text("id"));
        assertThat(read.json().has("value")).isFalse();
        assertThat(read.json().get("tags")).isEmpty();
        assertThat(api.call("GET", "/apikeys/" + created.text("id") + "?includeValue=true")
                        .text("value"))
                .isEqualTo(created.text("value"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name|1025|Invalid API Key name, can be at most 1024 characters.",
                "value|19|API Key value should be at least 20 characters",
                "value|129|API Key value exceeds maximum size of 128 characters",
                "description|125001|Invalid API Key description specified.",
            })
    void lengthsAreChecked(String member, int length, String message) {
        Answer refused = api.json("POST", "/apikeys", "{'" + member + "':'" + "x".repeat(length) + "'}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.errorType()).isEqualTo("BadRequestException");
        assertThat(refused.message()).isEqualTo(message);
        assertThat(api.call("GET", "/apikeys").json().get("item")).isEmpty();
    }

    @Test
    void aValueExistsOnceAndANameAnyNumberOfTimes() {
        String body = "{'name':'k','value':'abcdefghij0123456789'}";
        assertThat(api.json("POST", "/apikeys", body).status()).isEqualTo(201);
        Answer second = api.json("POST", "/apikeys", body);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.errorType()).isEqualTo("ConflictException");
        assertThat(second.message()).isEqualTo("API Key already exists");
        api.key("k");
        assertThat(api.call("GET", "/apikeys").json().get("item")).hasSize(2);
    }

    @Test
    void listsNewestFirstByCaseSensitivePrefixAndPages() {
        for (String name : new String[] {"alpha-1", "alpha-2", "Alpha-3", "beta-alpha"}) {
            api.key(name);
        }
        assertThat(names("/apikeys?name=alpha")).isEqualTo("[alpha-2, alpha-1]");
        assertThat(names("/apikeys?name=lpha")).isEqualTo("[]");
        Answer first = api.call("GET", "/apikeys?limit=3");
        assertThat(first.json().get("item")).hasSize(3);
        assertThat(first.json().get("item").get(0).has("value")).isFalse();
        String position = first.text("position");
        assertThat(names("/apikeys?limit=3&position=" + position)).isEqualTo("[alpha-1]");
        assertThat(api.call("GET", "/apikeys?limit=4").json().has("position")).isFalse();
        assertThat(api.call("GET", "/apikeys?limit=-7").json().get("item")).hasSize(4);
        assertThat(api.call("GET", "/apikeys?includeValues=true")
                        .json()
                        .get("item")
                        .get(0)
                        .has("value"))
                .isTrue();
    }

    private String names(String path) {
        return api.call("GET", path)
                .json()
                .get("item")
                .valueStream()
                .map(k -> k.get("name").asString())
                .toList()
                .toString();
    }

    @Test
    void updatesAreLiveAndRefuseWhatCannotChange() {
        String id = api.key("k");
        String value = api.call("GET", "/apikeys/" + id + "?includeValue=true").text("value");
        byte[] presented = value.getBytes(StandardCharsets.UTF_8);
        assertThat(api.published.key(presented))
                .hasValueSatisfying(key -> assertThat(key.enabled()).isTrue());

        Answer updated = api.patch(
                "/apikeys/" + id,
                ops -> ops.op("replace", "/enabled", "garbage")
                        .op("replace", "/name", "renamed")
                        .op("replace", "/customerId", "c1"));
        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.json().get("enabled").asBoolean()).isFalse();
        assertThat(updated.text("name")).isEqualTo("renamed");
        assertThat(updated.json().has("value")).isFalse();
        assertThat(updated.json().get("tags")).isEmpty();
        assertThat(api.published.key(presented))
                .hasValueSatisfying(key -> assertThat(key.enabled()).isFalse());
        assertThat(api.call("GET", "/apikeys?customerId=c1").json().get("item")).hasSize(1);
        assertThat(api.call("GET", "/apikeys?customerId=c2").json().get("item")).isEmpty();

        Answer refused = api.patch(
                "/apikeys/" + id, ops -> ops.op("replace", "/name", "x").op("replace", "/id", "y"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message())
                .isEqualTo("Invalid patch path  '/id' specified for op 'replace'. Must be one of: "
                        + "[/description, /enabled, /name, /customerId]");
        assertThat(api.call("GET", "/apikeys/" + id).text("name")).isEqualTo("renamed");
    }

    @Test
    void aDeletedKeyIsGoneAndUnknownOnesAreNotFound() {
        String id = api.key("k");
        String plan = api.plan("{'name':'p'}");
        api.attach(plan, id);
        byte[] value = api.call("GET", "/apikeys/" + id + "?includeValue=true")
                .text("value")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(api.call("DELETE", "/apikeys/" + id).status()).isEqualTo(202);
        assertThat(api.published.key(value)).isEmpty();
        assertThat(api.call("GET", "/usageplans/" + plan + "/keys").json().get("item"))
                .isEmpty();
        for (Answer missing : new Answer[] {
            api.call("DELETE", "/apikeys/" + id),
            api.call("GET", "/apikeys/" + id),
            api.patch("/apikeys/" + id, ops -> ops.op("replace", "/name", "x"))
        }) {
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.message()).isEqualTo("Invalid API Key identifier specified");
        }
    }

    @Test
    void importsACsvFileWithWarnings() {
        String plan = api.plan("{'name':'p'}");
        String file = "name , KEY,Description,enabled,usageplanids,other\n"
                + "first, " + "a".repeat(30) + " ,'a, b', tRuE ,\"" + plan + ",none\",x\n"
                + "\n"
                + "second," + "b".repeat(30) + ",,false,,\r\n"
                + "short,abc,,,,\n";
        Answer imported = api.csv("/apikeys?mode=import&format=csv", file);
        assertThat(imported.status()).isEqualTo(201);
        assertThat(imported.json().get("ids")).hasSize(2);
        assertThat(imported.json().get("warnings")).hasSize(2);
        Answer first =
                api.call("GET", "/apikeys/" + imported.json().get("ids").get(0).asString() + "?includeValue=true");
        assertThat(first.text("name")).isEqualTo("first");
        assertThat(first.text("value")).isEqualTo("a".repeat(30));
        assertThat(first.text("description")).isEqualTo("a, b");
        assertThat(first.json().get("enabled").asBoolean()).isTrue();
        assertThat(api.call("GET", "/usageplans/" + plan + "/keys").json().get("item"))
                .hasSize(1);

        Answer again = api.csv("/apikeys?mode=import&format=csv", "Name,Key\nrenamed," + "a".repeat(30) + "\n");
        assertThat(again.json().get("ids").get(0))
                .isEqualTo(imported.json().get("ids").get(0));
        assertThat(api.call("GET", "/apikeys/" + first.text("id")).text("name")).isEqualTo("renamed");
    }

    @Test
    void aFailedImportLeavesNothing() {
        Answer missing = api.csv("/apikeys?mode=import&format=csv", "Name\nx\n");
        assertThat(missing.status()).isEqualTo(400);
        assertThat(missing.message()).isEqualTo("Missing required column 'Key'");
        Answer warned = api.csv(
                "/apikeys?mode=import&format=csv&failonwarnings=true",
                "Name,Key\ngood," + "a".repeat(30) + "\nbad,short\n");
        assertThat(warned.status()).isEqualTo(400);
        assertThat(api.call("GET", "/apikeys").json().get("item")).isEmpty();
    }
}
