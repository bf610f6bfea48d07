/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Checks an input against the constraints of its model and refuses it in the words of AWS's framework.
 *
 * <p>Which constraints there are is decided when the trimmed model is made: it has only those that the service checks before
 * its own code runs. Not thread-safe.
 */
final class ConstraintChecker {
    private static final int MAX_REPORTED = 100;
    private static final int MAX_VALUE_LENGTH = 2_000;

    private final ServiceModel model;
    private final List<String> failures = new ArrayList<>();

    private ConstraintChecker(ServiceModel model) {
        this.model = model;
    }

    /** Throws a ValidationException naming all that fails. */
    static void check(ServiceModel model, OperationModel operation, Structure input) {
        if (operation.input() == OperationModel.NONE) {
            return;
        }
        ConstraintChecker checker = new ConstraintChecker(model);
        String prefix = model.traits().inputPrefix() ? decapitalized(operation.name()) + "Input." : "";
        checker.members(model.aggregate(operation.input()), input, prefix);
        List<String> failures = checker.failures;
        if (!failures.isEmpty()) {
            throw CommonErrors.VALIDATION.with(failures.size() + " validation error" + (failures.size() == 1 ? "" : "s")
                    + " detected: " + String.join("; ", failures));
        }
    }

    private static String decapitalized(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private void members(Shape.Aggregate shape, Structure structure, String prefix) {
        List<Shape.Member> members = shape.members();
        for (int i = 0; i < members.size() && failures.size() < MAX_REPORTED; i++) {
            Shape.Member member = members.get(i);
            String inBody = member.location() == Shape.Location.BODY ? prefix : "";
            String path = inBody + decapitalized(member.name());
            Object value = structure.member(i);
            if (value != null) {
                value(model.shape(member.type()), value, path);
            } else if (member.required()) {
                failures.add("Value null at '" + path + "' failed to satisfy constraint: Member must not be null");
            }
        }
    }

    private void value(Shape shape, Object value, String path) {
        switch (shape) {
            case Shape.Scalar scalar ->
                scalarFailures(scalar, value).forEach(constraint -> fail(scalar, value, path, constraint));
            case Shape.Aggregate aggregate -> members(aggregate, (Structure) value, path + ".");
            case Shape.Sequence sequence -> list(sequence, (List<?>) value, path);
            case Shape.Dictionary dictionary -> map(dictionary, (Map<?, ?>) value, path);
        }
    }

    private void fail(Shape.Scalar shape, Object value, String path, String constraint) {
        String shown = shape.text().sensitive() ? "Value" : "Value '" + shown(value) + "'";
        failures.add(shown + " at '" + path + "' failed to satisfy constraint: " + constraint);
    }

    private static String shown(Object value) {
        String text = value instanceof byte[] bytes ? bytes.length + " bytes" : value.toString();
        return text.length() <= MAX_VALUE_LENGTH ? text : text.substring(0, MAX_VALUE_LENGTH) + "...";
    }

    private void list(Shape.Sequence shape, List<?> values, String path) {
        lengthFailures(shape.bounds(), values.size())
                .forEach(constraint -> failures.add(
                        "Value '" + shown(values) + "' at '" + path + "' failed to satisfy constraint: " + constraint));
        Shape element = model.shape(shape.element());
        if (element instanceof Shape.Scalar scalar) {
            elements(scalar, values, values, path, "Member must satisfy constraint: [");
            return;
        }
        for (int i = 0; i < values.size() && failures.size() < MAX_REPORTED; i++) {
            value(element, values.get(i), path + "." + (i + 1) + ".member");
        }
    }

    private void map(Shape.Dictionary shape, Map<?, ?> values, String path) {
        lengthFailures(shape.bounds(), values.size())
                .forEach(constraint -> failures.add(
                        "Value '" + shown(values) + "' at '" + path + "' failed to satisfy constraint: " + constraint));
        if (model.shape(shape.key()) instanceof Shape.Scalar keys) {
            elements(keys, List.copyOf(values.keySet()), values, path, "Map keys must satisfy constraint: [");
        }
        Shape element = model.shape(shape.value());
        if (element instanceof Shape.Scalar scalar) {
            elements(scalar, List.copyOf(values.values()), values, path, "Map value must satisfy constraint: [");
            return;
        }
        values.forEach((key, value) -> value(element, value, path + "." + key + ".member"));
    }

    /** Of scalars in a list or map one failure is told, at the whole, with all that is asked of each. */
    private void elements(Shape.Scalar shape, List<?> elements, Object whole, String path, String words) {
        boolean failed = elements.stream()
                .anyMatch(element -> !scalarFailures(shape, element).isEmpty());
        if (failed) {
            fail(shape, whole, path, words + String.join(", ", allConstraints(shape)) + "]");
        }
    }

    private static List<String> scalarFailures(Shape.Scalar shape, Object value) {
        return switch (value) {
            case String text -> textFailures(shape, text);
            case byte[] bytes -> lengthFailures(shape.bounds(), bytes.length);
            case Integer number -> rangeFailures(shape.bounds(), number);
            case Long number -> rangeFailures(shape.bounds(), number);
            case Double number -> rangeFailures(shape.bounds(), number);
            case Float number -> rangeFailures(shape.bounds(), number);
            default -> List.of();
        };
    }

    private static List<String> textFailures(Shape.Scalar shape, String text) {
        List<String> failures = new ArrayList<>(lengthFailures(shape.bounds(), text.codePointCount(0, text.length())));
        Shape.Pattern pattern = shape.text().pattern();
        // A text over the longest length is refused already; matching it could only take long.
        boolean tooLong =
                shape.bounds().max() != null && text.length() > shape.bounds().max();
        if (pattern != null && !tooLong && !pattern.matches(text)) {
            failures.add(mustMatch(pattern));
        }
        if (!shape.text().values().isEmpty() && !shape.text().values().contains(text)) {
            failures.add(mustBeOneOf(shape.text().values()));
        }
        return failures;
    }

    private static List<String> lengthFailures(Shape.Bounds bounds, long length) {
        List<String> failures = new ArrayList<>();
        if (bounds.max() != null && length > bounds.max()) {
            failures.add("Member must have length less than or equal to " + bounds.max());
        }
        if (bounds.min() != null && length < bounds.min()) {
            failures.add("Member must have length greater than or equal to " + bounds.min());
        }
        return failures;
    }

    private static List<String> rangeFailures(Shape.Bounds bounds, double value) {
        List<String> failures = new ArrayList<>();
        if (bounds.max() != null && value > bounds.max()) {
            failures.add("Member must have value less than or equal to " + bounds.max());
        }
        if (bounds.min() != null && value < bounds.min()) {
            failures.add("Member must have value greater than or equal to " + bounds.min());
        }
        return failures;
    }

    private static List<String> allConstraints(Shape.Scalar shape) {
        List<String> all = new ArrayList<>();
        all.addAll(lengthFailures(new Shape.Bounds(null, shape.bounds().max()), Long.MAX_VALUE));
        all.addAll(lengthFailures(new Shape.Bounds(shape.bounds().min(), null), -1));
        Shape.Pattern pattern = shape.text().pattern();
        if (pattern != null) {
            all.add(mustMatch(pattern));
        }
        if (!shape.text().values().isEmpty()) {
            all.add(mustBeOneOf(shape.text().values()));
        }
        return all;
    }

    private static String mustMatch(Shape.Pattern pattern) {
        return "Member must satisfy regular expression pattern: " + pattern.expression();
    }

    private static String mustBeOneOf(List<String> values) {
        return values.stream().collect(Collectors.joining(", ", "Member must satisfy enum value set: [", "]"));
    }
}
