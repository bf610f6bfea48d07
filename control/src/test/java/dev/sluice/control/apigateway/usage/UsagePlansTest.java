/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.apigateway.usage.UsageFixture.Answer;
import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.StageId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsagePlansTest {
    private Path folder;
    private UsageFixture api;

    @BeforeEach
    void open(@TempDir Path path) {
        folder = path.resolve("data");
        api = UsageFixture.open(folder);
        api.stage("api1", "prod");
        api.stage("api1", "dev");
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aPlanIsShownAsItWasMade() {
        Answer created = api.json(
                "POST",
                "/usageplans",
                "{'name':'gold','throttle':{'rateLimit':200,'burstLimit':0},'quota':{'limit':10,'period':'MONTH'},"
                        + "'apiStages':[{'apiId':'api1','stage':'prod','throttle':{'/pets/GET':{'rateLimit':0.1,'burstLimit':1},"
                        + "'//ANY':{'rateLimit':2}}}]}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().get("throttle").toString()).isEqualTo("{\"burstLimit\":0,\"rateLimit\":200.0}");
        assertThat(created.json().get("quota").toString())
                .isEqualTo("{\"limit\":10,\"offset\":0,\"period\":\"MONTH\"}");
        assertThat(created.json().has("tags")).isFalse();
        Answer read = api.call("GET", "/usageplans/" + created.text("id"));
        assertThat(read.json().get("tags")).isEmpty();
        assertThat(read.json().get("apiStages").get(0).get("throttle").propertyNames())
                .containsExactlyInAnyOrder("/pets/GET", "//ANY");
        assertThat(api.plan("{'name':'bare'}")).isNotEmpty();
        Answer listed = api.call("GET", "/usageplans");
        assertThat(listed.json().get("item").get(0).has("tags")).isFalse();
        assertThat(listed.json().get("item").get(0).get("apiStages")).isEmpty();
        assertThat(listed.json().get("item")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'name':'p','quota':{'limit':1,'period':'DAY','offset':1}}|400|Usage Plan quota offset must be zero in the DAY period",
                "{'name':'p','quota':{'limit':1,'period':'WEEK','offset':7}}|400|Usage Plan quota offset must be between 0 and 6 inclusive in the WEEK period",
                "{'name':'p','quota':{'limit':1,'period':'MONTH','offset':28}}|400|Usage Plan quota offset must be between 0 and 27 inclusive in the MONTH period",
                "{'name':'p','quota':{'limit':1}}|400|Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]",
                "{'name':'p','quota':{'limit':-1,'period':'DAY'}}|400|Usage Plan quota limit must be a non-negative numeric",
                "{'name':'p','throttle':{'rateLimit':-1}}|400|Invalid throttle rateLimit -1.0 specified. Must be a number of 0 or more",
                "{'name':'p','throttle':{'burstLimit':-5}}|400|Invalid throttle burstLimit -5 specified. Must be an integer of 0 or more",
                "{'name':'p','apiStages':[{'apiId':'api1'}]}|400|Invalid API Stage {api: %s, stage: %s} specified for usageplan %s",
                "{'name':'p','apiStages':[{'apiId':'api1','stage':'prod','throttle':{'/x/FETCH':{'rateLimit':1}}}]}|400|Invalid method {resourcePath: /x,method: FETCH} specified",
                "{'name':'p','apiStages':[{'apiId':'api1','stage':'prod','throttle':{'*/*':{'rateLimit':1}}}]}|400|Invalid method {resourcePath: *,method: *} specified",
            })
    void badPlansAreRefusedAndLeaveNothing(String body, int status, String message) {
        Answer refused = api.json("POST", "/usageplans", body);
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.message()).isEqualTo(message);
        assertThat(api.call("GET", "/usageplans").json().get("item")).isEmpty();
    }

    @Test
    void unknownStagesAreNotFound() {
        Answer created = api.json("POST", "/usageplans", "{'name':'p','apiStages':[{'apiId':'api1','stage':'x'}]}");
        assertThat(created.status()).isEqualTo(404);
        assertThat(created.message()).startsWith("Invalid API Stage {api: api1, stage: x} specified for usageplan ");
        String plan = api.plan("{'name':'p'}");
        Answer added = api.patch("/usageplans/" + plan, ops -> ops.op("add", "/apiStages", "nope:prod"));
        assertThat(added.message())
                .isEqualTo("Invalid API Stage {api: nope, stage: prod} specified for usageplan " + plan);
        assertThat(api.patch("/usageplans/" + plan, ops -> ops.op("remove", "/apiStages", "api1:dev"))
                        .status())
                .isEqualTo(404);
        assertThat(api.patch("/usageplans/" + plan, ops -> ops.op("add", "/apiStages", "api1"))
                        .message())
                .isEqualTo("Invalid API Stage specified");
        assertThat(api.patch("/usageplans/none", ops -> ops.op("replace", "/name", "x"))
                        .message())
                .isEqualTo("Invalid Usage Plan ID specified");
    }

    @Test
    void patchesApplyInOrderAndAllOrNone() {
        String plan = api.plan("{'name':'p','apiStages':[{'apiId':'api1','stage':'prod'}]}");
        Answer patched = api.patch(
                "/usageplans/" + plan,
                ops -> ops.op("remove", "/apiStages", "api1:prod")
                        .op("add", "/apiStages", "api1:dev")
                        .op("replace", "/quota/period", "WEEK")
                        .op("replace", "/quota/limit", "5")
                        .op("add", "/throttle/rateLimit", "10")
                        .op("replace", "/throttle/burstLimit", "20")
                        .op("replace", "/productCode", "code"));
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.json().get("quota").toString()).isEqualTo("{\"limit\":5,\"offset\":0,\"period\":\"WEEK\"}");
        assertThat(patched.json().get("throttle").toString()).isEqualTo("{\"burstLimit\":20,\"rateLimit\":10.0}");
        assertThat(patched.json().get("apiStages").get(0).get("stage").asString())
                .isEqualTo("dev");
        assertThat(patched.json().get("tags")).isEmpty();

        Answer refused = api.patch(
                "/usageplans/" + plan,
                ops -> ops.op("replace", "/name", "other").op("replace", "/throttle/rateLimit", "many"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).contains("many").contains("/throttle/rateLimit");
        assertThat(api.call("GET", "/usageplans/" + plan).text("name")).isEqualTo("p");

        api.patch(
                "/usageplans/" + plan,
                ops -> ops.remove("/quota").remove("/throttle").remove("/productCode"));
        Answer bare = api.call("GET", "/usageplans/" + plan);
        assertThat(bare.json().has("quota")).isFalse();
        assertThat(bare.json().has("throttle")).isFalse();
        assertThat(bare.json().has("productCode")).isFalse();
        assertThat(api.patch("/usageplans/" + plan, ops -> ops.op("replace", "/quota/limit", "5"))
                        .message())
                .isEqualTo("Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]");
        assertThat(api.patch("/usageplans/" + plan, ops -> ops.remove("/apiStages/api1:dev"))
                        .message())
                .isEqualTo("Invalid patch path  '/apiStages/api1:dev' specified for op 'remove'. Must be one of: "
                        + "[/apiStages, /quota, /throttle, /productCode, "
                        + "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, "
                        + "/apiStages/<apidId:stageName>/throttle]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/apiStages/api1:prod/throttle/~1pets~1{id}/GET",
                "/apiStages/api1:prod/throttle//pets/{id}/GET",
                "/apiStages/api1:prod/throttle/pets/{id}/GET",
            })
    void methodThrottlesTakeEveryFormOfPath(String path) {
        String plan = api.plan("{'name':'p','apiStages':[{'apiId':'api1','stage':'prod'}]}");
        Answer set = api.patch(
                "/usageplans/" + plan,
                ops -> ops.op("replace", path + "/rateLimit", "0.5").op("replace", path + "/burstLimit", "3"));
        assertThat(set.json().get("apiStages").get(0).get("throttle").toString())
                .isEqualTo("{\"/pets/{id}/GET\":{\"burstLimit\":3,\"rateLimit\":0.5}}");
        Answer removed = api.patch("/usageplans/" + plan, ops -> ops.remove(path));
        assertThat(removed.json().get("apiStages").get(0).has("throttle")).isFalse();
    }

    @Test
    void methodThrottlesOfTheRootAndAsAMap() {
        String plan = api.plan("{'name':'p','apiStages':[{'apiId':'api1','stage':'prod'}]}");
        Answer root = api.patch(
                "/usageplans/" + plan, ops -> ops.op("replace", "/apiStages/api1:prod/throttle/~1/GET/rateLimit", "1"));
        assertThat(root.json().get("apiStages").get(0).get("throttle").propertyNames())
                .containsExactly("//GET");
        Answer map = api.patch(
                "/usageplans/" + plan,
                ops -> ops.op(
                        "replace",
                        "/apiStages/api1:prod/throttle",
                        "{\"/a/POST\":{\"rateLimit\":1.0,\"burstLimit\":1},\"//GET\":{\"rateLimit\":2}}"));
        assertThat(map.json().get("apiStages").get(0).get("throttle").propertyNames())
                .containsExactlyInAnyOrder("/a/POST", "//GET");
        assertThat(api.patch("/usageplans/" + plan, ops -> ops.remove("/apiStages/api1:prod/throttle"))
                        .json()
                        .get("apiStages")
                        .get(0)
                        .has("throttle"))
                .isFalse();
        assertThat(api.patch(
                                "/usageplans/" + plan,
                                ops -> ops.op("replace", "/apiStages/api1:prod/throttle/*/*/rateLimit", "1"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aKeyReachesAStageThroughOnePlanOnly() {
        String first = api.plan("{'name':'a','apiStages':[{'apiId':'api1','stage':'prod'}]}");
        String second = api.plan("{'name':'b','apiStages':[{'apiId':'api1','stage':'prod'}]}");
        String other = api.plan("{'name':'c','apiStages':[{'apiId':'api1','stage':'dev'}]}");
        String key = api.key("k");
        Answer attached = api.attach(first, key);
        assertThat(attached.status()).isEqualTo(201);
        assertThat(attached.text("id")).isEqualTo(key);
        assertThat(attached.text("type")).isEqualTo("API_KEY");
        assertThat(attached.text("value")).hasSize(40);
        assertThat(attached.text("name")).isEqualTo("k");
        String conflict = " cannot be added because API Key " + key
                + " cannot reference multiple Usage Plans with the same API Stage";
        for (String plan : new String[] {first, second}) {
            Answer refused = api.attach(plan, key);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.message()).isEqualTo("Usage Plan " + plan + conflict);
        }
        assertThat(api.attach(other, key).status()).isEqualTo(201);
        Answer stage = api.patch("/usageplans/" + other, ops -> ops.op("add", "/apiStages", "api1:prod"));
        assertThat(stage.status()).isEqualTo(409);
        assertThat(stage.message()).isEqualTo("Usage Plan " + other + conflict);
        assertThat(api.call("GET", "/usageplans?keyId=" + key).json().get("item"))
                .hasSize(2);
        assertThat(api.call("DELETE", "/usageplans/" + first + "/keys/" + key).status())
                .isEqualTo(202);
        assertThat(api.attach(second, key).status()).isEqualTo(201);
    }

    @Test
    void unknownPlansAndKeysAreNotFoundButListsAreEmpty() {
        String plan = api.plan("{'name':'p'}");
        assertThat(api.attach(plan, "nokey").message()).isEqualTo("Invalid API Key identifier specified");
        assertThat(api.attach("noplan", api.key("k")).message()).isEqualTo("Invalid Usage Plan ID specified");
        assertThat(api.call("GET", "/usageplans/noplan/keys").json().get("item"))
                .isEmpty();
        assertThat(api.call("GET", "/usageplans/noplan/keys").status()).isEqualTo(200);
        assertThat(api.call("GET", "/usageplans/" + plan + "/keys/nokey").status())
                .isEqualTo(404);
        assertThat(api.call("DELETE", "/usageplans/" + plan + "/keys/nokey").status())
                .isEqualTo(404);
    }

    @Test
    void theRecipesFormsAreAcceptedUnlessStrict(@TempDir Path other) {
        String plan = api.plan("{'name':'p'}");
        Answer stage = api.json("POST", "/usageplans/" + plan + "/keys", "{'keyType':'API_STAGE','value':'api1:prod'}");
        assertThat(stage.status()).isEqualTo(201);
        assertThat(api.call("GET", "/usageplans/" + plan).json().get("apiStages"))
                .hasSize(1);
        String key = api.key("k");
        assertThat(api.json("POST", "/usageplans/" + plan + "/keys", "{'keyType':'API_KEY','value':'" + key + "'}")
                        .text("id"))
                .isEqualTo(key);
        assertThat(api.call("DELETE", "/usageplans/" + plan).status()).isEqualTo(202);
        assertThat(api.call("GET", "/usageplans/" + plan).status()).isEqualTo(404);

        try (UsageFixture strict = UsageFixture.strict(other.resolve("data"))) {
            strict.stage("api1", "prod");
            String attached = strict.plan("{'name':'p','apiStages':[{'apiId':'api1','stage':'prod'}]}");
            assertThat(strict.json(
                                    "POST",
                                    "/usageplans/" + attached + "/keys",
                                    "{'keyType':'API_STAGE','keyId':'api1:prod'}")
                            .status())
                    .isEqualTo(400);
            Answer refused = strict.call("DELETE", "/usageplans/" + attached);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.message())
                    .isEqualTo("Cannot delete Usage Plan " + attached
                            + " because there are API Stages associated with it, including api1:prod");
        }
    }

    @Test
    void theDataPlaneSeesEveryChangeAndTheSameAfterARestart() {
        String plan = api.plan("{'name':'p','throttle':{'rateLimit':1,'burstLimit':2}}");
        String key = api.key("k");
        api.attach(plan, key);
        byte[] value = api.call("GET", "/apikeys/" + key + "?includeValue=true")
                .text("value")
                .getBytes(StandardCharsets.UTF_8);
        StageId prod = new StageId("123456789012", "us-east-1", "api1", "prod");
        assertThat(live(value).planFor(prod)).isEmpty();
        api.patch("/usageplans/" + plan, ops -> ops.op("add", "/apiStages", "api1:prod"));
        assertThat(live(value).planFor(prod)).isPresent();
        api.patch("/usageplans/" + plan, ops -> ops.op("replace", "/throttle/burstLimit", "7"));
        assertThat(live(value).plans().getFirst().throttle().get().burst()).isEqualTo(7);

        api.close();
        api = UsageFixture.open(folder);
        assertThat(live(value).planFor(prod)).isPresent();
        assertThat(live(value).plans().getFirst().throttle().get().burst()).isEqualTo(7);
        assertThat(live(value).plans().getFirst().quota().limited()).isFalse();
        api.call("DELETE", "/usageplans/" + plan);
        assertThat(live(value).planFor(prod)).isEmpty();
    }

    @Test
    void aStageThatIsDeletedLeavesItsPlans() {
        String plan =
                api.plan("{'name':'p','apiStages':[{'apiId':'api1','stage':'prod'},{'apiId':'api1','stage':'dev'}]}");
        api.documents.store().<Boolean>write(tx -> {
            api.control.stageListener().stageDeleted(tx, "api1", "prod");
            return true;
        });
        api.control.stageListener().stageGone("api1", "prod");
        assertThat(api.call("GET", "/usageplans/" + plan).json().get("apiStages"))
                .hasSize(1);
    }

    private ApiKey live(byte[] value) {
        return api.published.key(value).orElseThrow();
    }
}
