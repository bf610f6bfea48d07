/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.accesslog.LineBuffer.Batch;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class LineBufferTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final LogFile FILE = new LogFile(Path.of("unused.log"), 1, 0);

    @Test
    void takesNoMoreThanItsBoundUntilItIsEmptied() throws InterruptedException {
        LineBuffer buffer = new LineBuffer(100);
        byte[] line = new byte[30];
        for (int round = 0; round < 3; round++) {
            assertThat(buffer.add(FILE, line, 30)).isTrue();
            assertThat(buffer.add(FILE, line, 30)).isTrue();
            assertThat(buffer.add(FILE, line, 30)).isTrue();
            assertThat(buffer.add(FILE, line, 30)).isFalse();
            assertThat(buffer.add(FILE, line, 10)).isTrue();
            Batch batch = buffer.take(LONG, LONG);
            assertThat(batch.lines()).isEqualTo(4);
            assertThat(batch.end(3)).isEqualTo(100);
        }
    }

    @Test
    void aLineLargerThanAllOfItIsRefused() {
        assertThat(new LineBuffer(100).add(FILE, new byte[101], 101)).isFalse();
    }

    @Test
    void aClosedOneGivesWhatItHasAndTakesNoMore() throws InterruptedException {
        LineBuffer buffer = new LineBuffer(100);
        buffer.add(FILE, new byte[1], 1);
        buffer.close();
        assertThat(buffer.add(FILE, new byte[1], 1)).isFalse();
        assertThat(buffer.isDone()).isFalse();
        assertThat(buffer.take(LONG, LONG).lines()).isEqualTo(1);
        assertThat(buffer.isDone()).isTrue();
        assertThat(buffer.take(LONG, LONG).isEmpty()).isTrue();
    }

    @Test
    void noLineIsLostOrTornBetweenThreads() throws InterruptedException {
        LineBuffer buffer = new LineBuffer(4_000);
        LongAdder added = new LongAdder();
        CountDownLatch ended = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            byte mark = (byte) ('a' + i);
            Thread.ofPlatform().start(() -> {
                byte[] line = new byte[50];
                java.util.Arrays.fill(line, mark);
                for (int n = 0; n < 20_000; n++) {
                    int length = 1 + n % 50;
                    added.add(buffer.add(FILE, line, length) ? length : 0);
                }
                ended.countDown();
                buffer.close();
            });
        }
        long taken = 0;
        while (ended.getCount() > 0 || !buffer.isDone()) {
            Batch batch = buffer.take(1_000_000, 1_000_000);
            for (int i = 0; i < batch.lines(); i++) {
                taken += batch.end(i) - batch.start(i);
                for (int at = batch.start(i); at < batch.end(i); at++) {
                    assertThat(batch.array()[at] == batch.array()[batch.start(i)])
                            .isTrue();
                }
            }
        }
        assertThat(taken).isPositive().isEqualTo(added.sum());
    }
}
