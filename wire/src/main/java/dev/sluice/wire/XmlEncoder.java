/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.List;
import java.util.Map;

/** Writes structures as the XML of the query protocol; absent members are left out. Not thread-safe. */
final class XmlEncoder {
    private final StringBuilder out = new StringBuilder(512);

    /** Opens an element; the namespace may be empty. */
    XmlEncoder open(String name, String namespace) {
        out.append('<').append(name);
        if (!namespace.isEmpty()) {
            out.append(" xmlns=\"").append(namespace).append('"');
        }
        out.append('>');
        return this;
    }

    XmlEncoder open(String name) {
        return open(name, "");
    }

    XmlEncoder close(String name) {
        out.append("</").append(name).append('>');
        return this;
    }

    XmlEncoder element(String name, String text) {
        open(name);
        escape(text);
        return close(name);
    }

    /** The members of a structure, without an element around them. */
    XmlEncoder members(ServiceModel model, Shape.Aggregate shape, Structure structure) {
        List<Shape.Member> members = shape.members();
        for (int i = 0; i < members.size(); i++) {
            Object value = structure.member(i);
            if (value != null) {
                value(
                        model,
                        members.get(i).wireName(),
                        model.shape(members.get(i).type()),
                        value);
            }
        }
        return this;
    }

    private void value(ServiceModel model, String name, Shape shape, Object value) {
        switch (shape) {
            case Shape.Scalar unused -> element(name, ScalarText.format(value));
            case Shape.Aggregate aggregate ->
                open(name).members(model, aggregate, (Structure) value).close(name);
            case Shape.Sequence sequence -> list(model, name, sequence, (List<?>) value);
            case Shape.Dictionary dictionary -> map(model, name, dictionary, (Map<?, ?>) value);
        }
    }

    private void list(ServiceModel model, String name, Shape.Sequence shape, List<?> values) {
        Shape element = model.shape(shape.element());
        if (shape.flattened()) {
            values.forEach(value -> value(model, name, element, value));
        } else {
            open(name);
            values.forEach(value -> value(model, shape.wireName(), element, value));
            close(name);
        }
    }

    private void map(ServiceModel model, String name, Shape.Dictionary shape, Map<?, ?> values) {
        String entry = shape.flattened() ? name : "entry";
        if (!shape.flattened()) {
            open(name);
        }
        values.forEach((key, value) -> {
            open(entry).element(shape.keyName(), key.toString());
            value(model, shape.valueName(), model.shape(shape.value()), value);
            close(entry);
        });
        if (!shape.flattened()) {
            close(name);
        }
    }

    /** Escapes; a character that XML 1.0 can't carry becomes U+FFFD. */
    private void escape(String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\r' -> out.append("&#xD;");
                case '\t', '\n' -> out.append((char) c);
                default ->
                    out.appendCodePoint(
                            c < 0x20 || c >= 0xD800 && c <= 0xDFFF || c == 0xFFFE || c == 0xFFFF ? 0xFFFD : c);
            }
        });
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
