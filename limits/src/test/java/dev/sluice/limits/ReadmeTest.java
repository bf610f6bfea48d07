/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of the README, run as they stand there. */
final class ReadmeTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theExamplesWork() {
        MemoryLedger ledger = new MemoryLedger(Runnable::run);

        Limiter limiter = Limiter.inMemory(NanoClock.SYSTEM);
        Bucket key = Bucket.full(new LiveLimit("key", new Limit(Rate.perSecond(10), 20)), limiter.clock());
        Bucket stage = Bucket.full(new LiveLimit("stage", new Limit(Rate.perSecond(1_000), 2_000)), limiter.clock());
        Bucket[] levels = {key, stage};
        String answer = switch (limiter.admit(levels, levels.length, null, 1)) {
            case Decision.Admitted admitted -> "200";
            case Decision.Throttled refused -> "429, Retry-After: " + refused.retryAfterSeconds();
            case Decision.QuotaExceeded refused -> "429, quota resets at " + refused.resetsAt();
            case Decision.AwaitQuota wait -> "decide again when wait.ready() completes";
        };
        assertThat(answer).isEqualTo("200");

        LiveLimit plan = new LiveLimit("key", new Limit(Rate.perSecond(new BigDecimal("0.5")), 5));
        Bucket[] customers = {Bucket.full(plan, NanoClock.SYSTEM), Bucket.full(plan, NanoClock.SYSTEM)};
        plan.set(new Limit(Rate.perSecond(100), 200), NanoClock.SYSTEM);
        long left = customers[1].level(NanoClock.SYSTEM.nanoTime()).remaining();
        assertThat(left).isEqualTo(200);

        QuotaLimit perMonth = new QuotaLimit(100_000, QuotaLimit.Period.MONTH, 0);
        Quota quota = Quota.open(new QuotaId("gold", "customer-1"), perMonth, ledger, InstantSource.system());
        Decision decision = limiter.admit(levels, levels.length, quota, 1);
        while (decision instanceof Decision.AwaitQuota wait) {
            wait.ready().toCompletableFuture().join(); // an event loop registers a callback instead
            decision = limiter.admit(levels, levels.length, quota, 1);
        }
        quota.close().toCompletableFuture().join();
        assertThat(decision).isSameAs(Decision.Admitted.INSTANCE);
    }

    @Test
    void theReadmeShowsThese() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/sluice/limits/ReadmeTest.java"));
        String readme = Files.readString(Path.of("README.md"));
        assertThat(EXAMPLE.matcher(readme).results())
                .hasSize(3)
                .extracting(ReadmeTest::withoutSpace)
                .allSatisfy(example -> assertThat(source.replaceAll("\\s+", "")).contains(example));
    }

    private static String withoutSpace(MatchResult example) {
        return example.group(1).replaceAll("\\s+", "");
    }
}
