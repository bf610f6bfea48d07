/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Templates and mapping expressions as far as they are literal text; those that compute something are refused. */
final class Templates {
    private Templates() {}

    static void checkLiteral(String member, @Nullable Map<String, String> templates) {
        if (templates != null) {
            templates.forEach((mediaType, template) -> {
                if (template.indexOf('$') >= 0 || template.indexOf('#') >= 0) {
                    throw ApiGatewayErrors.BAD_REQUEST.with("Mapping templates are not supported yet: " + member
                            + " of '" + mediaType + "' holds '$' or '#', only literal text works");
                }
            });
        }
    }

    static void checkQuoted(String member, @Nullable Map<String, String> expressions) {
        if (expressions != null) {
            expressions.forEach((target, expression) -> {
                if (!isQuoted(expression)) {
                    throw ApiGatewayErrors.BAD_REQUEST.with("Mapping expressions are not supported yet: " + member
                            + " sets " + target + " from " + expression + ", only a quoted 'literal' works");
                }
                checkPrintable(target, expression);
            });
        }
    }

    /** A line break in a literal could end a header. */
    static void checkPrintable(String target, String expression) {
        if (expression.chars().anyMatch(Character::isISOControl)) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid mapping expression specified: the value of " + target + " holds a control character");
        }
    }

    static boolean isQuoted(String expression) {
        return expression.length() >= 2 && expression.startsWith("'") && expression.endsWith("'");
    }

    static String unquote(String expression) {
        return expression.substring(1, expression.length() - 1);
    }
}
