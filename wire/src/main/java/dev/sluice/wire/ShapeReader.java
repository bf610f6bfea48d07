/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a type of a trimmed model: one line, and the lines of its members. The build writes them, so they are trusted. */
final class ShapeReader {
    private ShapeReader() {}

    static Shape read(String text) {
        String[] lines = text.split("\n", -1);
        String[] f = lines[0].split("\t", -1);
        return switch (f[0]) {
            case "structure" -> new Shape.Aggregate(f[1], Integer.parseInt(f[2]), members(lines));
            case "list" -> new Shape.Sequence(number(f[1]), f[2], flag(f[3]), bounds(f, 4));
            case "map" -> new Shape.Dictionary(number(f[1]), number(f[2]), f[3], f[4], flag(f[5]), bounds(f, 6));
            default -> new Shape.Scalar(kind(f[0]), bounds(f, 1), text(f));
        };
    }

    private static List<Shape.Member> members(String[] lines) {
        List<Shape.Member> members = new ArrayList<>(lines.length - 1);
        for (int i = 1; i < lines.length; i++) {
            String[] f = lines[i].split("\t", -1);
            members.add(new Shape.Member(f[1], f[2], location(f[3]), flag(f[4]), number(f[5])));
        }
        return List.copyOf(members);
    }

    /** A type's number; a dash is {@link OperationModel#NONE}. */
    static int number(String field) {
        return field.equals("-") ? OperationModel.NONE : Integer.parseInt(field);
    }

    private static boolean flag(String field) {
        return field.equals("true");
    }

    private static Shape.Bounds bounds(String[] f, int at) {
        if (f[at].equals("-") && f[at + 1].equals("-")) {
            return Shape.Bounds.NONE;
        }
        return new Shape.Bounds(bound(f[at]), bound(f[at + 1]));
    }

    private static @Nullable Long bound(String field) {
        return field.equals("-") ? null : Long.valueOf(field);
    }

    private static Shape.Text text(String[] f) {
        if (f.length < 5) {
            return Shape.Text.ANY;
        }
        Shape.Pattern pattern = f[4].equals("-") ? null : new Shape.Pattern(f[4]);
        return new Shape.Text(flag(f[3]), pattern, List.of(f).subList(5, f.length));
    }

    private static Shape.Kind kind(String field) {
        return switch (field) {
            case "string" -> Shape.Kind.STRING;
            case "integer" -> Shape.Kind.INTEGER;
            case "long" -> Shape.Kind.LONG;
            case "float" -> Shape.Kind.FLOAT;
            case "double" -> Shape.Kind.DOUBLE;
            case "boolean" -> Shape.Kind.BOOLEAN;
            case "timestamp" -> Shape.Kind.TIMESTAMP;
            case "blob" -> Shape.Kind.BLOB;
            default -> throw new IllegalStateException("a trimmed model with a line of unknown kind: " + field);
        };
    }

    private static Shape.Location location(String field) {
        return switch (field) {
            case "body" -> Shape.Location.BODY;
            case "payload" -> Shape.Location.PAYLOAD;
            case "uri" -> Shape.Location.URI;
            case "querystring" -> Shape.Location.QUERYSTRING;
            case "header" -> Shape.Location.HEADER;
            case "headers" -> Shape.Location.HEADERS;
            case "statusCode" -> Shape.Location.STATUS_CODE;
            default -> throw new IllegalStateException("a trimmed model with an unknown location: " + field);
        };
    }
}
