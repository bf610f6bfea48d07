/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.KeyCode;
import dev.sluice.gateway.StageId;
import dev.sluice.limits.Limit;
import dev.sluice.limits.Rate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalLogTest {
    private static final StageId STAGE = new StageId("1", "r", "api", "prod");

    private static RefusalCase stage(String policy, @Nullable String plan) {
        return new RefusalCase(
                Reason.RATE,
                policy,
                false,
                new RefusalCase.Answer(429, "TooManyRequestsException"),
                new RefusalCase.Method(STAGE, "/k", "GET"),
                plan,
                List.of(new RefusalCase.Level(policy, new Limit(Rate.perSecond(1), 1))),
                null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1_000, 10_000})
    void theLatestAreAlwaysKeptAndNotManyMore(int refusals) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        RefusalLog log = RefusalLog.keeping(refusals);
        List<RefusalWriter> writers = List.of(log.writer(), log.writer(), log.writer());
        Deque<UUID> latest = new ArrayDeque<>();
        List<UUID> all = new ArrayList<>();
        RefusalCase what = stage("stage", null);
        for (int i = 0; i < 5 * refusals + 20_000; i++) {
            // Mostly one writer, now and then another: the rare ones' entries must not be lost for sitting in an old
            // chunk.
            RefusalWriter writer = writers.get(random.nextInt(200) == 0 ? random.nextInt(3) : 0);
            UUID id = new UUID(random.nextLong(), random.nextLong());
            writer.add(id, i, what, 5, key("key1"), new long[] {i});
            all.add(id);
            latest.addLast(id);
            if (latest.size() > refusals) {
                latest.removeFirst();
            }
            if (i % 5_000 == 4_999) {
                assertThat(log.find(latest.getFirst())).as("seed %d", seed).isPresent();
            }
        }
        int checked = 0;
        for (UUID id : latest) {
            if (checked++ % Math.max(1, refusals / 200) == 0) {
                assertThat(log.find(id)).as("seed %d", seed).isPresent();
            }
        }
        assertThat(log.find(all.getFirst())).isEmpty();
        int chunk = Math.min(refusals, 4_096);
        assertThat(log.entries()).isLessThanOrEqualTo(refusals + 7 * chunk);
    }

    @Test
    void keepsEveryDetail() {
        RefusalLog log = RefusalLog.keeping(10);
        RefusalWriter writer = log.writer();
        RefusalCase what = stage("stage", "plan");
        for (String key : new String[] {"a", "0", "zzzzzzzzzzzz", "k0z9", "UPPER", "thirteenchars", "\u00e9", null}) {
            UUID id = UUID.randomUUID();
            writer.add(id, 1_700_000_000_123L, what, 17, key(key), new long[] {1L << 40});
            LoggedRefusal found = log.find(id).orElseThrow();
            assertThat(found.requestId()).isEqualTo(id);
            assertThat(found.at().toEpochMilli()).isEqualTo(1_700_000_000_123L);
            assertThat(found.what()).isSameAs(what);
            assertThat(found.waitNanos()).isEqualTo(17);
            assertThat(found.keyId()).isEqualTo(key);
            assertThat(found.remaining()).containsExactly(Integer.MAX_VALUE);
        }
        assertThat(log.find(UUID.randomUUID())).isEmpty();
    }

    @Test
    void keepsNothingWhenToldSo() {
        assertThat(RefusalLog.keeping(0).writer().keeps()).isFalse();
    }

    @Test
    void anEntryTakesLessThanAHundredBytes() {
        assertThat(Chunk.ENTRY_BYTES).isLessThanOrEqualTo(80);
    }

    @Test
    void countsTheCrowdOfTheLastMinuteOnTheSameBucketOnly() {
        RefusalLog log = RefusalLog.keeping(100);
        RefusalWriter writer = log.writer();
        add(writer, 39_999, "early", stage("stage", "p"));
        add(writer, 40_000, "a", stage("stage", "p"));
        add(writer, 50_000, "b", stage("stage", "q"));
        add(writer, 60_000, "c", stage("api", "p"));
        add(writer, 100_000, "b", stage("key", "q"));
        UUID id = add(writer, 100_000, "b", stage("stage", "q"));
        add(writer, 100_001, "late", stage("stage", "p"));
        RefusalLog.Crowd crowd = log.crowd(log.find(id).orElseThrow());
        assertThat(crowd.refusals()).isEqualTo(3);
        assertThat(crowd.topKeys()).containsExactly(new RefusalLog.KeyCount("b", 2), new RefusalLog.KeyCount("a", 1));
        UUID own = add(writer, 100_000, "b", stage("key", "q"));
        add(writer, 100_000, "a", stage("key", "q"));
        assertThat(log.crowd(log.find(own).orElseThrow()).topKeys()).containsExactly(new RefusalLog.KeyCount("b", 2));
    }

    private static @Nullable ApiKey key(@Nullable String id) {
        return id == null ? null : new ApiKey(0, id, true, List.of());
    }

    private static UUID add(RefusalWriter writer, long millis, String key, RefusalCase what) {
        UUID id = UUID.randomUUID();
        writer.add(id, millis, what, 1, key(key), new long[] {0});
        return id;
    }

    @Test
    void readersSeeWholeEntriesWhileWritersWrite() throws InterruptedException {
        RefusalLog log = RefusalLog.keeping(5_000);
        RefusalCase what = stage("stage", null);
        int each = 60_000;
        AtomicInteger done = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 2; w++) {
            RefusalWriter writer = log.writer();
            long high = w;
            writers.add(Thread.ofPlatform().start(() -> {
                for (long i = 0; i < each; i++) {
                    writer.add(new UUID(high, i), i, what, i, key(KeyCode.id(i + 1)), new long[] {i});
                }
                done.incrementAndGet();
            }));
        }
        Random random = new Random(1);
        int found = 0;
        while (done.get() < 2) {
            long i = random.nextLong(each);
            LoggedRefusal seen = log.find(new UUID(random.nextInt(2), i)).orElse(null);
            if (seen != null) {
                found++;
                assertThat(seen.waitNanos()).isEqualTo(i);
                assertThat(seen.at().toEpochMilli()).isEqualTo(i);
                assertThat(seen.remaining()).containsExactly((int) i);
                assertThat(seen.keyId()).isEqualTo(KeyCode.id(i + 1));
                assertThat(seen.what()).isSameAs(what);
            }
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(found).isGreaterThanOrEqualTo(0);
        assertThat(log.find(new UUID(0, each - 1))).isPresent();
        assertThat(log.find(new UUID(1, each - 1))).isPresent();
    }
}
