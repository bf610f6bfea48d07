/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.metrics;

import dev.sluice.metrics.AlarmDefinition.MissingData;
import dev.sluice.metrics.AlarmDefinition.Rule;
import dev.sluice.metrics.AlarmEvaluation.Outcome;
import dev.sluice.metrics.AlarmEvaluation.Point;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Words a change of state as CloudWatch does: a sentence for people and JSON for programs. Pure. */
final class StateReason {
    private static final DateTimeFormatter IN_SENTENCE = format("dd/MM/yy HH:mm:ss");
    private static final DateTimeFormatter IN_DATA = format("yyyy-MM-dd'T'HH:mm:ss.SSSZ");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private StateReason() {}

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    static String sentence(Rule rule, Outcome.Decided decided) {
        if (decided.state() == AlarmState.INSUFFICIENT_DATA) {
            int unknown = rule.evaluationPeriods() - decided.used().size();
            return "Insufficient Data: " + counted(unknown, "datapoint") + " " + were(unknown) + " unknown.";
        }
        var sentence = new StringBuilder("Threshold Crossed: ");
        if (decided.used().isEmpty()) {
            sentence.append("no datapoints were received for ").append(counted(rule.evaluationPeriods(), "period"));
        } else {
            sentence.append(compared(rule, decided));
        }
        if (decided.filled() > 0) {
            sentence.append(" and ")
                    .append(counted(decided.filled(), "missing datapoint"))
                    .append(" ")
                    .append(were(decided.filled()))
                    .append(" treated as ")
                    .append(rule.missingData() == MissingData.BREACHING ? "[Breaching]" : "[NonBreaching]");
        }
        if (rule.datapointsToAlarm() != null && !decided.used().isEmpty()) {
            boolean toAlarm = decided.state() == AlarmState.ALARM;
            int least = toAlarm ? rule.breachesNeeded() : rule.evaluationPeriods() - rule.breachesNeeded() + 1;
            sentence.append(" (minimum ")
                    .append(counted(least, "datapoint"))
                    .append(toAlarm ? " for OK -> ALARM transition)" : " for ALARM -> OK transition)");
        }
        return sentence.append(".").toString();
    }

    /** The datapoints that speak for the new state. */
    private static String compared(Rule rule, Outcome.Decided decided) {
        boolean toAlarm = decided.state() == AlarmState.ALARM;
        List<Point> telling = decided.used().stream()
                .filter(point -> AlarmEvaluation.breaches(rule, point) == toAlarm)
                .toList();
        boolean either = telling.isEmpty();
        List<Point> named = either ? decided.used() : telling;
        int count = named.size();
        String points = named.stream()
                .map(point -> point.value() + " (" + IN_SENTENCE.format(point.start()) + ")")
                .collect(Collectors.joining(", ", "[", "]"));
        String which = rule.datapointsToAlarm() == null
                ? counted(count, "datapoint")
                : count + " out of the last " + rule.evaluationPeriods() + " datapoints";
        boolean breaching = toAlarm != either;
        return "%s %s %s %s%s the threshold (%s)"
                .formatted(
                        which,
                        points,
                        were(count),
                        breaching ? "" : "not ",
                        rule.comparison().words(),
                        rule.threshold());
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String were(int count) {
        return count == 1 ? "was" : "were";
    }

    /** @param latest start of the latest period of the evaluation range */
    static String data(AlarmDefinition definition, Instant at, Instant latest, Outcome.Decided decided) {
        var watched = definition.watched();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("version", "1.0");
        data.put("queryDate", IN_DATA.format(at));
        if (!decided.used().isEmpty()) {
            data.put("startDate", IN_DATA.format(decided.used().getLast().start()));
        }
        if (watched.unit() != null) {
            data.put("unit", watched.unit());
        }
        data.put("statistic", watched.statistic().name());
        data.put("period", watched.period().toSeconds());
        data.put(
                "recentDatapoints",
                decided.used().reversed().stream().map(Point::value).toList());
        data.put("threshold", definition.rule().threshold());
        data.put("evaluatedDatapoints", evaluated(latest, decided.used()));
        return JSON.writeValueAsString(data);
    }

    private static List<Map<String, Object>> evaluated(Instant latest, List<Point> used) {
        if (used.isEmpty()) {
            return List.of(Map.of("timestamp", IN_DATA.format(latest)));
        }
        List<Map<String, Object>> evaluated = new ArrayList<>();
        for (Point point : used) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("timestamp", IN_DATA.format(point.start()));
            one.put("sampleCount", point.sampleCount());
            one.put("value", point.value());
            evaluated.add(one);
        }
        return evaluated;
    }
}
