/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.store.DataFolder;
import dev.sluice.store.Sample;
import dev.sluice.store.SampleStore;
import dev.sluice.store.SampleStore.Resolution;
import dev.sluice.store.Statistics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteSampleStoreTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path temporary;

    private DataFolder folder;
    private EmbeddedStore store;
    private SampleStore samples;

    @BeforeEach
    void open() {
        folder = DataFolder.open(temporary.resolve("data"));
        store = EmbeddedStore.open(folder, null, "test");
        samples = store.samples();
    }

    @AfterEach
    void close() {
        store.close();
        folder.close();
    }

    private static Sample sample(String series, String unit, Instant start, double value) {
        return new Sample(series, unit, start, Statistics.of(value));
    }

    private List<Sample> all(String series, Resolution resolution) {
        return samples.read(series, resolution, Instant.EPOCH, NOON.plus(Duration.ofDays(9999)));
    }

    @Test
    void addsToWhatAMinuteHas() {
        samples.merge(List.of(sample("a", "Count", NOON, 1), sample("a", "Count", NOON, 2)));
        samples.merge(
                List.of(sample("a", "Count", NOON, 7), sample("a", "None", NOON, 5), sample("b", "Count", NOON, 9)));
        close();
        open();

        Statistics expected = Statistics.of(1).plus(Statistics.of(2)).plus(Statistics.of(7));
        assertThat(all("a", Resolution.MINUTE))
                .containsExactly(new Sample("a", "Count", NOON, expected), sample("a", "None", NOON, 5));
        assertThat(all("b", Resolution.MINUTE)).containsExactly(sample("b", "Count", NOON, 9));
        assertThat(samples.series())
                .containsExactly(
                        new SampleStore.Series("a", "Count", NOON),
                        new SampleStore.Series("a", "None", NOON),
                        new SampleStore.Series("b", "Count", NOON));
    }

    @Test
    void readsFromInclusiveToExclusive() {
        for (int i = 0; i < 5; i++) {
            samples.merge(List.of(sample("a", "Count", NOON.plusSeconds(60L * i), i)));
        }

        assertThat(samples.read("a", Resolution.MINUTE, NOON.plusSeconds(60), NOON.plusSeconds(180)))
                .extracting(sample -> sample.statistics().sum())
                .containsExactly(1.0, 2.0);
        assertThat(samples.read(
                        "a",
                        Resolution.MINUTE,
                        NOON.plusNanos(1),
                        NOON.plusSeconds(60).plusNanos(1)))
                .hasSize(1);
    }

    @Test
    void rollsUpWhatHasEndedAndAgainWhenMoreCameIn() {
        var minutes = new ArrayList<Sample>();
        for (int i = 0; i < 60 * 24; i += 20) {
            minutes.add(sample("a", "Count", Resolution.DAY.start(NOON).plusSeconds(60L * i), i));
        }
        samples.merge(minutes);
        samples.maintain(NOON.plusSeconds(90));
        assertThat(all("a", Resolution.HOUR)).hasSize(12);
        assertThat(all("a", Resolution.DAY)).isEmpty();

        Instant nextDay = Resolution.DAY.start(NOON).plus(Duration.ofDays(1));
        samples.maintain(nextDay);
        assertThat(all("a", Resolution.HOUR)).hasSize(24);
        assertThat(all("a", Resolution.DAY))
                .containsExactly(new Sample(
                        "a",
                        "Count",
                        Resolution.DAY.start(NOON),
                        minutes.stream()
                                .map(Sample::statistics)
                                .reduce(Statistics::plus)
                                .orElseThrow()));

        samples.merge(List.of(sample("a", "Count", NOON, 5000)));
        samples.maintain(nextDay);
        assertThat(all("a", Resolution.DAY).getFirst().statistics().max()).isEqualTo(5000);
        assertThat(all("a", Resolution.DAY).getFirst().statistics().sampleCount())
                .isEqualTo(73);
        assertThat(all("a", Resolution.HOUR).get(12).statistics().sampleCount()).isEqualTo(4);
    }

    @Test
    void forgetsMinutesThenHoursThenDaysThenTheSeries() {
        samples.merge(List.of(sample("a", "Count", NOON, 1)));
        samples.maintain(NOON.plus(Duration.ofDays(15)));
        assertThat(all("a", Resolution.MINUTE)).hasSize(1);

        samples.maintain(NOON.plus(Duration.ofDays(16)));
        assertThat(all("a", Resolution.MINUTE)).isEmpty();
        assertThat(all("a", Resolution.HOUR)).hasSize(1);
        samples.maintain(NOON.plus(Duration.ofDays(456)));
        assertThat(all("a", Resolution.HOUR)).isEmpty();
        assertThat(all("a", Resolution.DAY)).hasSize(1);
        samples.maintain(NOON.plus(Duration.ofDays(1097)));
        assertThat(all("a", Resolution.DAY)).isEmpty();
        assertThat(samples.series()).isEmpty();
    }

    @Test
    void keepsNothingOfABatchWithABadSample() {
        assertThatThrownBy(() -> samples.merge(
                        List.of(sample("a", "Count", NOON, 1), sample("a", "Count", NOON.plusMillis(1), 1))))
                .hasMessageContaining("expected: a whole minute");
        assertThat(samples.series()).isEmpty();
    }

    @Test
    void keepsUpWithManySeries() {
        var batch = new ArrayList<Sample>();
        for (int i = 0; i < 500; i++) {
            batch.add(sample("series " + i, "Count", NOON, i));
        }
        samples.merge(batch);
        samples.maintain(NOON.plus(Duration.ofDays(16)));

        assertThat(samples.series()).hasSize(500);
        assertThat(all("series 499", Resolution.DAY)).hasSize(1);
        assertThat(all("series 499", Resolution.MINUTE)).isEmpty();
    }
}
