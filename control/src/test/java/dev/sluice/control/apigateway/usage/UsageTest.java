/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.apigateway.usage.UsageFixture.Answer;
import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.limits.Decision;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Quota;
import dev.sluice.limits.QuotaId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {
    private final Limiter limiter = Limiter.inMemory(NanoClock.SYSTEM);
    private Path folder;
    private UsageFixture api;
    private String plan;
    private String key;
    private byte[] value;

    @BeforeEach
    void open(@TempDir Path path) {
        folder = path.resolve("data");
        api = UsageFixture.open(folder);
        plan = api.plan("{'name':'p','quota':{'limit':10,'period':'MONTH'}}");
        key = api.key("k");
        api.attach(plan, key);
        value = api.call("GET", "/apikeys/" + key + "?includeValue=true")
                .text("value")
                .getBytes(StandardCharsets.UTF_8);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void usageIsExactAndShowsABalanceForEachDay() {
        assertThat(spend(4)).isEqualTo(4);
        assertThat(usage("2026-11-22", "2026-11-22")).isEqualTo("[[4,6]]");
        api.now = api.now.plus(Duration.ofDays(2));
        assertThat(spend(1)).isEqualTo(1);
        assertThat(usage("2026-11-21", "2026-11-30")).isEqualTo("[[0,10],[4,6],[0,6],[1,5]]");
        assertThat(spend(9)).isEqualTo(5);
        assertThat(usage("2026-11-24", "2026-11-24")).isEqualTo("[[6,0]]");
        api.now = api.now.plus(Duration.ofDays(7));
        assertThat(spend(1)).isEqualTo(1);
        assertThat(usage("2026-12-01", "2026-12-01")).isEqualTo("[[1,9]]");
    }

    @Test
    void usageSurvivesARestartWithoutLosingAUnit() {
        assertThat(spend(4)).isEqualTo(4);
        api.close();
        api = UsageFixture.open(folder);
        assertThat(usage("2026-11-22", "2026-11-22")).isEqualTo("[[4,6]]");
        assertThat(spend(20)).isEqualTo(6);
    }

    @Test
    void remainingIsSetByHandForThePeriod() {
        spend(4);
        Answer updated = api.patch(
                "/usageplans/" + plan + "/keys/" + key + "/usage", ops -> ops.op("replace", "/remaining", "1"));
        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.json().get("values").get(key).toString()).isEqualTo("[[4,1]]");
        assertThat(spend(5)).isEqualTo(1);
        Answer refused =
                api.patch("/usageplans/" + plan + "/keys/" + key + "/usage", ops -> ops.op("add", "/remaining", "1"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message())
                .isEqualTo("Invalid patch path '/remaining' specified for op 'add'. Must be one of: []");
    }

    @Test
    void aChangedLimitKeepsWhatWasUsed() {
        spend(4);
        api.patch("/usageplans/" + plan, ops -> ops.op("replace", "/quota/limit", "5"));
        assertThat(usage("2026-11-22", "2026-11-22")).isEqualTo("[[4,1]]");
        assertThat(spend(5)).isEqualTo(1);
        api.patch("/usageplans/" + plan, ops -> ops.op("replace", "/quota/limit", "3"));
        assertThat(usage("2026-11-22", "2026-11-22")).isEqualTo("[[5,0]]");
    }

    @Test
    void aKeyThatLeavesAndComesBackStartsAnew() {
        spend(10);
        assertThat(spend(1)).isZero();
        api.call("DELETE", "/usageplans/" + plan + "/keys/" + key);
        api.attach(plan, key);
        assertThat(spend(1)).isEqualTo(1);
    }

    @Test
    void aPlanWithoutAQuotaHasNoUsage() {
        String bare = api.plan("{'name':'bare'}");
        String other = api.key("other");
        api.attach(bare, other);
        Answer usage = api.call("GET", "/usageplans/" + bare + "/usage?startDate=2026-11-22&endDate=2026-11-22");
        assertThat(usage.json().get("values")).isEmpty();
        assertThat(usage.status()).isEqualTo(200);
        api.patch(
                "/usageplans/" + bare, ops -> ops.op("add", "/quota/limit", "2").op("add", "/quota/period", "DAY"));
        assertThat(api.call("GET", "/usageplans/" + bare + "/usage?startDate=2026-11-22&endDate=2026-11-22")
                        .json()
                        .get("values")
                        .toString())
                .isEqualTo("{\"" + other + "\":[[0,2]]}");
    }

    @Test
    void badDatesAndPlansAreRefused() {
        for (String range : new String[] {
            "startDate=2026-11-22&endDate=2026-11-21",
            "startDate=x&endDate=2026-11-21",
            "startDate=2026-01-01&endDate=2026-11-21"
        }) {
            assertThat(api.call("GET", "/usageplans/" + plan + "/usage?" + range)
                            .status())
                    .as(range)
                    .isEqualTo(400);
        }
        assertThat(api.call("GET", "/usageplans/none/usage?startDate=2026-11-22&endDate=2026-11-22")
                        .status())
                .isEqualTo(404);
    }

    private String usage(String from, String to) {
        return api.call("GET", "/usageplans/" + plan + "/usage?startDate=" + from + "&endDate=" + to)
                .json()
                .get("values")
                .get(key)
                .toString();
    }

    /** Tries to spend so many units; how many were given. */
    private int spend(int units) {
        ApiKey spender = api.published.key(value).orElseThrow();
        UsagePlan spent = spender.plans().getFirst();
        Supplier<Decision> decide = () -> {
            QuotaId id = new QuotaId(spent.id(), spender.id());
            Quota quota = api.published.quotas().open(spent.quotaNumber(spender.subject()), id, spent.quota());
            return limiter.admit(limiter.newLevels().quota(quota), 1);
        };
        int given = 0;
        for (int i = 0; i < units; i++) {
            Decision decision = decide.get();
            while (decision instanceof Decision.AwaitQuota wait) {
                wait.ready().toCompletableFuture().join();
                decision = decide.get();
            }
            if (decision instanceof Decision.Admitted) {
                given++;
            }
        }
        return given;
    }
}
