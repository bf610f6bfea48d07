/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the arithmetic comes to its ends, of a level that is shared and of a key's own in a table. */
final class EdgeTest {
    private static final Pattern AT_MOST = Pattern.compile("burst: \\d+ \\(expected: at most (\\d+) at .*");
    private static final long MILLI = 1_000_000;
    private static final Duration CENTURY = Duration.ofDays(36_525);

    private final TestClock clock = new TestClock(Long.MAX_VALUE - 1_000);
    private final Limiter limiter = Limiter.inMemory(clock);
    private final Levels levels = limiter.newLevels();

    private enum Kind {
        SHARED,
        KEYED
    }

    /** Makes a full bucket and decides over it alone from then on. */
    private void begin(Kind kind, Limit limit) {
        levels.clear();
        switch (kind) {
            case SHARED -> levels.add(Bucket.full(new LiveLimit("level", limit), clock));
            case KEYED -> levels.keyed(new BucketTable(clock).limit("level", limit), Integer.MAX_VALUE);
        }
    }

    private boolean admits(long cost) {
        return limiter.admit(levels, cost) == Decision.Admitted.INSTANCE;
    }

    private long waitNanos(long cost) {
        return limiter.admit(levels, cost) instanceof Decision.Throttled refusal ? refusal.retryAfterNanos() : 0;
    }

    private Level level() {
        return levels.level(0, clock.nanoTime());
    }

    private static Rate rate(String perSecond) {
        return Rate.perSecond(new BigDecimal(perSecond));
    }

    static Stream<Arguments> ratesOfBothKinds() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(
                                "0.001",
                                "0.1",
                                "0.5",
                                "1",
                                "3",
                                "33.33",
                                "10000",
                                "999983",
                                "1500000",
                                "7000000",
                                "10000000")
                        .map(rate -> Arguments.of(kind, rate)));
    }

    @ParameterizedTest
    @MethodSource("ratesOfBothKinds")
    void noRateDriftsByOneTokenInTheLongRun(Kind kind, String perSecond) {
        longRun(kind, rate(perSecond));
    }

    /** All that three words of nine digits can say; a key's own word is too short for it and says so. */
    @Test
    void theFinestFastRateDoesNotDriftEither() {
        longRun(Kind.SHARED, rate("999999.999999"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BucketTable(clock).limit("key", new Limit(rate("999999.999999"), 1)))
                .withMessageStartingWith("rate: ")
                .withMessageContaining("(expected: at most ");
    }

    /** Takes all there is after each step: what was taken is what the rate gives in all, rounded down once. */
    private void longRun(Kind kind, Rate rate) {
        long burst = Math.max(100, 1_000_000_000L / Math.ceilDiv(rate.periodNanos(), rate.tokens()));
        begin(kind, new Limit(rate, burst));
        assertThat(admits(burst)).isTrue();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        BigInteger elapsed = BigInteger.ZERO;
        BigInteger taken = BigInteger.ZERO;
        long fillMillis = Math.max(1, level().fullNanos() / MILLI);
        for (int i = 0; i < 2_000; i++) {
            long waitNanos = random.nextBoolean()
                    ? random.nextLong(1, Math.min(fillMillis, 1_000_000) + 1) * MILLI
                    : Math.ceilDiv(waitNanos(1), MILLI) * MILLI;
            waitNanos = Math.min(
                    waitNanos, (level().fullNanos() - 1) / MILLI * MILLI); // what comes to a full bucket is lost
            clock.advance(waitNanos);
            elapsed = elapsed.add(BigInteger.valueOf(waitNanos));
            long there = level().remaining();
            if (there > 0) {
                assertThat(admits(there)).as("seed %s", seed).isTrue();
                taken = taken.add(BigInteger.valueOf(there));
            }
        }
        BigInteger given =
                elapsed.multiply(BigInteger.valueOf(rate.tokens())).divide(BigInteger.valueOf(rate.periodNanos()));
        assertThat(taken).as("seed %s, %s", seed, rate).isEqualTo(given);
    }

    @ParameterizedTest
    @MethodSource("ratesOfBothKinds")
    void theLargestBurstWorksAndOneMoreIsRefused(Kind kind, String perSecond) {
        Rate rate = rate(perSecond);
        long most = largestBurst(Kind.SHARED, rate, Long.MAX_VALUE - 1);
        if (kind == Kind.KEYED) {
            most = largestBurst(kind, rate, most);
        }
        assertThat(largestBurst(kind, rate, most + 1)).isEqualTo(most);
        begin(kind, new Limit(rate, most));
        assertThat(waitNanos(most + 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(admits(most)).isTrue();
        assertThat(level().remaining()).isZero();
        clock.advance(waitNanos(1) - 1);
        assertThat(admits(1)).isFalse();
        clock.advance(1);
        assertThat(admits(1)).isTrue();
    }

    /** What the refusal of a burst says could be counted. */
    private long largestBurst(Kind kind, Rate rate, long burst) {
        Throwable refusal = catchThrowable(() -> begin(kind, new Limit(rate, burst)));
        assertThat(refusal).isInstanceOf(IllegalArgumentException.class);
        Matcher matcher = AT_MOST.matcher(refusal.getMessage());
        assertThat(matcher.matches()).as(refusal.getMessage()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @ParameterizedTest
    @EnumSource
    void burstZeroNeverAdmits(Kind kind) {
        begin(kind, new Limit(rate("1000"), 0));
        clock.advance(CENTURY);
        assertThat(waitNanos(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(level()).isEqualTo(new Level(0, Long.MAX_VALUE, 0));
    }

    @ParameterizedTest
    @EnumSource
    void rateZeroAdmitsTheBurstOnce(Kind kind) {
        begin(kind, new Limit(rate("0"), 3));
        assertThat(admits(2)).isTrue();
        clock.advance(CENTURY);
        assertThat(admits(1)).isTrue();
        clock.advance(CENTURY);
        assertThat(waitNanos(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(level()).isEqualTo(new Level(0, Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("ratesOfBothKinds")
    void isFullAndNoMoreAfterACenturyOfIdleness(Kind kind, String perSecond) {
        begin(kind, new Limit(rate(perSecond), 100));
        for (int i = 0; i < 3; i++) {
            assertThat(admits(100)).isTrue();
            assertThat(admits(1)).isFalse();
            clock.advance(CENTURY);
            assertThat(level()).isEqualTo(new Level(100, 0, 0));
        }
    }

    /** The clock of these tests wraps a microsecond after the beginning; here the debt is older and the refill later than that. */
    @ParameterizedTest
    @MethodSource("ratesOfBothKinds")
    void aWrappingClockIsOnlyAClock(Kind kind, String perSecond) {
        begin(kind, new Limit(rate(perSecond), 2));
        assertThat(clock.nanoTime()).isPositive();
        assertThat(admits(2)).isTrue();
        long waitNanos = waitNanos(2);
        clock.advance(Math.max(waitNanos - 1, 0));
        assertThat(admits(2)).isFalse();
        clock.advance(1);
        assertThat(admits(2)).isTrue();
        clock.advance(1_001);
        assertThat(clock.nanoTime()).isNegative();
        clock.advance(level().fullNanos());
        assertThat(admits(2)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aCostOfTheBurstFitsAndMoreNeverDoes(Kind kind) {
        begin(kind, new Limit(rate("10"), 1_000));
        for (long cost : new long[] {1_001, Integer.MAX_VALUE, 1L << 62, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            assertThat(waitNanos(cost)).isEqualTo(Long.MAX_VALUE);
        }
        assertThat(level()).isEqualTo(new Level(1_000, 0, 0));
        assertThat(admits(1_000)).isTrue();
        assertThat(waitNanos(1_000)).isEqualTo(100_000_000_000L);
    }

    @ParameterizedTest
    @EnumSource
    void aDebitOfAnySizeIsOwedAndNeverTurnsIntoCredit(Kind kind) {
        for (long cost : new long[] {1_001, 1L << 40, 1L << 62, Long.MAX_VALUE}) {
            begin(kind, new Limit(rate("10"), 1_000));
            for (int i = 0; i < 3; i++) {
                limiter.debit(levels, cost);
                assertThat(level().remaining()).isZero();
                assertThat(waitNanos(1)).isGreaterThan(0);
            }
            assertThat(waitNanos(1)).isGreaterThanOrEqualTo(Math.min(3 * 1_001 - 999, 3_000) * 100_000_000L);
        }
    }

    @ParameterizedTest
    @CsvSource({"10000000, 1000", "0.001, 5"})
    void severalLevelsAtTheirEndsAgree(String perSecond, long burst) {
        Limit limit = new Limit(rate(perSecond), burst);
        levels.clear()
                .keyed(new BucketTable(clock).limit("key", limit), 0)
                .add(Bucket.full(new LiveLimit("stage", limit), clock))
                .add(Bucket.full(new LiveLimit("account", Limit.UNLIMITED), clock));
        assertThat(admits(burst)).isTrue();
        for (int level : List.of(0, 1)) {
            assertThat(levels.level(level, clock.nanoTime()).remaining()).isZero();
        }
        assertThat(levels.level(2, clock.nanoTime())).isEqualTo(Level.UNLIMITED);
        clock.advance(waitNanos(1));
        assertThat(admits(1)).isTrue();
        assertThat(admits(1)).isFalse();
    }
}
