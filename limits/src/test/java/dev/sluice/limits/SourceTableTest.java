/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SourceTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final KeyedHash HASH = new KeyedHash(1, 2);

    private final TestClock clock = new TestClock(-123);

    @Test
    void chargesEachSourceByItself() {
        SourceTable table = table(1024, 1, 3);
        for (int source = 1; source <= 10; source++) {
            assertThat(table.charge(source << 8, clock.nanoTime())).isZero();
            assertThat(table.charge(source << 8, clock.nanoTime())).isZero();
            assertThat(table.charge(source << 8, clock.nanoTime())).isZero();
            assertThat(table.charge(source << 8, clock.nanoTime())).isEqualTo(SECOND);
        }
    }

    @Test
    void whoWaitsAsToldIsLetThroughAgain() {
        SourceTable table = table(1024, 3, 1);
        assertThat(table.charge(7, clock.nanoTime())).isZero();
        long wait = table.charge(7, clock.nanoTime());
        assertThat(wait).isEqualTo(333_333_334);
        clock.advance(wait - 1);
        assertThat(table.charge(7, clock.nanoTime())).isOne();
        clock.advance(1);
        assertThat(table.charge(7, clock.nanoTime())).isZero();
    }

    @Test
    void aBucketThatNeverRefillsSaysNever() {
        SourceTable table = table(4, 0, 1);
        assertThat(table.charge(7, clock.nanoTime())).isZero();
        assertThat(table.charge(7, clock.nanoTime())).isEqualTo(Long.MAX_VALUE);
        clock.advance(Long.MAX_VALUE / 2);
        assertThat(table.charge(7, clock.nanoTime())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sourcesWithoutRoomShareTheirGroup() {
        SourceTable table = table(4, 0, 5);
        for (int other = 0; other < 4; other++) {
            table.charge(0x0a000000L + (other << 8), clock.nanoTime());
        }
        int admitted = 0;
        for (int host = 0; host < 256; host++) {
            admitted += table.charge(0xc0a80100L + host, clock.nanoTime()) == 0 ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(5);
        assertThat(table.charge(0x0a000000L, clock.nanoTime())).isZero();
    }

    @Test
    void aFullBucketGivesItsPlaceWithWhatTheGroupOwes() {
        SourceTable table = table(4, 1, 5);
        for (int other = 0; other < 4; other++) {
            assertThat(table.charge(0x0a000000L + (other << 8), clock.nanoTime()))
                    .isZero();
        }
        for (int i = 0; i < 5; i++) {
            assertThat(table.charge(0xc0a80101L, clock.nanoTime())).isZero();
        }
        assertThat(table.charge(0xc0a80101L, clock.nanoTime())).isPositive();
        clock.advance(2 * SECOND);
        assertThat(table.charge(0xc0a80101L, clock.nanoTime())).isZero();
        assertThat(table.charge(0xc0a80101L, clock.nanoTime())).isZero();
        assertThat(table.charge(0xc0a80101L, clock.nanoTime())).isEqualTo(SECOND);
    }

    /** The leaky-counter form of the bound holds for all intervals at once. */
    @RepeatedTest(20)
    void noSourceEverPassesItsLimitHoweverTheTableChurns() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        Random random = new Random(seed);
        int burst = 1 + random.nextInt(5);
        SourceTable table = table(4 << random.nextInt(4), 10, burst);
        Map<Long, double[]> leaky = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long source = 0x0a000000L + (random.nextInt(4) << 8) + random.nextInt(8);
            clock.advance(random.nextInt(20_000_000));
            long stale = clock.nanoTime() - random.nextInt(1_000_000);
            if (table.charge(source, stale) == 0) {
                double[] counter = leaky.computeIfAbsent(source, _ -> new double[] {0, stale});
                counter[0] = Math.max(0, counter[0] - (stale - counter[1]) * 10 / SECOND) + 1;
                counter[1] = stale;
                assertThat(counter[0]).as("-Dsluice.seed=%d", seed).isLessThanOrEqualTo(burst + 1e-6);
            }
        }
    }

    @Test
    void tenMillionSourcesTakeNoMemoryAndPassNoMoreThanAllBuckets() {
        SourceTable table = table(1 << 16, 1, 2);
        Random random = new Random(5);
        attack(table, random, 100_000);
        clock.advance(3600 * SECOND);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long admitted = attack(table, random, 10_000_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        long buckets = (1 << 16) + (1 << 12);
        assertThat(admitted).isBetween(1L << 15, buckets * 3);
    }

    /** For a second in all. */
    private long attack(SourceTable table, Random random, int requests) {
        long began = clock.nanoTime();
        long admitted = 0;
        for (int i = 0; i < requests; i++) {
            long now = began + SECOND * i / requests;
            admitted += table.charge(random.nextLong(), now) == 0 ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void twoThreadsGetNoMoreThanOne() throws InterruptedException {
        SourceTable table = table(64, 0, 100_000);
        AtomicLong admitted = new AtomicLong();
        List<Thread> threads = IntStream.range(0, 2)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    long mine = 0;
                    for (int i = 0; i < 100_000; i++) {
                        mine += table.charge(42, clock.nanoTime()) == 0 ? 1 : 0;
                    }
                    admitted.addAndGet(mine);
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(admitted).hasValue(100_000);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "2001:db8::1, 192.0.2.1, false"
    })
    void aSourceIsAnAddressOrTheFirst64Bits(String one, String other, boolean same) throws UnknownHostException {
        assertThat(source(one) == source(other)).isEqualTo(same);
    }

    @Test
    void anIpv4AddressInIpv6FormIsTheIpv4Address() {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};
        assertThat(SourceTable.sourceOf(mapped)).isEqualTo(SourceTable.sourceOf(new byte[] {(byte) 192, 0, 2, 1}));
    }

    @Test
    void badArgumentsAreNamed() {
        assertThatThrownBy(() -> table(3, 1, 1)).hasMessage("entries: 3 (expected: 4 to 67108864)");
        assertThatThrownBy(() -> SourceTable.of(4, Limit.UNLIMITED, clock)).hasMessageStartingWith("limit: ");
        assertThatThrownBy(() -> SourceTable.sourceOf(new byte[5])).hasMessage("address: 5 bytes (expected: 4 or 16)");
    }

    /** Vector 8 of the reference implementation. */
    @Test
    void theHashIsSipHash() {
        assertThat(new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L).hash(0x0706050403020100L))
                .isEqualTo(0x93f5f5799a932462L);
    }

    private static long source(String address) throws UnknownHostException {
        return SourceTable.sourceOf(InetAddress.getByName(address).getAddress());
    }

    private SourceTable table(int entries, long rate, long burst) {
        return new SourceTable(entries, new Limit(Rate.perSecond(rate), burst), HASH, clock);
    }
}
