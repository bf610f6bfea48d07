/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.wire.lambda.CreateFunctionRequest;
import dev.sluice.wire.lambda.DeadLetterConfig;
import dev.sluice.wire.lambda.EphemeralStorage;
import dev.sluice.wire.lambda.FunctionCode;
import dev.sluice.wire.lambda.LambdaErrors;
import dev.sluice.wire.lambda.LoggingConfig;
import dev.sluice.wire.lambda.SnapStart;
import dev.sluice.wire.lambda.TracingConfig;
import dev.sluice.wire.lambda.UpdateFunctionCodeRequest;
import dev.sluice.wire.lambda.UpdateFunctionConfigurationRequest;
import dev.sluice.wire.lambda.VpcConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses what would have no effect here, each by one error that names it and the value that is accepted. Stateless. */
final class Unsupported {
    private static final String X86 = "x86_64";
    private static final int STORAGE_MEGABYTES = 512;

    private Unsupported() {}

    static void check(CreateFunctionRequest request) {
        publish(request.publish());
        FunctionCode code = request.code();
        code(code.s3Bucket(), code.s3Key(), code.imageUri());
        refuse("PackageType", request.packageType(), "Zip", !equalsOrAbsent(request.packageType(), "Zip"));
        refuse("CodeSigningConfigArn", request.codeSigningConfigArn(), "none", isSet(request.codeSigningConfigArn()));
        architectures(request.architectures());
        new Settings(
                        request.vpcConfig(),
                        request.deadLetterConfig(),
                        request.kmsKeyArn(),
                        request.tracingConfig(),
                        request.layers(),
                        request.fileSystemConfigs(),
                        request.imageConfig(),
                        request.ephemeralStorage(),
                        request.snapStart(),
                        request.loggingConfig())
                .check("/aws/lambda/" + FunctionName.nameOf(request.functionName()));
    }

    static void check(UpdateFunctionConfigurationRequest request) {
        new Settings(
                        request.vpcConfig(),
                        request.deadLetterConfig(),
                        request.kmsKeyArn(),
                        request.tracingConfig(),
                        request.layers(),
                        request.fileSystemConfigs(),
                        request.imageConfig(),
                        request.ephemeralStorage(),
                        request.snapStart(),
                        request.loggingConfig())
                .check("/aws/lambda/" + FunctionName.nameOf(request.functionName()));
    }

    static void check(UpdateFunctionCodeRequest request) {
        publish(request.publish());
        code(request.s3Bucket(), request.s3Key(), request.imageUri());
        architectures(request.architectures());
    }

    private static void publish(@Nullable Boolean publish) {
        refuse("Publish", publish, "false", publish != null && publish);
    }

    private static void code(@Nullable String bucket, @Nullable String key, @Nullable String imageUri) {
        refuse("S3Bucket", bucket, "ZipFile", isSet(bucket));
        refuse("S3Key", key, "ZipFile", isSet(key));
        refuse("ImageUri", imageUri, "ZipFile", isSet(imageUri));
    }

    private static void architectures(@Nullable List<String> architectures) {
        refuse("Architectures", architectures, X86, architectures != null && !architectures.equals(List.of(X86)));
    }

    private static boolean isSet(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    private static boolean isSet(@Nullable List<?> list) {
        return list != null && !list.isEmpty();
    }

    private static boolean equalsOrAbsent(@Nullable String text, String accepted) {
        return text == null || text.equals(accepted);
    }

    private static void refuse(String name, @Nullable Object value, String accepted, boolean refused) {
        if (refused) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    name + " " + value + " is not supported (expected: " + accepted + ")");
        }
    }

    /** What both creating and updating may set. */
    private record Settings(
            @Nullable VpcConfig vpc,
            @Nullable DeadLetterConfig deadLetter,
            @Nullable String kmsKeyArn,
            @Nullable TracingConfig tracing,
            @Nullable List<String> layers,
            @Nullable List<?> fileSystems,
            @Nullable Object image,
            @Nullable EphemeralStorage storage,
            @Nullable SnapStart snapStart,
            @Nullable LoggingConfig logging) {
        void check(String logGroup) {
            refuse(
                    "VpcConfig",
                    vpc == null ? null : vpc.subnetIds(),
                    "none",
                    vpc != null && (isSet(vpc.subnetIds()) || isSet(vpc.securityGroupIds())));
            String target = deadLetter == null ? null : deadLetter.targetArn();
            refuse("DeadLetterConfig", target, "none", isSet(target));
            refuse("KMSKeyArn", kmsKeyArn, "none", isSet(kmsKeyArn));
            String mode = tracing == null ? null : tracing.mode();
            refuse("TracingConfig", mode, "PassThrough", !equalsOrAbsent(mode, "PassThrough"));
            refuse("Layers", layers, "none", isSet(layers));
            refuse("FileSystemConfigs", "", "none", isSet(fileSystems));
            refuse("ImageConfig", "", "none", image != null);
            Integer megabytes = storage == null ? null : storage.size();
            refuse(
                    "EphemeralStorage",
                    megabytes,
                    Integer.toString(STORAGE_MEGABYTES),
                    megabytes != null && megabytes != STORAGE_MEGABYTES);
            String applyOn = snapStart == null ? null : snapStart.applyOn();
            refuse("SnapStart", applyOn, "None", !equalsOrAbsent(applyOn, "None"));
            if (logging != null) {
                refuse("LogFormat", logging.logFormat(), "Text", !equalsOrAbsent(logging.logFormat(), "Text"));
                refuse("LogGroup", logging.logGroup(), logGroup, !equalsOrAbsent(logging.logGroup(), logGroup));
            }
        }
    }
}
