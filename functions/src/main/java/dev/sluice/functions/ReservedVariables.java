/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The environment variables that a function's configuration may not set (AWS: "Defined runtime environment variables", reserved). */
public final class ReservedVariables {
    private static final Set<String> NAMES = Set.of(
            "_HANDLER",
            "_X_AMZN_TRACE_ID",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_EXECUTION_ENV",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_LAMBDA_RUNTIME_API",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR");

    private ReservedVariables() {}

    /** The reserved names that {@code environment} sets, sorted; empty when all is well. */
    public static List<String> in(Map<String, String> environment) {
        Set<String> found = new TreeSet<>(environment.keySet());
        found.retainAll(NAMES);
        return List.copyOf(found);
    }
}
