/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.metrics.AlarmDefinition.Actions;
import dev.sluice.metrics.AlarmDefinition.Comparison;
import dev.sluice.metrics.AlarmDefinition.MissingData;
import dev.sluice.metrics.AlarmDefinition.Rule;
import dev.sluice.metrics.AlarmDefinition.Watched;
import dev.sluice.store.DataFolder;
import dev.sluice.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AlarmsTest {
    private static final MetricId THROTTLES = new MetricId("AWS/ApiGateway", "ThrottleCount", Map.of("ApiName", "a"));
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path temporary;

    private final TestClock clock = new TestClock("2026-11-22T12:00:30Z");
    private DataFolder folder;
    private EmbeddedStore store;
    private Metrics metrics;
    private Alarms alarms;

    @BeforeEach
    void open() {
        folder = DataFolder.open(temporary.resolve("data"));
        store = EmbeddedStore.open(folder, null, "test");
        metrics = Metrics.open(store.samples(), clock);
        alarms = Alarms.unscheduled(store.records(), metrics, clock);
    }

    @AfterEach
    void close() {
        alarms.close();
        metrics.close();
        store.close();
        folder.close();
    }

    private static AlarmDefinition definition(String name, String statistic, MissingData missingData) {
        return new AlarmDefinition(
                name,
                "too many",
                new Watched(THROTTLES, new Statistic(statistic), MINUTE, null),
                new Rule(2, 1, 100, Comparison.GREATER_THAN, missingData, true),
                new Actions(true, List.of(), List.of("arn:aws:sns:us-east-1:1:topic"), List.of()));
    }

    private Alarm alarm(String name) {
        return alarms.find(name).orElseThrow();
    }

    private void record(double value) {
        metrics.record(THROTTLES, clock.instant(), value, "Count");
    }

    @Test
    void startsWithoutDataAndFollowsTheMetric() {
        alarms.put(definition("high", "Sum", MissingData.NOT_BREACHING));
        assertThat(alarm("high").state().transitionedAt()).isEqualTo(clock.instant());
        alarms.evaluate();
        assertThat(alarm("high").state().value()).isEqualTo(AlarmState.OK);

        record(60);
        record(60);
        alarms.evaluate();
        assertThat(alarm("high").state().value()).isEqualTo(AlarmState.OK);
        clock.advance(MINUTE);
        alarms.evaluate();
        Alarm.State state = alarm("high").state();
        assertThat(state.value()).isEqualTo(AlarmState.ALARM);
        assertThat(state.reason())
                .contains("1 out of the last 2 datapoints [120.0 (22/11/26 12:00:00)] was greater than");
        assertThat(state.reasonData()).contains("\"value\":120.0");
        assertThat(state.transitionedAt()).isEqualTo(clock.instant());

        clock.advance(MINUTE.multipliedBy(4));
        alarms.evaluate();
        assertThat(alarm("high").state().value()).isEqualTo(AlarmState.OK);
        assertThat(alarms.history("high"))
                .extracting(AlarmHistory::summary)
                .containsExactly(
                        "Alarm updated from ALARM to OK",
                        "Alarm updated from OK to ALARM",
                        "Alarm updated from INSUFFICIENT_DATA to OK",
                        "Alarm \"high\" created");
    }

    @Test
    void showsThatANewAlarmIsUnchecked() {
        alarms.put(definition("missing", "Sum", MissingData.MISSING));
        alarms.evaluate();

        assertThat(alarm("missing").state())
                .isEqualTo(new Alarm.State(
                        AlarmState.INSUFFICIENT_DATA,
                        "Unchecked: Initial alarm creation",
                        null,
                        clock.instant(),
                        clock.instant()));
    }

    @Test
    void evaluatesANewAlarmWithoutBeingAsked() throws Exception {
        record(500);
        clock.advance(MINUTE);
        alarms = Alarms.open(store.records(), metrics, clock);
        alarms.put(definition("high", "Sum", MissingData.MISSING));

        for (int i = 0; i < 500 && alarm("high").state().value() != AlarmState.ALARM; i++) {
            Thread.sleep(10);
        }
        assertThat(alarm("high").state().value()).isEqualTo(AlarmState.ALARM);
    }

    @Test
    void takesAlarmsAndTheirStatesOverARestart() {
        record(500);
        clock.advance(MINUTE);
        alarms.put(definition("high", "p90", MissingData.IGNORE));
        alarms.put(definition("low", "Sum", MissingData.BREACHING));
        alarms.evaluate();
        List<Alarm> before = alarms.list();
        List<AlarmHistory> history = alarms.history(null);
        close();
        clock.advance(Duration.ofSeconds(1));
        open();

        assertThat(alarms.list()).isEqualTo(before);
        assertThat(alarms.history(null)).isEqualTo(history);
        assertThat(alarm("low").state().value()).isEqualTo(AlarmState.ALARM);
    }

    @Test
    void keepsTheStateWhenItsDefinitionChanges() {
        alarms.put(definition("high", "Sum", MissingData.MISSING));
        alarms.setState("high", AlarmState.ALARM, "by hand", "{}");
        clock.advance(Duration.ofSeconds(5));
        alarms.put(definition("high", "Average", MissingData.IGNORE));

        assertThat(alarm("high").state().reason()).isEqualTo("by hand");
        assertThat(alarm("high").definition().watched().statistic()).isEqualTo(new Statistic("Average"));
        assertThat(alarm("high").configuredAt()).isEqualTo(clock.instant());
        alarms.evaluate();
        assertThat(alarm("high").state().value()).isEqualTo(AlarmState.ALARM);
    }

    @Test
    void setsAStateUntilTheNextEvaluation() {
        alarms.put(definition("high", "Sum", MissingData.NOT_BREACHING));
        alarms.evaluate();

        assertThat(alarms.setState("high", AlarmState.ALARM, "a test", null)).isTrue();
        assertThat(alarm("high").state().value()).isEqualTo(AlarmState.ALARM);
        alarms.evaluate();
        assertThat(alarm("high").state().value()).isEqualTo(AlarmState.OK);
        assertThat(alarms.setState("none", AlarmState.OK, "", null)).isFalse();
    }

    @Test
    void deletesAllOrNone() {
        alarms.put(definition("a", "Sum", MissingData.MISSING));
        alarms.put(definition("b", "Sum", MissingData.MISSING));

        assertThat(alarms.delete(List.of("a", "x"))).containsExactly("x");
        assertThat(alarms.list()).hasSize(2);
        assertThat(alarms.delete(List.of("a", "b"))).isEmpty();
        assertThat(alarms.list()).isEmpty();
        assertThat(alarms.history("a").getFirst().summary()).isEqualTo("Alarm \"a\" deleted");
        close();
        open();
        assertThat(alarms.list()).isEmpty();
    }

    @Test
    void switchesActions() {
        alarms.put(definition("a", "Sum", MissingData.MISSING));
        alarms.enableActions(List.of("a", "unknown"), false);

        assertThat(alarm("a").definition().actions().enabled()).isFalse();
        assertThat(alarm("a").definition().actions().alarm()).hasSize(1);
    }

    @Test
    void keepsTheStateWhileAPercentileHasTooFewValues() {
        alarms.put(definition("p99", "p99", MissingData.MISSING));
        for (int i = 0; i < 999; i++) {
            record(500);
        }
        clock.advance(MINUTE);
        alarms.evaluate();
        assertThat(alarm("p99").state().value()).isEqualTo(AlarmState.INSUFFICIENT_DATA);
        metrics.record(THROTTLES, clock.instant().minus(MINUTE), 500, "Count");
        alarms.evaluate();
        assertThat(alarm("p99").state().value()).isEqualTo(AlarmState.ALARM);
    }

    @Test
    void boundsItsHistory() {
        alarms.put(definition("a", "Sum", MissingData.MISSING));
        for (int i = 0; i < AlarmRecords.HISTORY_EACH + 20; i++) {
            clock.advance(Duration.ofMillis(1));
            alarms.setState("a", i % 2 == 0 ? AlarmState.OK : AlarmState.ALARM, "turn " + i, null);
        }

        assertThat(alarms.history("a")).hasSize(AlarmRecords.HISTORY_EACH);
        assertThat(alarms.history("a").getFirst().data()).contains("turn " + (AlarmRecords.HISTORY_EACH + 19));
        assertThat(alarms.history(null)).isEqualTo(alarms.history("a"));
    }

    @Test
    void refusesWhatNoAlarmCanBe() {
        AlarmDefinition good = definition("a", "Sum", MissingData.MISSING);
        assertThatThrownBy(() -> new Statistic("p101")).hasMessageContaining("statistic: p101");
        assertThatThrownBy(() -> new Rule(2, 3, 1, Comparison.LESS_THAN, MissingData.MISSING, false))
                .hasMessage("datapointsToAlarm: 3 (expected: 1 to 2)");
        assertThatThrownBy(() -> new Watched(THROTTLES, new Statistic("Sum"), Duration.ofSeconds(30), null))
                .hasMessageContaining("period: PT30S");
        assertThatThrownBy(() -> new AlarmDefinition("", null, good.watched(), good.rule(), good.actions()))
                .hasMessageContaining("name");
        var day = new Watched(THROTTLES, new Statistic("Sum"), Duration.ofDays(1), null);
        var long8 = new Rule(8, null, 1, Comparison.LESS_THAN, MissingData.MISSING, false);
        assertThatThrownBy(() -> new AlarmDefinition("a", null, day, long8, good.actions()))
                .hasMessageContaining("period x evaluationPeriods: 691200 s");
    }
}
