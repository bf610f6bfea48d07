/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.sluice.limits.FairShareSimulation.Client;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FairShareTest {
    private static final long SEED = Long.getLong("sluice.seed", 7);
    private static final long MILLIS = 1_000_000L;
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private final TestClock clock = new TestClock(5_000);

    @ParameterizedTest
    @CsvSource({"0, 200, 200", "1, 163, 237"})
    void smallClientsGetWhatTheyWantBesideANoisyOne(double pauseSeconds, double fairNoisy, double fairMedium) {
        Crowd fcfs = Crowd.of(false, pauseSeconds);
        Crowd fair = Crowd.of(true, pauseSeconds);
        List<Double> shares = new ArrayList<>(List.of(fairNoisy, fairMedium));
        fair.small.forEach(_ -> shares.add(30.0));

        assertThat(fair.simulation.admitted())
                .as("utilisation against first come, first served")
                .isGreaterThanOrEqualTo(fcfs.simulation.admitted() * 99 / 100);
        assertThat(fair.smallSuccess())
                .as("small clients' success; without fairness %.3f", fcfs.smallSuccess())
                .isGreaterThanOrEqualTo(0.95);
        assertThat(fcfs.smallSuccess()).isLessThan(0.4);
        assertThat(FairShareSimulation.jain(fair.all, shares, Crowd.SECONDS))
                .as("Jain's index against max-min")
                .isGreaterThanOrEqualTo(0.99);
    }

    @Test
    void equalClientsGetTheSame() {
        FairShareSimulation simulation = new FairShareSimulation(THOUSAND, 200, true, SEED);
        List<Client> clients =
                IntStream.range(0, 50).mapToObj(_ -> simulation.client(400, 1)).toList();
        simulation.run(1, 20);
        assertThat(clients)
                .allSatisfy(client -> assertThat(client.admitted() / 20.0).isCloseTo(20, within(0.6)));
    }

    @Test
    void sharesGoByWeight() {
        FairShareSimulation simulation = new FairShareSimulation(THOUSAND, 200, true, SEED);
        List<Client> clients = IntStream.of(1, 2, 7)
                .mapToObj(weight -> simulation.client(2000, weight))
                .toList();
        simulation.run(1, 20);
        assertThat(clients.get(0).admitted() / 20.0).isCloseTo(100, within(10.0));
        assertThat(clients.get(1).admitted() / 20.0).isCloseTo(200, within(20.0));
        assertThat(clients.get(2).admitted() / 20.0).isCloseTo(700, within(35.0));
    }

    @Test
    void aSlowLimitIsSharedOverLongerRounds() {
        FairShareSimulation simulation = new FairShareSimulation(BigDecimal.ONE, 5, true, SEED);
        Client noisy = simulation.client(10, 1);
        Client small = simulation.client(0.4, 1);
        simulation.run(100, 1000);
        assertThat(small.success()).isGreaterThan(0.7);
        assertThat(noisy.admitted()).isBetween(550L, 750L);
    }

    @Test
    void oneClientAloneGetsEverything() {
        FairShareSimulation simulation = new FairShareSimulation(THOUSAND, 200, true, SEED);
        Client alone = simulation.client(5000, 1);
        simulation.run(0, 5);
        assertThat(alone.admitted()).isBetween(5_190L, 5_200L);
    }

    @Test
    void whatAModestClientLeavesIsTheOthers() {
        FairShareSimulation simulation = new FairShareSimulation(THOUSAND, 200, true, SEED);
        Client greedy = simulation.client(5000, 1);
        Client modest = simulation.client(50, 1);
        simulation.run(2, 10);
        assertThat(modest.success()).isGreaterThan(0.99);
        assertThat(greedy.admitted() + modest.admitted()).isGreaterThanOrEqualTo(9_900);
    }

    @Test
    void hasNoEffectWhileHalfTheTokensAreThere() {
        Bucket bucket = bucket(100, 100);
        FairShare fair = contested(bucket);
        drain(bucket, 50);
        assertThat(fair.waitNanos(1, 1, clock.nanoTime())).isZero();
        drain(bucket, 1);
        assertThat(fair.waitNanos(1, 1, clock.nanoTime())).isPositive();
        assertThat(fair.waitNanos(2, 1, clock.nanoTime())).isZero();
    }

    @Test
    void hasNoEffectOnASubjectThatIsAlone() {
        Bucket bucket = bucket(100, 100);
        FairShare fair = FairShare.of(bucket, clock);
        for (int i = 0; i < 1000; i++) {
            fair.refused(1, 1, clock.nanoTime());
            clock.advance(MILLIS);
        }
        drain(bucket, 99);
        assertThat(fair.active()).isOne();
        assertThat(fair.waitNanos(1, 1, clock.nanoTime())).isZero();
    }

    @Test
    void whoWaitsAsToldHasAShareAgain() {
        Bucket bucket = bucket(100, 100);
        FairShare fair = contested(bucket);
        drain(bucket, 90);
        long wait = fair.waitNanos(1, 1, clock.nanoTime());

        assertThat(wait).isBetween(1 * MILLIS, 250 * MILLIS);
        clock.advance(wait - 1);
        assertThat(fair.waitNanos(1, 1, clock.nanoTime())).isEqualTo(1);
        clock.advance(1);
        assertThat(fair.waitNanos(1, 1, clock.nanoTime())).isZero();
    }

    @Test
    void theWaitIsTheBucketsWhereThatIsLonger() {
        Bucket bucket = bucket(100, 100);
        FairShare fair = contested(bucket);
        drain(bucket, 100);
        bucket.limit().set(new Limit(new Rate(1, 3_600_000_000_000L), 100), clock);
        assertThat(fair.waitNanos(1, 1, clock.nanoTime())).isGreaterThan(3_000_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "1, 1", "1, 2", "0, 100", "999999999, 1000000", "1000, 9223372036854775807"})
    void anyLimitCanBeShared(long rate, long burst) {
        Bucket bucket = bucket(rate, burst);
        FairShare fair = FairShare.of(bucket, clock);
        for (int i = 0; i < 5000; i++) {
            fair.waitNanos(i % 3, 1 + i % 1000, clock.nanoTime());
            fair.admitted(i % 3, 1 + i % 1000, clock.nanoTime());
            clock.advance(MILLIS * (i % 100));
        }
        assertThat(fair.waitNanos(0, 1, clock.nanoTime())).isNotNegative();
    }

    @Test
    void aMillionSubjectsLeaveNothingBehind() {
        FairShare fair = FairShare.of(bucket(100, 100), clock);
        int most = 0;
        for (int i = 0; i < 1_000_000; i++) {
            fair.refused(i, 1, clock.nanoTime());
            clock.advance(10_000);
            most = Math.max(most, fair.tracked());
        }
        assertThat(most).isLessThanOrEqualTo(FairShare.MAX_SUBJECTS);
        clock.advance(60_000 * MILLIS);
        for (int i = 0; i < 1000; i++) {
            fair.refused(1, 1, clock.nanoTime());
            clock.advance(10 * MILLIS);
        }
        assertThat(fair.tracked()).isLessThan(100);
        assertThat(fair.active()).isOne();
    }

    @Test
    void moreSubjectsThanAreToldApartShareByGroups() {
        Bucket bucket = bucket(20_000, 1000);
        FairShare fair = FairShare.of(bucket, clock);
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 10_000; i++) {
                fair.refused(i, 1, clock.nanoTime());
            }
            clock.advance(100 * MILLIS);
        }
        fair.refused(0, 1, clock.nanoTime());
        assertThat(fair.active()).isEqualTo(FairShare.MAX_SUBJECTS + FairShare.GROUPS);
    }

    @Test
    void aRequestAllocatesNothing() {
        Bucket bucket = bucket(100, 100);
        FairShare fair = contested(bucket);
        drain(bucket, 90);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        requests(fair, 100_000);
        long before = threads.getThreadAllocatedBytes(thread);
        requests(fair, 100_000);
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(10_000);
    }

    @Test
    void twoThreadsShareAndKeepTheBound() throws InterruptedException {
        Bucket bucket = bucket(1000, 100);
        FairShare fair = FairShare.of(bucket, clock);
        Limiter limiter = Limiter.inMemory(clock);
        long[] admitted = new long[2];
        List<Thread> threads = IntStream.range(0, 2)
                .mapToObj(subject -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 400_000; i++) {
                        admitted[subject] += request(fair, limiter, subject) ? 1 : 0;
                        if (i % 4 == 0) {
                            clock.advance(10_000);
                        }
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = clock.nanoTime() / 1e9;
        assertThat(admitted[0] + admitted[1]).isLessThanOrEqualTo((long) (100 + 1000 * seconds) + 1);
        assertThat(admitted[0] + admitted[1]).isGreaterThan((long) (900 * seconds));
    }

    @Test
    void badNumbersAreNamed() {
        FairShare fair = FairShare.of(bucket(1, 1), clock);
        assertThatThrownBy(() -> fair.waitNanos(-1, 1, 0)).hasMessage("subject: -1 (expected: >= 0)");
        assertThatThrownBy(() -> fair.admitted(1, 0, 0)).hasMessage("weight: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> fair.refused(1, 1001, 0)).hasMessage("weight: 1001 (expected: 1 to 1000)");
    }

    private Bucket bucket(long rate, long burst) {
        return Bucket.full(new LiveLimit("stage", new Limit(Rate.perSecond(rate), burst)), clock);
    }

    private void drain(Bucket bucket, int tokens) {
        Limiter limiter = Limiter.inMemory(clock);
        assertThat(Deciding.admit(limiter, new Bucket[] {bucket}, 1, null, tokens))
                .isInstanceOf(Decision.Admitted.class);
    }

    /** Subjects 1, which has used all of its share, and 2, which wants as much and has got nothing. */
    private FairShare contested(Bucket bucket) {
        FairShare fair = FairShare.of(bucket, clock);
        for (int i = 0; i < 500; i++) {
            fair.admitted(1, 1, clock.nanoTime());
            fair.refused(2, 1, clock.nanoTime());
            clock.advance(2 * MILLIS);
        }
        return fair;
    }

    private void requests(FairShare fair, int count) {
        for (int i = 0; i < count; i++) {
            if (fair.waitNanos(i & 3, 1, clock.nanoTime()) == 0) {
                fair.admitted(i & 3, 1, clock.nanoTime());
            } else {
                fair.refused(i & 3, 1, clock.nanoTime());
            }
        }
    }

    private boolean request(FairShare fair, Limiter limiter, int subject) {
        long now = clock.nanoTime();
        boolean passed = fair.waitNanos(subject, 1, now) == 0
                && Deciding.admit(limiter, new Bucket[] {fair.shared()}, 1, null, 1) instanceof Decision.Admitted;
        if (passed) {
            fair.admitted(subject, 1, now);
        } else {
            fair.refused(subject, 1, now);
        }
        return passed;
    }

    /** A noisy client, a medium one, and twenty small ones at 1000/s. */
    private record Crowd(FairShareSimulation simulation, List<Client> all, List<Client> small) {
        static final double SECONDS = 40;

        static Crowd of(boolean fairness, double noisyPauseSeconds) {
            FairShareSimulation simulation = new FairShareSimulation(THOUSAND, 200, fairness, SEED);
            Client noisy = simulation.client(5000, 1, 3, noisyPauseSeconds);
            Client medium = simulation.client(300, 1);
            List<Client> small = IntStream.range(0, 20)
                    .mapToObj(_ -> simulation.client(30, 1))
                    .toList();
            List<Client> all = new ArrayList<>(List.of(noisy, medium));
            all.addAll(small);
            simulation.run(4, SECONDS);
            return new Crowd(simulation, all, small);
        }

        double smallSuccess() {
            return small.stream().mapToDouble(Client::success).average().orElseThrow();
        }
    }
}
