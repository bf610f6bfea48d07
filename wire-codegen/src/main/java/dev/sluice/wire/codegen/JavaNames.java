/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.util.Locale;
import java.util.Set;

/** Turns names of the models into Java names, by the rules of the AWS SDK for Java where it has any. */
final class JavaNames {
    private static final Set<String> RESERVED = Set.of(
            "abstract",
            "assert",
            "boolean",
            "break",
            "byte",
            "case",
            "catch",
            "char",
            "class",
            "const",
            "continue",
            "default",
            "do",
            "double",
            "else",
            "enum",
            "extends",
            "final",
            "finally",
            "float",
            "for",
            "goto",
            "if",
            "implements",
            "import",
            "instanceof",
            "int",
            "interface",
            "long",
            "native",
            "new",
            "package",
            "private",
            "protected",
            "public",
            "return",
            "short",
            "static",
            "strictfp",
            "super",
            "switch",
            "synchronized",
            "this",
            "throw",
            "throws",
            "transient",
            "try",
            "void",
            "volatile",
            "while",
            "true",
            "false",
            "null",
            "clone",
            "finalize",
            "getClass",
            "hashCode",
            "notify",
            "notifyAll",
            "toString",
            "wait",
            "member",
            "builder",
            "toBuilder",
            "of",
            "build");

    private JavaNames() {}

    /** {@code FunctionName} is {@code functionName}, {@code KMSKeyArn} is {@code kmsKeyArn}, {@code ARN} is {@code arn}. */
    static String component(String member) {
        int upper = 0;
        while (upper < member.length() && !Character.isLowerCase(member.charAt(upper))) {
            upper++;
        }
        int lowered = upper == member.length() ? upper : Math.max(1, upper - 1);
        String name = member.substring(0, lowered).toLowerCase(Locale.ROOT) + member.substring(lowered);
        return RESERVED.contains(name) ? name + "_" : name;
    }

    /** {@code NotFoundException} is {@code NOT_FOUND}, {@code GetRestApi} is {@code GET_REST_API}. */
    static String constant(String shape) {
        String base = shape.endsWith("Exception") ? shape.substring(0, shape.length() - "Exception".length()) : shape;
        return base.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
                .toUpperCase(Locale.ROOT);
    }

    /** A Java string literal that stands for {@code text}. */
    static String literal(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
