/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.metrics.AlarmDefinition.Actions;
import dev.sluice.metrics.AlarmDefinition.Comparison;
import dev.sluice.metrics.AlarmDefinition.MissingData;
import dev.sluice.metrics.AlarmDefinition.Rule;
import dev.sluice.metrics.AlarmDefinition.Watched;
import dev.sluice.metrics.AlarmEvaluation.Outcome;
import dev.sluice.metrics.AlarmEvaluation.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The wordings that CloudWatch was seen to use. */
final class StateReasonTest {
    private static final Instant FIRST = Instant.parse("2026-03-03T01:35:00Z");

    private static Rule rule(int periods, @Nullable Integer toAlarm, MissingData missingData) {
        return new Rule(periods, toAlarm, 3, Comparison.GREATER_THAN_OR_EQUAL, missingData, false);
    }

    private static Point point(int age, double value) {
        return new Point(age, FIRST.minusSeconds(60L * age), value, 6);
    }

    private static String sentence(Rule rule, Point... newestFirst) {
        Outcome outcome = AlarmEvaluation.evaluate(rule, List.of(newestFirst));
        return StateReason.sentence(rule, (Outcome.Decided) outcome);
    }

    @Test
    void namesTheDatapointsThatCrossed() {
        assertThat(sentence(rule(1, null, MissingData.MISSING), point(0, 6)))
                .isEqualTo("Threshold Crossed: 1 datapoint [6.0 (03/03/26 01:35:00)] was greater than or equal to the"
                        + " threshold (3.0).");
        assertThat(sentence(rule(2, null, MissingData.MISSING), point(0, 6), point(1, 4.5)))
                .isEqualTo("Threshold Crossed: 2 datapoints [6.0 (03/03/26 01:35:00), 4.5 (03/03/26 01:34:00)] were"
                        + " greater than or equal to the threshold (3.0).");
        assertThat(sentence(rule(1, null, MissingData.MISSING), point(0, 0)))
                .isEqualTo("Threshold Crossed: 1 datapoint [0.0 (03/03/26 01:35:00)] was not greater than or equal to"
                        + " the threshold (3.0).");
    }

    @Test
    void namesTheNumberNeededWhereItWasGiven() {
        assertThat(sentence(rule(1, 1, MissingData.MISSING), point(0, 6)))
                .isEqualTo(
                        "Threshold Crossed: 1 out of the last 1 datapoints [6.0 (03/03/26 01:35:00)] was greater than"
                                + " or equal to the threshold (3.0) (minimum 1 datapoint for OK -> ALARM transition).");
        assertThat(sentence(rule(3, 2, MissingData.MISSING), point(0, 1), point(1, 6), point(2, 2)))
                .isEqualTo("Threshold Crossed: 2 out of the last 3 datapoints [1.0 (03/03/26 01:35:00), 2.0 (03/03/26"
                        + " 01:33:00)] were not greater than or equal to the threshold (3.0) (minimum 2 datapoints for"
                        + " ALARM -> OK transition).");
    }

    @Test
    void saysWhatMissingDatapointsWereTakenFor() {
        assertThat(sentence(rule(1, null, MissingData.NOT_BREACHING)))
                .isEqualTo("Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was"
                        + " treated as [NonBreaching].");
        assertThat(sentence(rule(3, null, MissingData.BREACHING), point(0, 6)))
                .isEqualTo("Threshold Crossed: 1 datapoint [6.0 (03/03/26 01:35:00)] was greater than or equal to the"
                        + " threshold (3.0) and 2 missing datapoints were treated as [Breaching].");
        assertThat(sentence(rule(3, null, MissingData.NOT_BREACHING), point(0, 6)))
                .isEqualTo("Threshold Crossed: 1 datapoint [6.0 (03/03/26 01:35:00)] was greater than or equal to the"
                        + " threshold (3.0) and 2 missing datapoints were treated as [NonBreaching].");
        assertThat(sentence(rule(1, null, MissingData.MISSING)))
                .isEqualTo("Insufficient Data: 1 datapoint was unknown.");
        assertThat(sentence(rule(3, null, MissingData.MISSING)))
                .isEqualTo("Insufficient Data: 3 datapoints were unknown.");
    }

    @Test
    void givesTheSameAsData() {
        Rule rule = rule(2, null, MissingData.MISSING);
        var watched = new Watched(MetricId.of("n", "m"), new Statistic("Sum"), Duration.ofMinutes(1), "Count");
        var definition = new AlarmDefinition("a", null, watched, rule, Actions.NONE);
        var decided = (Outcome.Decided) AlarmEvaluation.evaluate(rule, List.of(point(0, 6), point(1, 4.5)));

        assertThat(StateReason.data(definition, FIRST.plusMillis(61_812), FIRST, decided))
                .isEqualTo("{\"version\":\"1.0\",\"queryDate\":\"2026-03-03T01:36:01.812+0000\","
                        + "\"startDate\":\"2026-03-03T01:34:00.000+0000\",\"unit\":\"Count\",\"statistic\":\"Sum\","
                        + "\"period\":60,\"recentDatapoints\":[4.5,6.0],\"threshold\":3.0,\"evaluatedDatapoints\":["
                        + "{\"timestamp\":\"2026-03-03T01:35:00.000+0000\",\"sampleCount\":6.0,\"value\":6.0},"
                        + "{\"timestamp\":\"2026-03-03T01:34:00.000+0000\",\"sampleCount\":6.0,\"value\":4.5}]}");
        var nothing = (Outcome.Decided) AlarmEvaluation.evaluate(rule, List.of());
        assertThat(StateReason.data(definition, FIRST.plusMillis(61_812), FIRST, nothing))
                .contains("\"recentDatapoints\":[]")
                .contains("\"evaluatedDatapoints\":[{\"timestamp\":\"2026-03-03T01:35:00.000+0000\"}]")
                .doesNotContain("startDate");
    }
}
