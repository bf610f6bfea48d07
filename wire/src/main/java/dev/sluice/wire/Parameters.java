/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Names and values of a query string or form, decoded, in order, with all repetitions. */
record Parameters(List<Parameter> all) {
    /** More than CloudWatch's largest request has, few enough to be cheap. */
    private static final int MAX_PARAMETERS = 100_000;

    /** A name and its value, which is empty when it has none. */
    record Parameter(String name, String value) {}

    Parameters {
        all = List.copyOf(all);
    }

    /** Reads a query string; a plus sign stands for itself. */
    static Parameters ofQuery(@Nullable String rawQuery) {
        return parse(rawQuery == null ? "" : rawQuery, PercentCoding::decode);
    }

    /** Reads a form; a plus sign is a space. */
    static Parameters ofForm(String form) {
        return parse(form, PercentCoding::decodeForm);
    }

    private static Parameters parse(String text, UnaryOperator<String> decode) {
        List<Parameter> all = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('&', start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                int equals = text.indexOf('=', start);
                boolean bare = equals < 0 || equals >= end;
                String name = text.substring(start, bare ? end : equals);
                String value = bare ? "" : text.substring(equals + 1, end);
                all.add(new Parameter(decode.apply(name), decode.apply(value)));
                if (all.size() > MAX_PARAMETERS) {
                    throw CommonErrors.SERIALIZATION.with(
                            "The request has more than " + MAX_PARAMETERS + " parameters.");
                }
            }
            start = end + 1;
        }
        return new Parameters(all);
    }

    /** The first value of that name. */
    Optional<String> first(String name) {
        return all.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .findFirst();
    }

    List<String> values(String name) {
        return all.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .toList();
    }
}
