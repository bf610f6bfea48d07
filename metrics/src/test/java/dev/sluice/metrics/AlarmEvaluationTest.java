/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.metrics.AlarmDefinition.Comparison;
import dev.sluice.metrics.AlarmDefinition.MissingData;
import dev.sluice.metrics.AlarmDefinition.Rule;
import dev.sluice.metrics.AlarmEvaluation.Outcome;
import dev.sluice.metrics.AlarmEvaluation.Point;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rows of the tables of the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data", and of its section "Avoiding
 * premature transitions to alarm state". 0 is a datapoint that does not breach, X one that does, - a missing one; the oldest comes first.
 */
final class AlarmEvaluationTest {
    private static final Instant END = Instant.parse("2026-11-22T12:00:00Z");

    private static Rule rule(int periods, @Nullable Integer toAlarm, MissingData missingData) {
        return new Rule(periods, toAlarm, 5, Comparison.GREATER_THAN, missingData, false);
    }

    private static List<Point> points(String text) {
        List<Point> points = new ArrayList<>();
        String[] marks = text.split(" ");
        for (int age = 0; age < marks.length; age++) {
            String mark = marks[marks.length - 1 - age];
            if (!mark.equals("-")) {
                points.add(new Point(age, END.minusSeconds(60L * (age + 1)), mark.equals("X") ? 9 : 1, 1));
            }
        }
        return points;
    }

    private static String state(Rule rule, String points) {
        return switch (AlarmEvaluation.evaluate(rule, points(points))) {
            case Outcome.Decided decided -> decided.state().name();
            case Outcome.Unchanged() -> "RETAIN";
        };
    }

    private static void assertRow(int m, int n, String points, String[] expected) {
        assertThat(points.split(" ")).hasSize(AlarmEvaluation.range(rule(n, m, MissingData.MISSING)));
        MissingData[] treatments = {
            MissingData.MISSING, MissingData.IGNORE, MissingData.BREACHING, MissingData.NOT_BREACHING
        };
        for (int i = 0; i < treatments.length; i++) {
            assertThat(state(rule(n, m, treatments[i]), points))
                    .as("%s %s, %d of %d", points, treatments[i], m, n)
                    .isEqualTo(expected[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0 - X - X, OK,                OK,     OK,    OK",
        "- - - - 0, OK,                OK,     OK,    OK",
        "0 - - - -, OK,                OK,     OK,    OK",
        "- - - - -, INSUFFICIENT_DATA, RETAIN, ALARM, OK",
        "0 X X - X, ALARM,             ALARM,  ALARM, ALARM",
        "- - X - -, ALARM,             RETAIN, ALARM, OK",
        "X - - - -, ALARM,             RETAIN, ALARM, OK",
        "- - - - X, INSUFFICIENT_DATA, RETAIN, ALARM, OK",
        "- - - X -, INSUFFICIENT_DATA, RETAIN, ALARM, OK",
        "- - - X 0, OK,                OK,     OK,    OK",
        "- - X - 0, OK,                OK,     OK,    OK",
    })
    void followsTheGuideForThreeOutOfThree(
            String points, String missing, String ignore, String breaching, String notBreaching) {
        assertRow(3, 3, points, new String[] {missing, ignore, breaching, notBreaching});
    }

    @ParameterizedTest
    @CsvSource({
        "0 - X - X, ALARM,             ALARM,  ALARM, ALARM",
        "0 0 X 0 X, ALARM,             ALARM,  ALARM, ALARM",
        "0 - X - -, OK,                OK,     ALARM, OK",
        "- - - - 0, OK,                OK,     ALARM, OK",
        "- - - X -, ALARM,             RETAIN, ALARM, OK",
        "- - - - X, INSUFFICIENT_DATA, RETAIN, ALARM, OK",
    })
    void followsTheGuideForTwoOutOfThree(
            String points, String missing, String ignore, String breaching, String notBreaching) {
        assertRow(2, 3, points, new String[] {missing, ignore, breaching, notBreaching});
    }

    @ParameterizedTest
    @CsvSource({
        "- - X, ALARM,             ALARM,  ALARM, ALARM",
        "- X -, ALARM,             ALARM,  ALARM, ALARM",
        "X - 0, OK,                OK,     OK,    OK",
        "- - -, INSUFFICIENT_DATA, RETAIN, ALARM, OK",
    })
    void evaluatesTheNewestDatapointOfOneOutOfOne(
            String points, String missing, String ignore, String breaching, String notBreaching) {
        assertRow(1, 1, points, new String[] {missing, ignore, breaching, notBreaching});
    }

    @Test
    void needsAllPeriodsWhereNoNumberIsGiven() {
        assertThat(state(rule(3, null, MissingData.MISSING), "X X 0 X X")).isEqualTo("OK");
        assertThat(state(rule(3, null, MissingData.MISSING), "0 0 X X X")).isEqualTo("ALARM");
    }

    @ParameterizedTest
    @CsvSource({
        "GREATER_THAN, 5.1, 5",
        "GREATER_THAN_OR_EQUAL, 5, 4.9",
        "LESS_THAN, 4.9, 5",
        "LESS_THAN_OR_EQUAL, 5, 5.1"
    })
    void comparesAsItsNameSays(Comparison comparison, double breaching, double notBreaching) {
        assertThat(comparison.breaches(breaching, 5)).isTrue();
        assertThat(comparison.breaches(notBreaching, 5)).isFalse();
    }
}
