/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Models and overlay against the models of the installed botocore, which are newer than the jar of models. */
class BotocoreModelTest {
    /** Lambda: the jar has old URIs with a slash at the end and another label name, which route the same. */
    private static final Map<String, String> OLD_URIS = Map.of("{ARN}", "{Resource}");

    /** Where botocore gives a newer status: an empty 204 became a 200 with a status member. */
    private static final List<String> OTHER_STATUS = List.of("DeleteFunction");

    private static final List<String[]> LINES = Program.python("/dev/sluice/wire/operations.py")
            .lines()
            .map(line -> line.split("\t", -1))
            .toList();

    private static List<String[]> lines(String kind, String service) {
        return LINES.stream()
                .filter(line -> line[0].equals(kind) && line[1].equals(service))
                .toList();
    }

    @Test
    void hasAllOperationsOfApiGatewayAsBotocoreHasThem() {
        List<String> differences = new ArrayList<>();
        for (String[] line : lines("operation", "apigateway")) {
            String expected = line[3] + " " + line[4] + " " + line[5];
            String actual = Wire.model("apigateway")
                    .operation(line[2])
                    .map(operation -> operation.method() + " " + operation.uri() + " " + operation.status())
                    .orElse("missing");
            if (!actual.equals(expected)) {
                differences.add(line[2] + ": " + actual + " (expected: " + expected + ")");
            }
        }
        assertThat(lines("operation", "apigateway")).hasSize(124);
        assertThat(differences).isEmpty();
    }

    @Test
    void routesTheOperationsItHasAsBotocoreSendsThem() {
        List<String> differences = new ArrayList<>();
        for (ServiceModel model : Wire.models()) {
            for (String[] line : lines("operation", model.name())) {
                Optional<OperationModel> ours = model.operation(line[2]);
                if (ours.isPresent()) {
                    String expected = line[3] + " " + line[4];
                    String actual =
                            ours.get().method() + " " + normalized(ours.get().uri());
                    boolean status = ours.get().status() == Integer.parseInt(line[5]) || OTHER_STATUS.contains(line[2]);
                    if (!actual.equals(expected) || !status) {
                        differences.add(model.name() + "." + line[2] + ": " + actual + " "
                                + ours.get().status());
                    }
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static String normalized(String uri) {
        String result = uri.length() > 1 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        for (Map.Entry<String, String> old : OLD_URIS.entrySet()) {
            result = result.replace(old.getKey(), old.getValue());
        }
        return result;
    }

    @Test
    void putsMembersWhereBotocorePutsThem() {
        List<String> differences = new ArrayList<>();
        for (ServiceModel model : Wire.models()) {
            for (String side : List.of("input", "output")) {
                for (String[] line : lines(side, model.name())) {
                    model.operation(line[2])
                            .map(operation -> side.equals("input") ? operation.input() : operation.output())
                            .filter(type -> type != OperationModel.NONE)
                            .flatMap(type -> member(model.aggregate(type), line[3]))
                            .filter(member -> !same(member, line))
                            .ifPresent(member -> differences.add(String.join(" ", line) + " but " + member));
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static Optional<Shape.Member> member(Shape.Aggregate shape, String name) {
        return shape.members().stream()
                .filter(member -> member.name().equals(name))
                .findFirst();
    }

    private static boolean same(Shape.Member member, String[] line) {
        String location = member.location().name().replace("_", "").toLowerCase(Locale.ROOT);
        boolean place = location.equals(line[5].toLowerCase(Locale.ROOT));
        boolean oldLabel = OLD_URIS.containsKey("{" + member.wireName() + "}");
        return place && (member.wireName().equals(line[4]) || oldLabel);
    }

    @Test
    void hasAllMembersOfApiGatewayButThoseOfDomainNames() {
        List<String> missing = new ArrayList<>();
        for (String side : List.of("input", "output")) {
            for (String[] line : lines(side, "apigateway")) {
                ServiceModel model = Wire.model("apigateway");
                OperationModel operation = model.operation(line[2]).orElseThrow();
                int type = side.equals("input") ? operation.input() : operation.output();
                if (member(model.aggregate(type), line[3]).isEmpty()
                        && !line[2].contains("DomainName")
                        && !line[2].contains("BasePathMapping")) {
                    missing.add(line[2] + "." + line[3]);
                }
            }
        }
        assertThat(missing).isEmpty();
    }
}
