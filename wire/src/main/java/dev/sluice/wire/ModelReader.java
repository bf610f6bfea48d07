/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a trimmed model: tab-separated lines, first the service, then its types, then its operations.
 *
 * <p>A type's number is its place among the types. The lines {@code member} after a {@code structure} are its members. The
 * texts of the types are only told apart here; {@link ShapeReader} reads one when it is first asked for.
 */
final class ModelReader {
    private ModelReader() {}

    static ServiceModel read(String text, StructureFactory factory) {
        List<String> shapes = new ArrayList<>();
        Map<String, OperationModel> operations = new LinkedHashMap<>();
        int start = text.indexOf('\n') + 1;
        ServiceTraits traits = traits(text.substring(0, start - 1).split("\t", -1));
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            while (text.startsWith("member\t", end + 1)) {
                end = text.indexOf('\n', end + 1);
            }
            if (text.startsWith("operation\t", start)) {
                OperationModel operation = operation(text.substring(start, end).split("\t", -1));
                operations.put(operation.name(), operation);
            } else {
                shapes.add(text.substring(start, end));
            }
            start = end + 1;
        }
        return new ServiceModel(traits, shapes, operations, factory);
    }

    private static ServiceTraits traits(String[] f) {
        return new ServiceTraits(
                f[1],
                f[2],
                List.of(f[3].split(",")),
                f[4],
                optional(f[5]),
                optional(f[6]),
                optional(f[7]),
                Boolean.parseBoolean(f[8]),
                Boolean.parseBoolean(f[9]));
    }

    private static String optional(String field) {
        return field.equals("-") ? "" : field;
    }

    private static OperationModel operation(String[] f) {
        int status = Integer.parseInt(f[4]);
        return new OperationModel(f[1], f[2], f[3], status, ShapeReader.number(f[5]), ShapeReader.number(f[6]));
    }
}
