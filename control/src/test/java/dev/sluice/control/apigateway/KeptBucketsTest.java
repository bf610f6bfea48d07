/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.Owed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptBucketsTest {
    private static final Instant STOP = Instant.parse("2026-11-23T01:00:00Z");
    private static final Owed TEN_SECONDS = new Owed(10_000_000_000L, 20_000_000_000L);
    private static final Owed NEVER = new Owed(Long.MAX_VALUE, Long.MAX_VALUE);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void locate() {
        file = folder.resolve("buckets");
    }

    private void write() throws IOException {
        KeptBuckets.write(
                file,
                STOP,
                sink -> {
                    sink.put(TEN_SECONDS, "method", "api1", "prod", "/pets/{id}/GET");
                    sink.put(NEVER, "account");
                },
                sink -> sink.put(TEN_SECONDS, "plan1", "key1"));
    }

    @Test
    void timePaysWhileTheServerIsStopped() throws IOException {
        write();
        KeptBuckets kept = KeptBuckets.open(file, STOP.plusSeconds(4));
        assertThat(kept.known()).isTrue();
        Owed left = new Owed(6_000_000_000L, 16_000_000_000L);
        assertThat(kept.shared("method", "api1", "prod", "/pets/{id}/GET")).isEqualTo(left);
        assertThat(kept.shared("account")).isEqualTo(NEVER);
        assertThat(kept.shared("stage", "api1", "prod")).isEqualTo(Owed.NOTHING);
        List<String> keys = new ArrayList<>();
        kept.forEachKey((name, owed) -> keys.add(name + " " + owed.equals(left)));
        assertThat(keys).containsExactly("[plan1, key1] true");
    }

    @Test
    void aClockThatWentBackPaysNothing() throws IOException {
        write();
        assertThat(KeptBuckets.open(file, STOP.minusSeconds(100)).shared("account"))
                .isEqualTo(NEVER);
        assertThat(KeptBuckets.open(file, STOP.minusSeconds(100)).shared("method", "api1", "prod", "/pets/{id}/GET"))
                .isEqualTo(TEN_SECONDS);
    }

    @Test
    void isTakenAwayByTheStart() throws IOException {
        write();
        KeptBuckets.open(file, STOP).delete();
        assertThat(file).doesNotExist();
        assertThat(KeptBuckets.open(file, STOP).known()).isFalse();
    }

    @Test
    void aFileThatCannotBeReadIsAsAfterACrash() throws IOException {
        for (String text : new String[] {"", "nonsense", "sluice-buckets/1\t" + STOP + "\nkey\tx\t1\tp\tk\n"}) {
            Files.writeString(file, text);
            assertThat(KeptBuckets.open(file, STOP).known()).as(text).isFalse();
        }
    }
}
