/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** All that is written of one service: its operations, the records they need, its errors, and the lines of its trimmed model. */
record ServiceDefinition(
        ServiceEntry entry,
        List<OperationDefinition> operations,
        List<Structure> structures,
        List<ErrorDefinition> errors,
        List<String> trimmedModel,
        Map<String, String> javaTypes) {

    static ServiceDefinition of(ServiceEntry entry, ServiceModelSource source) {
        TypeTable types = new TypeTable(source);
        List<OperationDefinition> operations = source.operations()
                .valueStream()
                .map(ServiceDefinition::operation)
                .toList();
        // Inputs first: a structure that is part of an input and of an output is checked as an input.
        operations.forEach(operation -> number(types, operation.input(), true));
        List<String> operationLines = new ArrayList<>();
        for (OperationDefinition operation : operations) {
            operationLines.add(Line.of("operation", operation.name())
                    .add(operation.method(), operation.uri(), operation.status())
                    .add(number(types, operation.input(), true), number(types, operation.output(), false))
                    .text());
        }
        List<String> lines = new ArrayList<>();
        lines.add(serviceLine(entry, source));
        lines.addAll(types.lines());
        lines.addAll(operationLines);
        List<Structure> structures = List.copyOf(types.structures().values());
        return new ServiceDefinition(
                entry, operations, structures, errors(source), lines, JavaTypes.of(source, structures));
    }

    private static Object number(TypeTable types, @Nullable String structure, boolean input) {
        return structure == null ? "-" : types.structure(structure, input);
    }

    private static OperationDefinition operation(JsonNode node) {
        JsonNode http = node.get("http");
        return new OperationDefinition(
                node.get("name").asString(),
                http.get("method").asString(),
                http.get("requestUri").asString(),
                http.path("responseCode").asInt(200),
                node.has("input") ? node.at("/input/shape").asString() : null,
                node.has("output") ? node.at("/output/shape").asString() : null);
    }

    private static String serviceLine(ServiceEntry entry, ServiceModelSource source) {
        JsonNode metadata = source.metadata();
        List<String> protocols = metadata.has("protocols")
                ? metadata.get("protocols")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList()
                : List.of(metadata.get("protocol").asString());
        return Line.of("service", entry.name())
                .add(entry.signingName(), String.join(",", protocols))
                .add(metadata.get("apiVersion").asString())
                .add(metadata.path("targetPrefix").asString("-"))
                .add(metadata.path("jsonVersion").asString("-"))
                .add(metadata.path("xmlNamespace").asString("-"))
                .add(metadata.has("awsQueryCompatible"))
                .add(source.checks().path("inputPrefix").asBoolean(false))
                .text();
    }

    private static List<ErrorDefinition> errors(ServiceModelSource source) {
        List<ErrorDefinition> errors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : source.shapes().properties()) {
            JsonNode shape = entry.getValue();
            if (shape.path("exception").asBoolean(false)) {
                errors.add(error(entry.getKey(), shape));
            }
        }
        return errors;
    }

    private static ErrorDefinition error(String name, JsonNode shape) {
        int status = shape.at("/error/httpStatusCode").asInt(shape.path("fault").asBoolean(false) ? 500 : 400);
        return new ErrorDefinition(
                name,
                shape.at("/error/code").asString(name),
                status,
                status < 500,
                shape.path("members").has("Message") ? "Message" : "message",
                shape.path("members").has("Type"));
    }
}
