/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    private static ApiKey key(String id, String value) {
        return new ApiKey(id, value, "", true, List.of());
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
            table.put(key("id" + i, "value" + i));
        }
        for (int i = 0; i < 5_000; i += 2) {
            table.remove("id" + i);
        }
        for (int i = 1; i < 5_000; i += 4) {
            table.put(key("id" + i, "other" + i));
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
            table.put(key("id", "value" + i));
        }
        assertThat(table.find(bytes("value99999"))).isNotNull();
        assertThat(table.find(bytes("value99998"))).isNull();
        table.remove("id");
        assertThat(table.find(bytes("value99999"))).isNull();
    }

    @Test
    void readersAlwaysFindAKeyThatStaysWhileOthersComeAndGo() throws Exception {
        KeyTable table = KeyTable.create();
        List<ApiKey> stable = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            stable.add(key("stable" + i, "stable-value" + i));
            table.put(stable.get(i));
        }
        AtomicBoolean done = new AtomicBoolean();
        Callable<Boolean> reader = () -> {
            boolean all = true;
            while (!done.get()) {
                for (ApiKey key : stable) {
                    ApiKey found = table.find(bytes(key.value()));
                    all &= found != null && found.id().equals(key.id());
                }
                all &= table.find(bytes("unknown")) == null;
            }
            return all;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Boolean>> readers = List.of(threads.submit(reader), threads.submit(reader));
            for (int i = 0; i < 20_000; i++) {
                table.put(key("churn" + i % 300, "churn-value" + i));
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
}
