/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.Throttle;
import dev.sluice.control.apigateway.usage.UsageFixture.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The members of a plan's throttles that AWS does not have: weight and dry run. */
class PlanExtensionsTest {
    private static final String METHOD = "/apiStages/api1:prod/throttle/~1pets/GET";

    @TempDir
    private Path folder;

    private UsageFixture api;
    private String plan;

    @BeforeEach
    void open() {
        open(UsageFixture.open(folder.resolve("data")));
    }

    private void open(UsageFixture opened) {
        api = opened;
        api.stage("api1", "prod");
        plan = api.plan(
                "{'name':'p','throttle':{'rateLimit':1,'burstLimit':2,'weight':5,'dryRun':true,'fairness':true},"
                        + "'apiStages':[{'apiId':'api1','stage':'prod','throttle':{'/pets/GET':{'rateLimit':1,'dryRun':true}}}]}");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private int liveWeight(String key) {
        return api.published
                .key(api.call("GET", "/apikeys/" + key + "?includeValue=true")
                        .text("value")
                        .getBytes(StandardCharsets.UTF_8))
                .orElseThrow()
                .plans()
                .getFirst()
                .weight();
    }

    @Test
    void areShownAsTheyWereGiven() {
        Answer shown = api.call("GET", "/usageplans/" + plan);
        assertThat(shown.json().get("throttle").toString())
                .isEqualTo("{\"burstLimit\":2,\"rateLimit\":1.0,\"dryRun\":true,\"weight\":5}");
        assertThat(shown.json().get("apiStages").get(0).get("throttle").toString())
                .isEqualTo("{\"/pets/GET\":{\"rateLimit\":1.0,\"dryRun\":true}}");
    }

    @Test
    void arePatchedAndTheWeightIsLive() {
        String key = api.key("k");
        api.attach(plan, key);
        assertThat(liveWeight(key)).isEqualTo(5);
        Answer changed = api.patch(
                "/usageplans/" + plan,
                ops -> ops.op("replace", "/throttle/weight", "1000")
                        .op("replace", "/throttle/dryRun", "false")
                        .op("replace", METHOD + "/dryRun", "false")
                        .op("replace", "/apiStages/api1:prod/throttle/~1pets/PUT/dryRun", "true"));
        assertThat(changed.json().get("throttle").toString())
                .isEqualTo("{\"burstLimit\":2,\"rateLimit\":1.0,\"weight\":1000}");
        assertThat(changed.json().get("apiStages").get(0).get("throttle").toString())
                .isEqualTo("{\"/pets/GET\":{\"rateLimit\":1.0},\"/pets/PUT\":{\"dryRun\":true}}");
        assertThat(liveWeight(key)).isEqualTo(1000);
        api.patch("/usageplans/" + plan, ops -> ops.remove("/throttle"));
        assertThat(liveWeight(key)).isOne();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/throttle/weight|0|an integer from 1 to 1000",
                "/throttle/weight|1001|an integer from 1 to 1000",
                "/throttle/weight|1.5|an integer from 1 to 1000",
                "/throttle/weight|heavy|an integer from 1 to 1000",
                "/throttle/dryRun|yes|true or false",
                METHOD + "/dryRun|TRUE|true or false"
            })
    void badValuesAreNamedAndChangeNothing(String path, String value, String expected) {
        String before = api.call("GET", "/usageplans/" + plan).json().toString();
        Answer refused = api.patch(
                "/usageplans/" + plan, ops -> ops.op("replace", "/name", "half").op("replace", path, value));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message())
                .isEqualTo(
                        "Invalid value '" + value + "' specified for patch path '" + path + "'. Must be " + expected);
        assertThat(api.call("GET", "/usageplans/" + plan).json()).hasToString(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/throttle/weight", "/throttle/dryRun", METHOD + "/dryRun"})
    void strictAwsRefusesThePathsAndLeavesOutTheMembers(String path) {
        api.close();
        open(UsageFixture.strict(folder.resolve("strict")));
        Answer shown = api.call("GET", "/usageplans/" + plan);
        assertThat(shown.json().get("throttle").toString()).isEqualTo("{\"burstLimit\":2,\"rateLimit\":1.0}");
        assertThat(shown.json().get("apiStages").get(0).get("throttle").toString())
                .isEqualTo("{\"/pets/GET\":{\"rateLimit\":1.0}}");
        Answer refused = api.patch("/usageplans/" + plan, ops -> ops.op("replace", path, "1"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).startsWith("Invalid patch path  '" + path + "' specified for op 'replace'.");
    }

    @Test
    void plansOfOlderFoldersReadFine() {
        api.documents.store().<Boolean>write(tx -> {
            tx.put(
                    UsageKinds.USAGE_PLAN.name(),
                    "old123",
                    ("{\"id\":\"old123\",\"name\":\"old\",\"stages\":[{\"apiId\":\"api1\",\"stage\":\"prod\",\"throttle\":"
                                    + "{\"/a/GET\":{\"rateLimit\":1.0}}}],\"throttle\":{\"rateLimit\":3.0,\"burstLimit\":4}}")
                            .getBytes(StandardCharsets.UTF_8),
                    Map.of());
            return true;
        });
        UsagePlanDocument old = api.documents
                .store()
                .read(records -> Documents.get(records, UsageKinds.USAGE_PLAN, "old123"))
                .orElseThrow();
        assertThat(old.throttle()).isEqualTo(new Throttle(3.0, 4));
        assertThat(Throttle.weight(old.throttle())).isOne();
        assertThat(api.call("GET", "/usageplans/old123").json().get("throttle").toString())
                .isEqualTo("{\"burstLimit\":4,\"rateLimit\":3.0}");
    }

    @Test
    void aLimitThatCannotBeCountedForEachKeyIsRefusedWhole() {
        for (String at : new String[] {"/throttle", "/apiStages/api1:prod/throttle/~1pets/GET"}) {
            Answer refused = api.patch(
                    "/usageplans/" + plan,
                    ops -> ops.op("replace", at + "/rateLimit", "33.333333")
                            .op("replace", at + "/burstLimit", "200000"));
            assertThat(refused.status()).as(at).isEqualTo(400);
            assertThat(refused.message())
                    .as(at)
                    .startsWith("Invalid throttle rateLimit 33.333333 and burstLimit 200000 specified. burst: ")
                    .contains("expected: at most 140737");
        }
        assertThat(api.call("GET", "/usageplans/" + plan)
                        .json()
                        .get("throttle")
                        .get("burstLimit")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void aQuotaCanBeRunDry() {
        String path = "/usageplans/" + plan;
        api.patch(path, ops -> ops.op("replace", "/quota/limit", "5").op("replace", "/quota/period", "DAY"));
        Answer dry = api.patch(path, ops -> ops.op("replace", "/quota/dryRun", "true"));
        assertThat(dry.json().get("quota").get("dryRun").asBoolean()).isTrue();
        Answer refused = api.patch(path, ops -> ops.op("replace", "/quota/dryRun", "perhaps"));
        assertThat(refused.status()).isEqualTo(400);
        Answer enforced = api.patch(path, ops -> ops.op("replace", "/quota/dryRun", "false"));
        assertThat(enforced.json().get("quota").has("dryRun")).isFalse();
    }
}
