/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MeanwhileTest {
    @Test
    void runsBesideItsStarterAndClosingWaits() {
        var go = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        try (var meanwhile = Meanwhile.start("test", () -> {
            awaitQuietly(go);
            ended.set(true);
        })) {
            assertThat(ended).as("before " + meanwhile + " may go on").isFalse();
            go.countDown();
        }
        assertThat(ended).isTrue();
    }

    @Test
    void throwsWhatTheWorkThrowsWhenAskedAndNotWhenClosed() {
        var failure = new IOException("no");
        try (var meanwhile = Meanwhile.start("test", () -> {
            throw failure;
        })) {
            assertThatThrownBy(meanwhile::await).isSameAs(failure);
        }
        var bug = new IllegalStateException("bug");
        try (var meanwhile = Meanwhile.start("test", () -> {
            throw bug;
        })) {
            assertThatThrownBy(meanwhile::await).isSameAs(bug);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
