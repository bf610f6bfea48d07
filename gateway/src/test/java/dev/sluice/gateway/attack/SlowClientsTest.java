/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.gateway.GatewaySettings;
import dev.sluice.gateway.netty.TestGateway;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** 5,000 slow clients at once, and how long others wait beside them. */
class SlowClientsTest {
    private static final int SLOW = 5_000;
    private static final int OTHERS = 8;
    /** Both ends of a slow client's connection, and sometimes of one to the upstream. */
    private static final int DESCRIPTORS = 3;

    private static final int LARGE_BYTES = 8 << 20;
    /** Below it, a quotient tells of the machine and not of the gateway. */
    private static final Duration LONGEST_SETUP = Duration.ofSeconds(30);

    private static final Duration LEAST = Duration.ofMillis(2);

    private static final byte[] LARGE = ("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE_BYTES + "\r\n\r\n"
                    + "x".repeat(LARGE_BYTES))
            .getBytes(StandardCharsets.US_ASCII);

    private final RecordingOrigin origin = RecordingOrigin.start((request, out) -> {
        if (request.target().equals("/large")) {
            out.write(LARGE);
        } else {
            RecordingOrigin.answer(request, request.target(), out);
        }
        return true;
    });
    private final TestGateway gateway =
            TestGateway.start(settings -> settings.withTimes(TestGateway.times(60_000, 60_000, 5_000, 500))
                    .withBodyPace(new GatewaySettings.BodyPace(Duration.ofSeconds(60), 240)));

    @BeforeEach
    void route() {
        gateway.route("ANY", "/{proxy+}", TestGateway.proxy(origin.url() + "/{proxy}", Duration.ofSeconds(60)));
    }

    @AfterEach
    void close() {
        gateway.close();
        origin.close();
    }

    @Test
    void leaveTheOthersServed() throws Exception {
        assertThat(quotient(Duration.ofSeconds(2))).isLessThan(10);
    }

    /** The best of a few, as the machine has other things to do. */
    @Test
    @Tag("slow")
    void doNotDoubleTheOthersWait() throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 3 && best >= 2; i++) {
            best = Math.min(best, quotient(Duration.ofSeconds(15)));
        }
        assertThat(best).isLessThan(2);
    }

    /** The 99th percentile of the others' times, with slow clients by without. */
    private double quotient(Duration length) throws IOException, InterruptedException {
        Load.run(gateway, OTHERS, Duration.ofSeconds(1), 0);
        Load without = Load.run(gateway, OTHERS, length, 0);
        int count = slowClients();
        Load with;
        try (SlowClients slow = SlowClients.open(gateway, count)) {
            long deadline = System.nanoTime() + LONGEST_SETUP.toNanos();
            while (origin.openConnections() < SlowClients.calling(count)) {
                assertThat(System.nanoTime() - deadline)
                        .as("%d upstream connections of %d", origin.openConnections(), SlowClients.calling(count))
                        .isNegative();
                LockSupport.parkNanos(10_000_000);
            }
            with = Load.run(gateway, OTHERS, length, 0);
            assertThat(slow.open()).isGreaterThan(count * 9 / 10);
        }
        double quotient = (double) atLeast(with.quantile(0.99)).toNanos()
                / atLeast(without.quantile(0.99)).toNanos();
        System.out.printf(
                "slow clients: %d; p99 without %d us (%s), with %d us (%s): %.2f times%n",
                count,
                without.quantile(0.99).toNanos() / 1_000,
                without.summary(),
                with.quantile(0.99).toNanos() / 1_000,
                with.summary(),
                quotient);
        assertThat(without.statuses()[200]).isEqualTo(without.count());
        assertThat(with.statuses()[200]).isEqualTo(with.count());
        return quotient;
    }

    private static Duration atLeast(Duration time) {
        return time.compareTo(LEAST) < 0 ? LEAST : time;
    }

    /** As many as there are descriptors for. */
    private static int slowClients() {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - 500;
        return (int) Math.min(SLOW, free / DESCRIPTORS);
    }
}
