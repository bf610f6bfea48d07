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
import java.time.ZoneId;
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
        Bucket stage = Bucket.full(new LiveLimit("stage", new Limit(Rate.perSecond(1_000), 2_000)), limiter.clock());
        BucketTable keys = new BucketTable(limiter.clock());
        KeyedLimit perKey = keys.limit("key", new Limit(Rate.perSecond(10), 20));
        Levels levels = limiter.newLevels().keyed(perKey, 42).add(stage); // one for each thread, filled anew each time
        String answer = switch (limiter.admit(levels, 1)) {
            case Decision.Admitted admitted -> "200";
            case Decision.Delayed admitted -> "200 after " + admitted.waitNanos();
            case Decision.Throttled refused -> "429, Retry-After: " + refused.retryAfterSeconds();
            case Decision.QuotaExceeded refused -> "429, quota resets at " + refused.resetsAt();
            case Decision.AwaitQuota wait -> "decide again when wait.ready() completes";
        };
        assertThat(answer).isEqualTo("200");

        perKey.set(new Limit(Rate.perSecond(new BigDecimal("0.5")), 200));
        long left = perKey.level(42, NanoClock.SYSTEM.nanoTime()).remaining();
        assertThat(left).isBetween(199L, 200L);

        Quotas quotas = new Quotas(ledger, InstantSource.system());
        LiveQuotaLimit gold =
                LiveQuotaLimit.of(new QuotaLimit(100_000, QuotaLimit.Period.MONTH, 0, ZoneId.of("Europe/Berlin")));
        QuotaId customer = new QuotaId("gold", "customer-1");
        Decision decision = limiter.admit(levels.quota(quotas.open(1, customer, gold)), 1);
        while (decision instanceof Decision.AwaitQuota wait) {
            wait.ready().toCompletableFuture().join(); // an event loop registers a callback instead
            decision = limiter.admit(levels.quota(quotas.open(1, customer, gold)), 1);
        }
        quotas.close();
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
