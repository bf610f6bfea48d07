/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An alarm on one metric, with the members of CloudWatch's PutMetricAlarm. Actions are kept, not carried out. */
public record AlarmDefinition(String name, @Nullable String description, Watched watched, Rule rule, Actions actions) {
    public AlarmDefinition {
        if (name.isEmpty() || name.length() > 255 || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: 1 to 255 characters, no control characters)");
        }
        long seconds = watched.period().toSeconds() * rule.evaluationPeriods();
        if (seconds > Rule.MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "period x evaluationPeriods: " + seconds + " s (expected: at most " + Rule.MAX_SECONDS + " s)");
        }
    }

    /**
     * The number that is compared.
     *
     * @param period a multiple of one minute
     * @param unit null for the values of every unit together
     */
    public record Watched(
            MetricId metric,
            Statistic statistic,
            Duration period,
            @Nullable String unit) {
        public Watched {
            if (period.toMinutes() < 1 || !period.equals(Duration.ofMinutes(period.toMinutes()))) {
                throw new IllegalArgumentException("period: " + period + " (expected: a multiple of one minute)");
            }
        }
    }

    /**
     * When the alarm goes off: {@code datapointsToAlarm} of the last {@code evaluationPeriods} breach the threshold.
     *
     * @param datapointsToAlarm null for all of them
     * @param ignoreLowSampleCounts keep the state while a percentile has too few values to mean much
     */
    public record Rule(
            int evaluationPeriods,
            @Nullable Integer datapointsToAlarm,
            double threshold,
            Comparison comparison,
            MissingData missingData,
            boolean ignoreLowSampleCounts) {
        /** CloudWatch's own bound: seven days. */
        static final long MAX_SECONDS = 604_800;

        public Rule {
            if (evaluationPeriods < 1) {
                throw new IllegalArgumentException(
                        "evaluationPeriods: " + evaluationPeriods + " (expected: 1 or more)");
            }
            if (datapointsToAlarm != null && (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods)) {
                throw new IllegalArgumentException(
                        "datapointsToAlarm: " + datapointsToAlarm + " (expected: 1 to " + evaluationPeriods + ")");
            }
            if (!Double.isFinite(threshold)) {
                throw new IllegalArgumentException("threshold: " + threshold + " (expected: a finite number)");
            }
        }

        int breachesNeeded() {
            return datapointsToAlarm == null ? evaluationPeriods : datapointsToAlarm;
        }
    }

    /** What CloudWatch would call on a change of state, as ARNs. */
    public record Actions(boolean enabled, List<String> ok, List<String> alarm, List<String> insufficientData) {
        public static final Actions NONE = new Actions(true, List.of(), List.of(), List.of());

        public Actions {
            ok = List.copyOf(ok);
            alarm = List.copyOf(alarm);
            insufficientData = List.copyOf(insufficientData);
        }

        Actions enabled(boolean nowEnabled) {
            return new Actions(nowEnabled, ok, alarm, insufficientData);
        }
    }

    /** How a value must stand to the threshold to breach it. */
    public enum Comparison {
        GREATER_THAN("GreaterThanThreshold", "greater than"),
        GREATER_THAN_OR_EQUAL("GreaterThanOrEqualToThreshold", "greater than or equal to"),
        LESS_THAN("LessThanThreshold", "less than"),
        LESS_THAN_OR_EQUAL("LessThanOrEqualToThreshold", "less than or equal to");

        private final String wireName;
        private final String words;

        Comparison(String wireName, String words) {
            this.wireName = wireName;
            this.words = words;
        }

        /** CloudWatch's name for it. */
        public String wireName() {
            return wireName;
        }

        String words() {
            return words;
        }

        boolean breaches(double value, double threshold) {
            return switch (this) {
                case GREATER_THAN -> value > threshold;
                case GREATER_THAN_OR_EQUAL -> value >= threshold;
                case LESS_THAN -> value < threshold;
                case LESS_THAN_OR_EQUAL -> value <= threshold;
            };
        }
    }

    /** What a period without values counts as. */
    public enum MissingData {
        MISSING("missing"),
        BREACHING("breaching"),
        NOT_BREACHING("notBreaching"),
        IGNORE("ignore");

        private final String wireName;

        MissingData(String wireName) {
            this.wireName = wireName;
        }

        /** CloudWatch's name for it. */
        public String wireName() {
            return wireName;
        }
    }
}
