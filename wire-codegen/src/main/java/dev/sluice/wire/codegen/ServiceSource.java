/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the Java sources that a service has one of: its operations, its errors, its record factory, its package-info. */
final class ServiceSource {
    private final String packageName;
    private final ServiceDefinition service;

    ServiceSource(String packageName, ServiceDefinition service) {
        this.packageName = packageName;
        this.service = service;
    }

    /** File name to text. */
    Map<String, String> files() {
        String prefix = service.entry().prefix();
        Map<String, String> files = new LinkedHashMap<>();
        files.put("package-info.java", packageInfo());
        files.put(prefix + "Operations.java", operations());
        files.put(prefix + "Errors.java", errors());
        files.put(prefix + "Structures.java", structures());
        return files;
    }

    private String packageInfo() {
        return """
                /**
                 * Generated records, operations and errors of the service %s.
                 *
                 * <p>Read {@link %s.%3$sOperations} and {@link %2$s.%3$sErrors} first. All are immutable but the builders.
                 */
                @NullMarked
                package %2$s;

                import org.jspecify.annotations.NullMarked;
                """.formatted(
                        service.entry().name(), packageName, service.entry().prefix());
    }

    private String operations() {
        String name = service.entry().prefix() + "Operations";
        List<String> out = new ArrayList<>();
        out.add("package " + packageName + ";\n");
        out.add(
                "import dev.sluice.wire.Operation;\nimport dev.sluice.wire.ServiceModel;\nimport dev.sluice.wire.Unit;");
        out.add("import java.util.List;\n");
        out.add("/** The operations of the service, to hang handlers on, and its model. */");
        out.add("public final class " + name + " {");
        for (OperationDefinition operation : service.operations()) {
            out.add("    public static final Operation<%s, %s> %s = new Operation<>(%s, %s);"
                    .formatted(
                            type(operation.input()),
                            type(operation.output()),
                            JavaNames.constant(operation.name()),
                            JavaNames.literal(service.entry().name()),
                            JavaNames.literal(operation.name())));
        }
        out.add("\n    private " + name + "() {}\n");
        out.add("    /** All of them, in the model's order. */\n    public static List<Operation<?, ?>> all() {");
        out.add(service.operations().stream()
                .map(operation -> JavaNames.constant(operation.name()))
                .collect(Collectors.joining(", ", "        return List.of(", ");\n    }\n")));
        out.add("    /** Reads the service's model from its resource; one read serves a process. */");
        out.add("    public static ServiceModel model() {");
        out.add("        return ServiceModel.load(%s, %sStructures::create);\n    }\n}"
                .formatted(
                        JavaNames.literal(service.entry().name()),
                        service.entry().prefix()));
        return String.join("\n", out) + "\n";
    }

    private static String type(@Nullable String structure) {
        return structure == null ? "Unit" : structure;
    }

    private String errors() {
        String name = service.entry().prefix() + "Errors";
        List<String> out = new ArrayList<>();
        out.add("package " + packageName + ";\n\nimport dev.sluice.wire.ErrorShape;\n");
        out.add("/** The errors of the service's model. */\npublic final class " + name + " {");
        Set<String> taken = new HashSet<>();
        for (ErrorDefinition error : service.errors()) {
            String constant = JavaNames.constant(error.name());
            // CloudWatch has ResourceNotFound and ResourceNotFoundException.
            String unique = taken.add(constant) ? constant : constant + "_EXCEPTION";
            out.add("    public static final ErrorShape %s = new ErrorShape(%s, %s, %d, %s, %s, %s);"
                    .formatted(
                            unique,
                            JavaNames.literal(error.name()),
                            JavaNames.literal(error.code()),
                            error.status(),
                            error.senderFault(),
                            JavaNames.literal(error.messageName()),
                            error.typed()));
        }
        out.add("\n    private " + name + "() {}\n}");
        return String.join("\n", out) + "\n";
    }

    private String structures() {
        String name = service.entry().prefix() + "Structures";
        List<String> out = new ArrayList<>();
        out.add("package " + packageName + ";\n\nimport dev.sluice.wire.Structure;");
        out.add("import org.jspecify.annotations.Nullable;\n");
        out.add("/** Makes records from their members, for the codecs. */\nfinal class " + name + " {");
        out.add("    private " + name + "() {}\n");
        out.add(
                "    /** Makes the structure at a place among the model's structures; members in the model's order. */");
        out.add("    static Structure create(int structure, @Nullable Object[] members) {");
        out.add("        return switch (structure) {");
        for (int i = 0; i < service.structures().size(); i++) {
            out.add("            case " + i + " -> "
                    + service.structures().get(i).name() + ".of(members);");
        }
        out.add("            default -> throw new IndexOutOfBoundsException(structure);\n        };\n    }\n}");
        return String.join("\n", out) + "\n";
    }
}
