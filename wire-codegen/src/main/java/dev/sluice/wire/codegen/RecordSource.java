/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the Java source of a structure: a record with its builder. */
final class RecordSource {
    private final String packageName;
    private final Structure structure;
    private final Map<String, String> types;

    RecordSource(String packageName, Structure structure, Map<String, String> types) {
        this.packageName = packageName;
        this.structure = structure;
        this.types = types;
    }

    String text() {
        List<String> out = new ArrayList<>();
        String name = structure.name();
        out.add("package " + packageName + ";\n");
        out.add("import dev.sluice.wire.Structure;");
        out.add("import java.time.Instant;\nimport java.util.List;\nimport java.util.Map;");
        out.add("import org.jspecify.annotations.Nullable;\n");
        out.add("/** The structure {@code " + name + "} of the service's model. */");
        out.add("public record " + name + "(" + components() + ") implements Structure {");
        compactConstructor(out);
        out.add("    public static Builder builder() {\n        return new Builder();\n    }\n");
        toBuilder(out);
        factory(out);
        access(out);
        if (structure.sensitive()) {
            out.add("    @Override\n    public String toString() {\n        return \"" + name
                    + "[not shown]\";\n    }\n");
        }
        builder(out);
        out.add("}");
        return String.join("\n", out) + "\n";
    }

    private String components() {
        return structure.members().stream()
                .map(member -> (member.required() ? type(member) : nullable(type(member))) + " " + member.component())
                .collect(Collectors.joining(", "));
    }

    private String type(Member member) {
        return types.getOrDefault(member.shape(), "");
    }

    private static String nullable(String type) {
        return type.equals("byte[]") ? "byte @Nullable []" : "@Nullable " + type;
    }

    private void compactConstructor(List<String> out) {
        List<String> copies = new ArrayList<>();
        for (Member member : structure.members()) {
            String type = type(member);
            String copy = type.startsWith("List<") ? "list" : type.startsWith("Map<") ? "map" : "";
            if (!copy.isEmpty()) {
                String name = member.component();
                copies.add(
                        "        " + name + " = " + name + " == null ? null : Structure." + copy + "(" + name + ");");
            }
        }
        if (!copies.isEmpty()) {
            out.add("    public " + structure.name() + " {");
            out.addAll(copies);
            out.add("    }\n");
        }
    }

    private void toBuilder(List<String> out) {
        out.add("    public Builder toBuilder() {\n        Builder builder = new Builder();");
        for (Member member : structure.members()) {
            out.add("        builder.%1$s = %1$s;".formatted(member.component()));
        }
        out.add("        return builder;\n    }\n");
    }

    private void factory(List<String> out) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < structure.members().size(); i++) {
            values.add("(" + type(structure.members().get(i)) + ") v[" + i + "]");
        }
        out.add("    @SuppressWarnings(\"unchecked\")");
        // It returns the interface, or verifying the switch over all records would load every one of them.
        out.add("    static Structure of(@Nullable Object[] v) {");
        out.add("        return new " + structure.name() + "(" + String.join(", ", values) + ");\n    }\n");
    }

    private void access(List<String> out) {
        out.add("    @Override\n    public @Nullable Object member(int index) {");
        if (structure.members().isEmpty()) {
            out.add("        throw new IndexOutOfBoundsException(index);\n    }\n");
            return;
        }
        out.add("        return switch (index) {");
        for (int i = 0; i < structure.members().size(); i++) {
            out.add("            case " + i + " -> "
                    + structure.members().get(i).component() + ";");
        }
        out.add("            default -> throw new IndexOutOfBoundsException(index);\n        };\n    }\n");
    }

    private void builder(List<String> out) {
        out.add("    /** Builds a {@link " + structure.name() + "}; not thread-safe. */");
        out.add("    public static final class Builder {");
        for (Member member : structure.members()) {
            out.add("        private " + nullable(type(member)) + " " + member.component() + ";");
        }
        out.add("\n        private Builder() {}\n");
        for (Member member : structure.members()) {
            String name = member.component();
            out.add("        public Builder " + name + "(" + nullable(type(member)) + " " + name + ") {");
            out.add("            this." + name + " = " + name + ";\n            return this;\n        }\n");
        }
        String arguments = structure.members().stream()
                .map(member -> member.required()
                        ? "Structure.required(%s, %s)"
                                .formatted(member.component(), JavaNames.literal(member.component()))
                        : member.component())
                .collect(Collectors.joining(", "));
        out.add("        public " + structure.name() + " build() {");
        out.add("            return new " + structure.name() + "(" + arguments + ");\n        }\n    }");
    }
}
