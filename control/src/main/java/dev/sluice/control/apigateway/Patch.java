/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.PatchOperation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The patch operations of one update call, in order. Paths are JSON pointers (RFC 6901): segments are separated by {@code /}, with
 * {@code ~1} for a slash and {@code ~0} for a tilde inside one.
 */
public final class Patch {
    /**
     * One operation.
     *
     * @param op add, remove, replace, move, copy or test
     * @param path as sent
     */
    public record Op(
            String op,
            String path,
            @Nullable String value,
            @Nullable String from) {
        /** The path's segments, unescaped; {@code /a~1b/c} gives {@code [a/b, c]}. */
        public List<String> segments() {
            List<String> segments = new ArrayList<>();
            String rest = path.startsWith("/") ? path.substring(1) : path;
            for (String segment : rest.split("/", -1)) {
                segments.add(unescape(segment));
            }
            return segments;
        }

        public boolean is(String wantedOp, String wantedPath) {
            return op.equals(wantedOp) && path.equals(wantedPath);
        }

        /** The value, or the empty string where none was sent. */
        public String text() {
            return value == null ? "" : value;
        }

        /** AWS parses booleans leniently: whatever is not {@code true} is false, also no value at all. */
        public boolean flag() {
            return Boolean.parseBoolean(text().strip());
        }

        /** For paths that AWS does not have. @throws ServiceException BadRequestException where the value is not {@code true} or {@code false} */
        public boolean trueOrFalse() {
            return switch (text()) {
                case "true" -> true;
                case "false" -> false;
                default -> throw invalidValue("true or false");
            };
        }

        /** @throws ServiceException BadRequestException where the value is no integer in the range */
        public int integer(int min, int max) {
            String expected = "an integer from " + min + " to " + max;
            try {
                int value = new BigDecimal(text().strip()).intValueExact();
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException | ArithmeticException _) {
                throw invalidValue(expected);
            }
            throw invalidValue(expected);
        }

        /** @throws ServiceException BadRequestException naming path and value where the value is no decimal number */
        public BigDecimal decimal() {
            try {
                return new BigDecimal(text().strip());
            } catch (NumberFormatException e) {
                throw invalidNumber();
            }
        }

        /** @throws ServiceException BadRequestException naming path and value where the value is no integer in range */
        public int integer() {
            try {
                return decimal().intValueExact();
            } catch (ArithmeticException e) {
                throw invalidNumber();
            }
        }

        private ServiceException invalidNumber() {
            return invalidValue("a number");
        }

        private ServiceException invalidValue(String expected) {
            return ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid value '" + text() + "' specified for patch path '" + path + "'. Must be " + expected);
        }
    }

    private Patch() {}

    public static List<Op> of(@Nullable List<PatchOperation> operations) {
        if (operations == null) {
            return List.of();
        }
        List<Op> ops = new ArrayList<>(operations.size());
        for (PatchOperation operation : operations) {
            String path = operation.path();
            if (path == null) {
                throw ApiGatewayErrors.BAD_REQUEST.with("Invalid patch path null");
            }
            ops.add(new Op(operation.op() == null ? "" : operation.op(), path, operation.value(), operation.from()));
        }
        return ops;
    }

    public static String unescape(String segment) {
        return segment.replace("~1", "/").replace("~0", "~");
    }

    /** The recorded answer to a path that an operation does not take; note AWS's two spaces. */
    public static ServiceException invalidPath(Op op, List<String> accepted) {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid patch path  '" + op.path() + "' specified for op '" + op.op()
                + "'. Must be one of: [" + String.join(", ", accepted) + "]");
    }
}
