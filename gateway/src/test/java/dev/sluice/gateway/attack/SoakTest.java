/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.attack.FlappingOrigin.State;
import dev.sluice.gateway.netty.TestGateway;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * 80 % of what the gateway can do, for {@code -Dsluice.soak.seconds=N}, by default half an hour, while the upstream flaps: each request has one
 * answer and one end, memory stays, and nothing is left over.
 */
@Tag("slow")
class SoakTest {
    private static final int CLIENTS = 16;
    private static final double SHARE = 0.8;
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final long SLOW_NANOS = 100_000_000;
    private static final long FLAP_NANOS = 2_000_000_000;
    private static final int PARTS = 6;
    private static final long HEAP_BYTES = 32L << 20;
    private static final int MAX_STATUS = 600;

    private final AtomicLongArray ended = new AtomicLongArray(MAX_STATUS);

    @Test
    void holdsForLongBesideAFlappingUpstream() throws Exception {
        Duration length = Duration.ofSeconds(Long.getLong("sluice.soak.seconds", 1_800));
        try (FlappingOrigin origin = new FlappingOrigin(SLOW_NANOS);
                TestGateway gateway = TestGateway.start()) {
            gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}", TIMEOUT));
            Thread counting = Thread.ofVirtual().start(() -> count(gateway));
            Load.run(gateway, CLIENTS, Duration.ofSeconds(3), 0);
            Load most = Load.run(gateway, CLIENTS, Duration.ofSeconds(5), 0);
            System.out.println("soak: at most " + most.summary());
            Thread flapping = Thread.ofVirtual().start(() -> flap(origin));
            soak(gateway, length, SHARE * most.perSecond());
            stop(flapping);
            origin.become(State.UP);
            assertThat(Load.run(gateway, 1, Duration.ofMillis(200), 0).statuses()[200])
                    .as("served again when the upstream is back")
                    .isPositive();
            assertThat(origin.broken()).isZero();
            expectNoConnections(origin, gateway);
            stop(counting);
        }
    }

    private void soak(TestGateway gateway, Duration length, double perSecond) throws Exception {
        List<Long> heap = new ArrayList<>();
        for (int part = 1; part <= PARTS; part++) {
            long before = ends();
            long[] beforeByStatus = byStatus();
            Load load = Load.run(gateway, CLIENTS, length.dividedBy(PARTS), perSecond);
            heap.add(heapAfterGc());
            System.out.printf(
                    "soak: part %d of %d: %s, p99 %d us, heap %d KiB, descriptors %d%n",
                    part,
                    PARTS,
                    load.summary(),
                    load.quantile(0.99).toNanos() / 1_000,
                    heap.getLast() >> 10,
                    descriptors());
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (ends() - before < load.count() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(ends() - before).as("ends, and requests sent").isEqualTo(load.count());
            for (int status = 200; status < MAX_STATUS; status++) {
                long cut = status == 200 ? load.statuses()[0] : 0;
                assertThat(ended.get(status) - beforeByStatus[status])
                        .as("ends with %d, and such answers", status)
                        .isBetween(load.statuses()[status], load.statuses()[status] + cut);
            }
            assertThat(load.statuses()[200]).isPositive();
        }
        // The first part grows what is kept for as long as the gateway runs.
        assertThat(heap.getLast() - heap.get(1)).as("heap %s", heap).isLessThan(HEAP_BYTES);
    }

    private void count(TestGateway gateway) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                ExchangeEnd end = gateway.ends.poll(1, TimeUnit.SECONDS);
                if (end != null) {
                    ended.incrementAndGet(end.status());
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void flap(FlappingOrigin origin) {
        State[] states = {State.UP, State.SLOW, State.UP, State.DOWN};
        for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
            origin.become(states[i % states.length]);
            LockSupport.parkNanos(FLAP_NANOS);
        }
    }

    private static void stop(Thread thread) throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    private long ends() {
        long sum = 0;
        for (long count : byStatus()) {
            sum += count;
        }
        return sum;
    }

    private long[] byStatus() {
        long[] counts = new long[MAX_STATUS];
        for (int i = 0; i < MAX_STATUS; i++) {
            counts[i] = ended.get(i);
        }
        return counts;
    }

    /** The upstream's are closed by the gateway when they have been idle for long enough, with no request to remind it. */
    private static void expectNoConnections(FlappingOrigin origin, TestGateway gateway) throws InterruptedException {
        long deadline = System.nanoTime() + 15_000_000_000L;
        while (origin.openConnections() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(origin.openConnections()).as("connections to the upstream").isZero();
        assertThat(gateway.ends).isEmpty();
    }

    @SuppressWarnings("SystemGc") // what is left after it is what is kept
    private static long heapAfterGc() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
