/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.functions.RuntimeCatalog;
import dev.sluice.wire.lambda.EnvironmentResponse;
import dev.sluice.wire.lambda.EphemeralStorage;
import dev.sluice.wire.lambda.FunctionConfiguration;
import dev.sluice.wire.lambda.LoggingConfig;
import dev.sluice.wire.lambda.SnapStartResponse;
import dev.sluice.wire.lambda.TracingConfigResponse;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** Shows functions as the Lambda API does. Thread-safe. */
final class FunctionAnswer {
    private static final DateTimeFormatter LAST_MODIFIED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);

    private final RuntimeCatalog runtimes;
    private final SealedVariables variables;

    FunctionAnswer(RuntimeCatalog runtimes, SealedVariables variables) {
        this.runtimes = runtimes;
        this.variables = variables;
    }

    /** @param arn as it was asked for: with the qualifier or without */
    FunctionConfiguration of(FunctionDocument function, String arn) {
        FunctionDocument.Configuration configuration = function.configuration();
        Map<String, String> environment = variables.open(function);
        FunctionConfiguration.Builder answer = FunctionConfiguration.builder()
                .functionName(function.name())
                .functionArn(arn)
                .runtime(configuration.runtime())
                .role(configuration.role())
                .handler(configuration.handler())
                .codeSize(function.code().zippedBytes())
                .description(configuration.description())
                .timeout(configuration.timeoutSeconds())
                .memorySize(configuration.memoryMegabytes())
                .lastModified(LAST_MODIFIED.format(function.lastModified()))
                .codeSha256(function.code().codeSha256())
                .version(FunctionName.LATEST)
                .tracingConfig(
                        TracingConfigResponse.builder().mode("PassThrough").build())
                .revisionId(function.revisionId())
                .lastUpdateStatus("Successful")
                .packageType("Zip")
                .architectures(List.of("x86_64"))
                .ephemeralStorage(EphemeralStorage.builder().size(512).build())
                .snapStart(SnapStartResponse.builder()
                        .applyOn("None")
                        .optimizationStatus("Off")
                        .build())
                .loggingConfig(LoggingConfig.builder()
                        .logFormat("Text")
                        .logGroup("/aws/lambda/" + function.name())
                        .build());
        if (!environment.isEmpty()) {
            answer.environment(
                    EnvironmentResponse.builder().variables(environment).build());
        }
        return withState(answer, configuration.runtime()).build();
    }

    /** Active, also when another version stands in for the runtime, which the reason then says; Inactive when nothing can run it. */
    private FunctionConfiguration.Builder withState(FunctionConfiguration.Builder answer, String runtime) {
        return switch (runtimes.find(runtime)) {
            case RuntimeCatalog.Choice.Exact _ -> answer.state("Active");
            case RuntimeCatalog.Choice.Nearest nearest -> answer.state("Active").stateReason(nearest.warning());
            case RuntimeCatalog.Choice.Unavailable(String message) ->
                answer.state("Inactive").stateReason(message).stateReasonCode("InvalidRuntime");
        };
    }
}
