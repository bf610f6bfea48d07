/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GatherBudgetTest {
    private static final long MAX = 1_000_000;

    @Test
    void neverGivesMoreThanThereIs() throws InterruptedException {
        int threads = 4;
        GatherBudget budget = new GatherBudget(MAX, threads);
        AtomicLong sum = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            GatherBudget.Share share = budget.share();
            Random random = new Random(i);
            running.add(Thread.ofPlatform().start(() -> churn(share, random, sum, most)));
        }
        for (Thread thread : running) {
            thread.join();
        }
        assertThat(most.get()).isLessThanOrEqualTo(MAX).isGreaterThan(MAX / 2);
        assertThat(budget.refusals()).isPositive();
        assertThat(budget.heldBytes()).isZero();
        // Whatever the others have ahead, there is room for one of the size that is promised.
        GatherBudget.Share share = budget.share();
        assertThat(share.take(0, MAX * 7 / 16)).isTrue();
        assertThat(budget.heldBytes()).isEqualTo(MAX * 7 / 16);
    }

    private static void churn(GatherBudget.Share share, Random random, AtomicLong sum, AtomicLong most) {
        Queue<Integer> held = new ArrayDeque<>();
        for (int i = 0; i < 200_000; i++) {
            int bytes = random.nextInt(100) == 0 ? random.nextInt(200_000) : random.nextInt(5_000);
            if (share.take(0, bytes)) {
                held.add(bytes);
                most.accumulateAndGet(sum.addAndGet(bytes), Math::max);
            }
            while (!held.isEmpty() && random.nextInt(100) > 60) {
                int back = held.remove();
                sum.addAndGet(-back);
                share.giveBack(back);
            }
        }
        while (!held.isEmpty()) {
            int back = held.remove();
            sum.addAndGet(-back);
            share.giveBack(back);
        }
    }

    @Test
    void leavesRoomForSmallOnesBesideLargeOnes() {
        GatherBudget.Share share = new GatherBudget(MAX, 1).share();
        long[] large = new long[9];
        boolean grows = true;
        while (grows) {
            grows = false;
            for (int i = 0; i < large.length; i++) {
                if (share.take(large[i], 1_000)) {
                    large[i] += 1_000;
                    grows = true;
                }
            }
        }
        assertThat(large).containsOnly(100_000);
        assertThat(share.take(0, 99_000)).isTrue();
    }

    @Test
    void takesNothingWhereThereIsNoRoom() {
        GatherBudget budget = new GatherBudget(MAX, 1);
        GatherBudget.Share share = budget.share();
        assertThat(share.take(0, MAX + 1)).isFalse();
        assertThat(budget.heldBytes()).isZero();
        assertThat(share.take(0, MAX)).isTrue();
        assertThat(share.take(0, 1)).isFalse();
        share.giveBack(MAX);
        assertThat(budget.share().take(0, MAX * 7 / 8)).isTrue();
        assertThat(budget.refusals()).isEqualTo(2);
    }
}
