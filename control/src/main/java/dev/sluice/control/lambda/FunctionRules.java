/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.control.Documents;
import dev.sluice.control.iam.RoleDocument;
import dev.sluice.functions.CodePackage;
import dev.sluice.functions.ReservedVariables;
import dev.sluice.functions.RuntimeCatalog;
import dev.sluice.store.Records;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.lambda.Environment;
import dev.sluice.wire.lambda.LambdaErrors;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a function's configuration and code must be, beyond what the service's model says; in AWS's words where it has some. Stateless. */
final class FunctionRules {
    private static final String LAMBDA = "lambda.amazonaws.com";
    private static final int MAX_TIMEOUT_SECONDS = 900;
    private static final int MAX_VARIABLES_BYTES = 4096;

    private FunctionRules() {}

    static int timeout(int seconds) {
        if (seconds > MAX_TIMEOUT_SECONDS) {
            throw CommonErrors.VALIDATION.with("1 validation error detected: Value '" + seconds
                    + "' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to "
                    + MAX_TIMEOUT_SECONDS);
        }
        return seconds;
    }

    static String runtime(RuntimeCatalog runtimes, String runtime) {
        if (runtimes.find(runtime) instanceof RuntimeCatalog.Choice.Unavailable(String message)) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(message);
        }
        return runtime;
    }

    static Map<String, String> variables(@Nullable Environment environment) {
        Map<String, String> variables =
                environment == null || environment.variables() == null ? Map.of() : environment.variables();
        List<String> reserved = ReservedVariables.in(variables);
        if (!reserved.isEmpty()) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    "Lambda was unable to configure your environment variables because the environment variables you have provided "
                            + "contains reserved keys that are currently not supported for modification. Reserved keys used in this request: "
                            + String.join(", ", reserved));
        }
        byte[] measured = Documents.encode(variables);
        if (measured.length > MAX_VARIABLES_BYTES) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    "Lambda was unable to configure your environment variables because the environment variables you have provided "
                            + "exceeded the 4KB limit. String measured: "
                            + new String(measured, StandardCharsets.UTF_8));
        }
        return variables;
    }

    /** The role must exist and let Lambda assume it. */
    static String role(Records records, String arn) {
        boolean usable = RoleDocument.findByArn(records, arn)
                .map(role -> role.trusts(LAMBDA))
                .orElse(false);
        if (!usable) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    "The role defined for the function cannot be assumed by Lambda.");
        }
        return arn;
    }

    static CodePackage code(byte @Nullable [] zip) {
        if (zip == null || zip.length == 0) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    "Could not unzip uploaded file. Please check your file, then try to upload again.");
        }
        return switch (CodePackage.check(zip)) {
            case CodePackage.Check.Valid(CodePackage code) -> code;
            case CodePackage.Check.Invalid(String message) -> throw LambdaErrors.INVALID_PARAMETER_VALUE.with(message);
        };
    }

    static void revision(FunctionDocument function, @Nullable String expected, String remedy) {
        if (expected != null && !expected.equals(function.revisionId())) {
            throw LambdaErrors.PRECONDITION_FAILED.with(
                    "The Revision Id provided does not match the latest Revision Id. Call the " + remedy
                            + " API to retrieve the latest Revision Id");
        }
    }

    static FunctionDocument existing(Records records, FunctionName name) {
        return FunctionDocument.find(records, name.name())
                .filter(_ -> name.latest())
                .orElseThrow(() -> notFound(name));
    }

    static ServiceException notFound(FunctionName name) {
        return LambdaErrors.RESOURCE_NOT_FOUND.with("Function not found: " + name.qualifiedArn());
    }
}
