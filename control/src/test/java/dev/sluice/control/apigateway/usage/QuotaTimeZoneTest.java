/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.apigateway.usage.UsageFixture.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The days of a plan's quota in a time zone, an addition to AWS's plans. */
final class QuotaTimeZoneTest {
    private static final String PLAN = "{'name':'p','quota':{'limit':10,'period':'DAY'}}";

    @TempDir
    private Path folder;

    @Test
    void aPlanTakesShowsAndDropsATimeZone() {
        try (UsageFixture api = UsageFixture.open(folder)) {
            String plan = "/usageplans/" + api.plan(PLAN);
            assertThat(quota(api.call("GET", plan))).isEqualTo("{\"limit\":10,\"offset\":0,\"period\":\"DAY\"}");
            Answer set = api.patch(plan, ops -> ops.op("replace", "/quota/timeZone", "Europe/Berlin"));
            String expected = "{\"limit\":10,\"offset\":0,\"period\":\"DAY\",\"timeZone\":\"Europe/Berlin\"}";
            assertThat(quota(set)).isEqualTo(expected);
            assertThat(quota(api.patch(plan, ops -> ops.op("replace", "/quota/limit", "10"))))
                    .isEqualTo(expected);
            assertThat(quota(api.call("GET", plan))).isEqualTo(expected);
            assertThat(quota(api.patch(plan, ops -> ops.remove("/quota/timeZone"))))
                    .doesNotContain("timeZone");
            api.patch(plan, ops -> ops.op("add", "/quota/timeZone", "Asia/Tokyo"));
            Answer anew = api.patch(
                    plan,
                    ops -> ops.remove("/quota").op("add", "/quota/limit", "5").op("add", "/quota/period", "WEEK"));
            assertThat(quota(anew)).isEqualTo("{\"limit\":5,\"offset\":0,\"period\":\"WEEK\"}");
        }
    }

    @Test
    void aPlanIsMadeWithATimeZone() {
        try (UsageFixture api = UsageFixture.open(folder)) {
            String plan =
                    api.plan("{'name':'p','quota':{'limit':1,'period':'MONTH','offset':3,'timeZone':'Pacific/Apia'}}");
            assertThat(quota(api.call("GET", "/usageplans/" + plan)))
                    .isEqualTo("{\"limit\":1,\"offset\":3,\"period\":\"MONTH\",\"timeZone\":\"Pacific/Apia\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mars/Base", "europe/berlin", "+01:00", "CEST"})
    void aBadTimeZoneIsNamedAndChangesNothing(String zone) {
        try (UsageFixture api = UsageFixture.open(folder)) {
            String plan = "/usageplans/" + api.plan(PLAN);
            Answer refused = api.patch(
                    plan, ops -> ops.op("replace", "/quota/limit", "99").op("replace", "/quota/timeZone", zone));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.errorType()).startsWith("BadRequestException");
            assertThat(refused.message())
                    .isEqualTo("Invalid Usage Plan quota timeZone '" + zone
                            + "' specified. Must be an IANA time zone name such as UTC or Europe/Berlin");
            assertThat(quota(api.call("GET", plan))).isEqualTo("{\"limit\":10,\"offset\":0,\"period\":\"DAY\"}");
        }
    }

    @Test
    void awsKnowsNoTimeZone() {
        try (UsageFixture api = UsageFixture.strict(folder)) {
            String plan = "/usageplans/" + api.plan(PLAN);
            Answer refused = api.patch(plan, ops -> ops.op("replace", "/quota/timeZone", "UTC"));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.message())
                    .startsWith("Invalid patch path  '/quota/timeZone' specified for op 'replace'. Must be one of: [");
            assertThat(api.patch(plan, ops -> ops.remove("/quota/timeZone")).status())
                    .isEqualTo(400);
        }
    }

    private static String quota(Answer plan) {
        return plan.json().get("quota").toString();
    }
}
