/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.metrics.MetricFilter.DimensionFilter;
import dev.sluice.store.DataFolder;
import dev.sluice.store.Sample;
import dev.sluice.store.SampleStore;
import dev.sluice.store.Statistics;
import dev.sluice.store.StoreException;
import dev.sluice.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final MetricId COUNT =
            new MetricId("AWS/ApiGateway", "Count", Map.of("Stage", "prod", "ApiName", "a"));
    private static final MetricId LATENCY = MetricId.of("AWS/ApiGateway", "Latency");

    @TempDir
    private Path temporary;

    private final TestClock clock = new TestClock("2026-11-22T12:00:30Z");
    private DataFolder folder;
    private EmbeddedStore store;
    private Metrics metrics;

    @BeforeEach
    void open() {
        folder = DataFolder.open(temporary.resolve("data"));
        store = EmbeddedStore.open(folder, null, "test");
        metrics = Metrics.open(store.samples(), clock);
    }

    @AfterEach
    void close() {
        metrics.close();
        store.close();
        folder.close();
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-22T" + time + "Z");
    }

    private List<Datapoint> statistics(MetricId id, String from, String to, Duration period) {
        return metrics.statistics(id, at(from), at(to), period, null);
    }

    @Test
    void showsAValueAtOnceAndOnceOnlyAfterItIsWritten() {
        metrics.record(COUNT, clock.instant(), 1, "Count");
        metrics.record(COUNT, clock.instant(), 3, "Count");
        Datapoint expected =
                new Datapoint(at("12:00:00"), "Count", Statistics.of(1).plus(Statistics.of(3)));

        assertThat(statistics(COUNT, "12:00:00", "12:01:00", MINUTE)).containsExactly(expected);
        metrics.flush();
        assertThat(statistics(COUNT, "12:00:00", "12:01:00", MINUTE)).containsExactly(expected);
        metrics.record(COUNT, clock.instant(), 5, "Count");
        assertThat(statistics(COUNT, "12:00:00", "12:01:00", MINUTE)
                        .getFirst()
                        .statistics()
                        .sum())
                .isEqualTo(9);
    }

    @Test
    void keepsEverythingOverACleanRestart() {
        metrics.record(COUNT, clock.instant(), 2, "Count");
        close();
        open();
        metrics.record(COUNT, clock.instant(), 2, "Count");

        assertThat(statistics(COUNT, "12:00:00", "12:01:00", MINUTE)
                        .getFirst()
                        .statistics()
                        .sum())
                .isEqualTo(4);
        assertThat(metrics.list(MetricFilter.ALL)).containsExactly(COUNT);
    }

    @Test
    void startsPeriodsAtTheStartTimeRoundedDownToTheMinute() {
        for (int minute = 0; minute < 10; minute++) {
            metrics.record(COUNT, at("11:50:00").plusSeconds(60L * minute + 7), minute, "Count");
        }

        assertThat(statistics(COUNT, "11:52:40", "12:00:00", Duration.ofMinutes(5)))
                .extracting(Datapoint::timestamp, point -> point.statistics().sum())
                .containsExactly(tuple(at("11:52:00"), 20.0), tuple(at("11:57:00"), 24.0));
        assertThat(statistics(COUNT, "11:50:00", "11:52:00", Duration.ofMinutes(5)))
                .extracting(point -> point.statistics().sum())
                .containsExactly(1.0);
    }

    @Test
    void refusesAPeriodThatIsNoMultipleOfAMinute() {
        for (Duration period :
                List.of(Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(90), MINUTE.negated())) {
            assertThatThrownBy(() -> statistics(COUNT, "12:00:00", "12:01:00", period))
                    .hasMessageContaining("expected: a multiple of one minute");
        }
    }

    @Test
    void keepsUnitsApart() {
        metrics.record(LATENCY, clock.instant(), 10, "Milliseconds");
        metrics.record(LATENCY, clock.instant(), 1, "None");

        assertThat(statistics(LATENCY, "12:00:00", "12:01:00", MINUTE))
                .extracting(Datapoint::unit)
                .containsExactly("Milliseconds", "None");
        assertThat(metrics.statistics(LATENCY, at("12:00:00"), at("12:01:00"), MINUTE, "None"))
                .extracting(point -> point.statistics().sum())
                .containsExactly(1.0);
        assertThat(metrics.list(MetricFilter.ALL)).containsExactly(LATENCY);
    }

    @Test
    void listsByNamespaceNameDimensionsAndActivity() {
        MetricId other = new MetricId("App", "Count", Map.of("Stage", "dev"));
        metrics.record(COUNT, clock.instant().minus(Duration.ofHours(4)), 1, "Count");
        metrics.record(other, clock.instant(), 1, "Count");

        assertThat(metrics.list(MetricFilter.ALL)).containsExactly(COUNT, other);
        assertThat(metrics.list(new MetricFilter("App", null, List.of(), null))).containsExactly(other);
        assertThat(metrics.list(new MetricFilter(null, "Latency", List.of(), null)))
                .isEmpty();
        assertThat(metrics.list(new MetricFilter(null, null, List.of(new DimensionFilter("ApiName", null)), null)))
                .containsExactly(COUNT);
        assertThat(metrics.list(new MetricFilter(null, null, List.of(new DimensionFilter("Stage", "dev")), null)))
                .containsExactly(other);
        assertThat(metrics.list(
                        new MetricFilter(null, null, List.of(), clock.instant().minus(Duration.ofHours(3)))))
                .containsExactly(other);
    }

    @Test
    void dropsAndCountsWhatIsTooOldTooFarAheadOrTooMuch() {
        metrics.close();
        metrics = Metrics.open(store.samples(), clock, 2);
        metrics.record(COUNT, clock.instant().minus(Duration.ofDays(14)).minusSeconds(1), 1, "Count");
        metrics.record(COUNT, clock.instant().plus(Duration.ofHours(2)).plusSeconds(1), 1, "Count");
        assertThat(metrics.dropped()).isEqualTo(2);
        metrics.record(MetricId.of("n", "1"), clock.instant(), 1, "None");
        metrics.record(MetricId.of("n", "2"), clock.instant(), 1, "None");
        metrics.flush();
        metrics.record(MetricId.of("n", "3"), clock.instant(), 1, "None");
        metrics.record(MetricId.of("n", "1"), clock.instant(), 1, "None");

        assertThat(metrics.dropped()).isEqualTo(3);
        assertThat(metrics.list(MetricFilter.ALL)).containsExactly(MetricId.of("n", "1"), MetricId.of("n", "2"));
        assertThat(statistics(MetricId.of("n", "1"), "12:00:00", "12:01:00", MINUTE))
                .hasSize(1);
    }

    @Test
    void readsWhatIsKeptByTheHourAndTheDayOnly() {
        Instant then = clock.instant();
        metrics.record(COUNT, then, 4, "Count");
        metrics.flush();
        for (int days : new int[] {17, 460}) {
            clock.set(then.plus(Duration.ofDays(days)));
            store.samples().maintain(clock.instant());
            assertThat(metrics.statistics(COUNT, at("00:00:00"), clock.instant(), Duration.ofDays(1), null))
                    .containsExactly(new Datapoint(at("00:00:00"), "Count", Statistics.of(4)));
        }
    }

    @Test
    void losesAndRepeatsNothingWhileOthersReadAndTheStoreFails() throws Exception {
        metrics.close();
        var failing = new AtomicBoolean();
        metrics = Metrics.open(new FailingStore(store.samples(), failing), clock);
        int writers = 4;
        int each = 2000;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                var _ = threads.submit(() -> {
                    for (int n = 0; n < each; n++) {
                        metrics.record(COUNT, clock.instant(), 1, "Count");
                    }
                });
            }
            double seen = 0;
            for (int i = 0; i < 50; i++) {
                failing.set(i % 3 == 0);
                metrics.flush();
                var points = statistics(COUNT, "12:00:00", "12:01:00", MINUTE);
                double now =
                        points.isEmpty() ? 0 : points.getFirst().statistics().sum();
                assertThat(now).isBetween(seen, (double) writers * each);
                seen = now;
            }
        }
        failing.set(false);
        metrics.flush();
        assertThat(statistics(COUNT, "12:00:00", "12:01:00", MINUTE)
                        .getFirst()
                        .statistics()
                        .sum())
                .isEqualTo(writers * each);
        assertThat(metrics.failedFlushes()).isPositive();
    }

    @Test
    void keepsAnIdOverItsStoredForm() {
        assertThat(MetricId.parse(COUNT.series())).isEqualTo(COUNT);
        assertThat(MetricId.parse(LATENCY.series())).isEqualTo(LATENCY);
        MetricId emptyValue = new MetricId("n", "m", Map.of("d", ""));
        assertThat(MetricId.parse(emptyValue.series())).isEqualTo(emptyValue);
        assertThatThrownBy(() -> MetricId.of("n", "a\u001fb")).isInstanceOf(IllegalArgumentException.class);
    }

    /** A store whose merges fail while told so, as on a full disk. */
    private record FailingStore(SampleStore store, AtomicBoolean failing) implements SampleStore {
        @Override
        public void merge(Collection<Sample> samples) {
            if (failing.get()) {
                throw new StoreException(StoreException.Code.DISK_FULL, "disk full");
            }
            store.merge(samples);
        }

        @Override
        public List<Sample> read(String series, Resolution resolution, Instant from, Instant to) {
            return store.read(series, resolution, from, to);
        }

        @Override
        public List<Series> series() {
            return store.series();
        }

        @Override
        public void maintain(Instant now) {
            store.maintain(now);
        }
    }
}
