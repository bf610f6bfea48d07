/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.metrics.AlarmDefinition.MissingData;
import dev.sluice.metrics.AlarmDefinition.Rule;
import java.time.Instant;
import java.util.List;

/**
 * Decides an alarm's state from its latest periods, by the rules of the CloudWatch user guide, "Configuring how CloudWatch alarms treat
 * missing data". Pure.
 *
 * <p>The evaluation range is two periods longer than the rule's N, as in the guide's tables. The newest N existing datapoints of the range
 * are evaluated, so an older one steps in for a missing one; only when fewer than N exist, those that lack count as the rule says. Where
 * missing data stays missing (or is ignored), and all that exists breaches, the alarm goes off (or stays as it is) once the oldest is at
 * least M periods old, even if fewer than M exist ("Avoiding premature transitions to alarm state").
 */
final class AlarmEvaluation {
    private static final int EXTRA_PERIODS = 2;

    private AlarmEvaluation() {}

    static int range(Rule rule) {
        return rule.evaluationPeriods() + EXTRA_PERIODS;
    }

    /** @param points the existing datapoints of the evaluation range, newest first */
    static Outcome evaluate(Rule rule, List<Point> points) {
        List<Point> used = points.subList(0, Math.min(points.size(), rule.evaluationPeriods()));
        int missing = rule.evaluationPeriods() - used.size();
        long breaching = used.stream().filter(point -> breaches(rule, point)).count();
        int needed = rule.breachesNeeded();
        if (breaching >= needed) {
            return new Outcome.Decided(AlarmState.ALARM, used, 0);
        }
        if (missing == 0 || rule.missingData() == MissingData.NOT_BREACHING) {
            return new Outcome.Decided(AlarmState.OK, used, missing);
        }
        if (rule.missingData() == MissingData.BREACHING) {
            AlarmState state = breaching + missing >= needed ? AlarmState.ALARM : AlarmState.OK;
            return new Outcome.Decided(state, used, missing);
        }
        if (breaching < used.size()) {
            return new Outcome.Decided(AlarmState.OK, used, 0);
        }
        if (rule.missingData() == MissingData.IGNORE) {
            return new Outcome.Unchanged();
        }
        boolean oldEnough = !used.isEmpty() && used.getLast().age() + 1 >= needed;
        return new Outcome.Decided(oldEnough ? AlarmState.ALARM : AlarmState.INSUFFICIENT_DATA, used, 0);
    }

    static boolean breaches(Rule rule, Point point) {
        return rule.comparison().breaches(point.value(), rule.threshold());
    }

    /**
     * The value of one period.
     *
     * @param age 0 for the latest period of the range, 1 for the one before it
     */
    record Point(int age, Instant start, double value, double sampleCount) {}

    sealed interface Outcome {
        /**
         * @param used the datapoints it was decided by, newest first
         * @param filled how many more counted as breaching or not, as the rule says
         */
        record Decided(AlarmState state, List<Point> used, int filled) implements Outcome {}

        /** The state stays what it is. */
        record Unchanged() implements Outcome {}
    }
}
