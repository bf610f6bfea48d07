/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.Locale;

/** Sets one parameter of the upstream request from the client's request or from a literal. */
public record ParameterMapping(Place place, String name, Source source) {
    private static final String TARGET = "integration.request.";
    private static final String ORIGIN = "method.request.";

    /** Where the value goes, or comes from. */
    public enum Place {
        PATH,
        QUERYSTRING,
        HEADER
    }

    /** Where the value comes from; an absent parameter leaves the upstream's unset. */
    public sealed interface Source {
        record Literal(String value) implements Source {}

        /** The client's parameter, the first where it is repeated. */
        record Parameter(Place place, String name) implements Source {}
    }

    /**
     * @param target {@code integration.request.{path|querystring|header}.name}
     * @param source {@code method.request.{path|querystring|header}.name} or {@code 'literal'}
     * @throws IllegalArgumentException for any other form
     */
    public static ParameterMapping parse(String target, String source) {
        int dot = dotAfterPlace(target, TARGET);
        return new ParameterMapping(place(target, TARGET, dot), target.substring(dot + 1), source(source));
    }

    private static Source source(String text) {
        if (text.length() >= 2 && text.startsWith("'") && text.endsWith("'")) {
            return new Source.Literal(text.substring(1, text.length() - 1));
        }
        int dot = dotAfterPlace(text, ORIGIN);
        return new Source.Parameter(place(text, ORIGIN, dot), text.substring(dot + 1));
    }

    private static int dotAfterPlace(String text, String prefix) {
        int dot = text.startsWith(prefix) ? text.indexOf('.', prefix.length()) : -1;
        if (dot < 0 || dot == text.length() - 1) {
            throw invalid(text, prefix);
        }
        return dot;
    }

    private static Place place(String text, String prefix, int dot) {
        return switch (text.substring(prefix.length(), dot)) {
            case "path" -> Place.PATH;
            case "querystring" -> Place.QUERYSTRING;
            case "header" -> Place.HEADER;
            default -> throw invalid(text, prefix);
        };
    }

    private static IllegalArgumentException invalid(String text, String prefix) {
        return new IllegalArgumentException(String.format(
                Locale.ROOT,
                "parameter: %s (expected: %s{path|querystring|header}.NAME or a 'literal')",
                text,
                prefix));
    }
}
