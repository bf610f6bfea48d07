/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sluice.store.DataFolder;
import dev.sluice.store.RecordStore;
import dev.sluice.store.Row;
import dev.sluice.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordStoreTest {
    @TempDir
    private Path temporary;

    private DataFolder folder;
    private EmbeddedStore store;
    private RecordStore records;

    @BeforeEach
    void open() {
        folder = DataFolder.open(temporary.resolve("data"));
        store = EmbeddedStore.open(folder, null, "test");
        records = store.records();
    }

    @AfterEach
    void close() {
        store.close();
        folder.close();
    }

    private void reopen() {
        close();
        open();
    }

    private void put(String kind, String id, String body, Map<String, String> indexes) {
        records.write(transaction -> {
            transaction.put(kind, id, body.getBytes(UTF_8), indexes);
            return true;
        });
    }

    private static List<String> ids(List<Row> rows) {
        return rows.stream().map(Row::id).toList();
    }

    @Test
    void readsWhatAWriteReturnedBefore() {
        put("api", "a1", "one", Map.of());

        assertThat(records.<byte[]>read(r -> r.get("api", "a1").orElseThrow())).isEqualTo("one".getBytes(UTF_8));
        assertThat(records.<Boolean>read(r -> r.get("stage", "a1").isPresent())).isFalse();
    }

    @Test
    void keepsRecordsAndTheirOrderOverARestart() {
        put("api", "b", "1", Map.of());
        put("api", "a", "2", Map.of());
        put("api", "b", "3", Map.of());
        records.write(transaction -> transaction.delete("api", "a"));
        reopen();
        put("api", "a", "4", Map.of());

        assertThat(ids(records.read(r -> r.listNewestFirst("api", "", Long.MAX_VALUE, 10))))
                .containsExactly("a", "b");
        assertThat(records.<Row>read(r -> r.row("api", "a").orElseThrow()).sequence())
                .isGreaterThan(
                        records.<Row>read(r -> r.row("api", "b").orElseThrow()).sequence() + 1);
    }

    @Test
    void listsByPrefixInPages() {
        for (String id : List.of("api1/prod", "api1/dev", "api10/prod", "api1/test", "b")) {
            put("stage", id, "", Map.of());
        }

        assertThat(ids(records.read(r -> r.list("stage", "api1/", null, 2)))).containsExactly("api1/dev", "api1/prod");
        assertThat(ids(records.read(r -> r.list("stage", "api1/", "api1/prod", 2))))
                .containsExactly("api1/test");
        assertThat(records.<Long>read(r -> r.count("stage", "api1"))).isEqualTo(4);
        assertThat(records.<Integer>write(t -> t.deletePrefix("stage", "api1/")))
                .isEqualTo(3);
        assertThat(ids(records.read(r -> r.list("stage", "", null, 10)))).containsExactly("api10/prod", "b");
    }

    @Test
    void listsNewestFirstInPages() {
        for (int i = 0; i < 5; i++) {
            put("key", "k" + i, "", Map.of("name", i == 2 ? "other" : "team-" + i));
        }
        List<Row> first = records.read(r -> r.listNewestFirst("key", "", Long.MAX_VALUE, 2));

        assertThat(ids(first)).containsExactly("k4", "k3");
        assertThat(ids(records.read(
                        r -> r.listNewestFirst("key", "", first.getLast().sequence(), 2))))
                .containsExactly("k2", "k1");
        assertThat(ids(records.read(r ->
                        r.findPrefix("key", "name", "team-", first.getLast().sequence(), 9))))
                .containsExactly("k1", "k0");
    }

    @Test
    void findsByIndexAndForgetsOldIndexValues() {
        put("key", "1", "", Map.of("name", "x", "plan", "p"));
        put("key", "2", "", Map.of("name", "x"));
        put("key", "1", "", Map.of("name", "y"));

        assertThat(ids(records.read(r -> r.find("key", "name", "x")))).containsExactly("2");
        assertThat(ids(records.read(r -> r.find("key", "name", "y")))).containsExactly("1");
        assertThat(ids(records.read(r -> r.find("key", "plan", "p")))).isEmpty();
        records.write(t -> t.delete("key", "2"));
        assertThat(ids(records.read(r -> r.find("key", "name", "x")))).isEmpty();
    }

    @Test
    void refusesASecondRecordWithAUniqueValue() {
        put("key", "1", "", Map.of("unique:value", "secret"));
        put("token", "1", "", Map.of("unique:value", "secret"));

        assertThatThrownBy(() -> put("key", "2", "", Map.of("unique:value", "secret")))
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::code)
                .isEqualTo(StoreException.Code.DUPLICATE);
        assertThat(records.<Boolean>read(r -> r.get("key", "2").isPresent())).isFalse();
        put("key", "1", "again", Map.of("unique:value", "secret"));
        records.write(t -> t.delete("key", "1"));
        put("key", "2", "", Map.of("unique:value", "secret"));
    }

    @Test
    void undoesTheWholeCallAndThrowsWhatItsFunctionThrew() {
        put("api", "a", "old", Map.of());
        var refusal = new IllegalStateException("no");

        assertThatThrownBy(() -> records.write(transaction -> {
                    transaction.put("api", "a", "new".getBytes(UTF_8), Map.of());
                    transaction.put("api", "b", "new".getBytes(UTF_8), Map.of());
                    throw refusal;
                }))
                .isSameAs(refusal);
        assertThat(records.<byte[]>read(r -> r.get("api", "a").orElseThrow())).isEqualTo("old".getBytes(UTF_8));
        assertThat(ids(records.read(r -> r.list("api", "", null, 10)))).containsExactly("a");
    }

    @Test
    void commitsCallsTogetherAndUndoesOnlyThoseThatFail() throws Exception {
        int calls = 400;
        long before = store.config().writer().commits();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = IntStream.range(0, calls)
                    .mapToObj(i -> threads.submit(() -> records.<Boolean>write(transaction -> {
                        transaction.put("n", "%04d".formatted(i), new byte[0], Map.of());
                        if (i % 4 == 0) {
                            throw new IllegalArgumentException("call " + i);
                        }
                        return transaction.get("n", "%04d".formatted(i)).isPresent();
                    })))
                    .toList();
            for (int i = 0; i < calls; i++) {
                var future = futures.get(i);
                if (i % 4 == 0) {
                    assertThatThrownBy(future::get).hasRootCauseMessage("call " + i);
                } else {
                    assertThat(future.get()).isTrue();
                }
            }
        }
        assertThat(records.<Long>read(r -> r.count("n", ""))).isEqualTo(calls * 3 / 4);
        assertThat(store.config().writer().commits() - before).isLessThan(calls);
    }

    @Test
    void readsOneCommittedStateWhileOthersWrite() {
        put("api", "a", "1", Map.of());

        String seen = records.read(r -> {
            put("api", "a", "2", Map.of());
            put("api", "b", "2", Map.of());
            return new String(r.get("api", "a").orElseThrow(), UTF_8) + r.count("api", "");
        });

        assertThat(seen).isIn("11", "22");
        assertThat(records.<Long>read(r -> r.count("api", ""))).isEqualTo(2);
    }

    @Test
    void addsOnlyWhatIsNew() {
        assertThat(records.<Boolean>write(t -> t.putNew("api", "a", new byte[] {1}, Map.of("name", "x"))))
                .isTrue();
        assertThat(records.<Boolean>write(t -> t.putNew("api", "a", new byte[] {2}, Map.of("name", "y"))))
                .isFalse();
        assertThat(ids(records.read(r -> r.find("api", "name", "x")))).containsExactly("a");
    }

    @Test
    void refusesTextsThatCannotBeOrdered() {
        assertThatThrownBy(() -> put("api", "a\0", "", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> put("api", "", "", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(records.<Long>read(r -> r.count("api", ""))).isZero();
    }

    @Test
    void refusesAWriteWithinAWrite() {
        assertThatThrownBy(() -> records.write(t -> records.write(u -> true)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void failsClearlyOnceClosed() {
        store.close();

        assertThatThrownBy(() -> put("api", "a", "", Map.of()))
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::code)
                .isEqualTo(StoreException.Code.IO);
        store = EmbeddedStore.open(folder, null, "test");
    }
}
