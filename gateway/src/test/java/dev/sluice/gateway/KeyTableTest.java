/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    private static void put(KeyTable table, String id, String value) {
        table.put(id, bytes(value), true, List.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void hashesAsThePaperSays() {
        SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        byte[] fifteen = new byte[15];
        for (int i = 0; i < fifteen.length; i++) {
            fifteen[i] = (byte) i;
        }
        assertThat(hash.hash(fifteen)).isEqualTo(0xa129ca6149be45e5L);
        assertThat(hash.hash(new byte[0])).isEqualTo(0x726fdb47dd0e0e31L);
    }

    @Test
    void findsEveryKeyThroughGrowthRemovalAndReplacement() {
        KeyTable table = KeyTable.create();
        for (int i = 0; i < 5_000; i++) {
            put(table, "id" + i, "value" + i);
        }
        for (int i = 0; i < 5_000; i += 2) {
            table.remove("id" + i);
        }
        for (int i = 1; i < 5_000; i += 4) {
            put(table, "id" + i, "other" + i);
        }
        for (int i = 0; i < 5_000; i++) {
            boolean removed = i % 2 == 0;
            boolean changed = i % 4 == 1;
            assertThat(table.find(bytes("value" + i)) != null).isEqualTo(!removed && !changed);
            assertThat(table.find(bytes("other" + i)) != null).isEqualTo(changed);
        }
    }

    @Test
    void doesNotFillUpWhenKeysComeAndGo() {
        KeyTable table = KeyTable.create();
        for (int i = 0; i < 100_000; i++) {
            put(table, "id", "value" + i);
        }
        assertThat(table.find(bytes("value99999"))).isNotNull();
        assertThat(table.find(bytes("value99998"))).isNull();
        table.remove("id");
        assertThat(table.find(bytes("value99999"))).isNull();
    }

    @Test
    void readersAlwaysFindAKeyThatStaysWhileOthersComeAndGo() throws Exception {
        KeyTable table = KeyTable.create();
        for (int i = 0; i < 50; i++) {
            put(table, "stable" + i, "stable-value" + i);
        }
        AtomicBoolean done = new AtomicBoolean();
        Callable<Boolean> reader = () -> {
            boolean all = true;
            while (!done.get()) {
                for (int i = 0; i < 50; i++) {
                    ApiKey found = table.find(bytes("stable-value" + i));
                    all &= found != null && found.id().equals("stable" + i);
                }
                for (int i = 0; i < 300; i++) {
                    ApiKey found = table.find(bytes("churn-value" + i));
                    all &= found == null || found.id().equals("churn" + i);
                }
                all &= table.find(bytes("unknown")) == null;
            }
            return all;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Boolean>> readers = List.of(threads.submit(reader), threads.submit(reader));
            for (int i = 0; i < 20_000; i++) {
                put(table, "churn" + i % 300, "churn-value" + i % 300);
                if (i % 3 == 0) {
                    table.remove("churn" + (i + 150) % 300);
                }
            }
            done.set(true);
            for (Future<Boolean> result : readers) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    @Test
    void keepsSubjectsAndGivesThoseOfGoneKeysAway() {
        KeyTable table = KeyTable.create();
        put(table, "a", "first");
        put(table, "b", "second");
        int subject = table.byId("a").orElseThrow().subject();
        assertThat(table.put("a", bytes("first"), false, List.of())).isEqualTo(subject);
        assertThat(table.byId("a").orElseThrow().enabled()).isFalse();
        table.remove("a");
        assertThat(table.byId("a")).isEmpty();
        assertThat(table.put("c", bytes("third"), true, List.of())).isEqualTo(subject);
        assertThat(table.byId("b").orElseThrow().subject()).isNotEqualTo(subject);
    }

    @Test
    void knowsIdsOfAnyForm() {
        KeyTable table = KeyTable.create();
        String[] ids = {"0123456789", "zzzzzzzzzzzz", "with-dash", "UPPER", "longer-than-fits-in-one-word"};
        for (String id : ids) {
            put(table, id, "value of " + id);
        }
        for (String id : ids) {
            ApiKey found = requireNonNull(table.find(bytes("value of " + id)));
            assertThat(found.id()).isEqualTo(id);
            assertThat(table.byId(id)).map(ApiKey::subject).contains(found.subject());
            table.remove(id);
            assertThat(table.byId(id)).isEmpty();
        }
    }

    @Test
    void lookingUpAnUnknownKeyAllocatesNothing() {
        KeyTable table = KeyTable.create();
        for (int i = 0; i < 10_000; i++) {
            put(table, "id" + i, "value" + i);
        }
        byte[] unknown = bytes("an unknown key of forty characters......");
        for (int i = 0; i < 100_000; i++) {
            assertThat(table.find(unknown) == null).isTrue();
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int found = 0;
        for (int i = 0; i < 100_000; i++) {
            found += table.find(unknown) == null ? 0 : 1;
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
        assertThat(found).isZero();
    }

    @Test
    void takesFewBytesForAKey() {
        KeyTable table = KeyTable.create();
        for (int i = 0; i < 200_000; i++) {
            put(table, "id" + i, "value" + i);
        }
        assertThat(table.bytes() / 200_000).isLessThanOrEqualTo(64);
    }
}
