/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.functions.CodePackage;
import dev.sluice.functions.RuntimeCatalog;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.lambda.CreateFunctionRequest;
import dev.sluice.wire.lambda.DeleteFunctionRequest;
import dev.sluice.wire.lambda.FunctionCodeLocation;
import dev.sluice.wire.lambda.FunctionConfiguration;
import dev.sluice.wire.lambda.GetFunctionConfigurationRequest;
import dev.sluice.wire.lambda.GetFunctionRequest;
import dev.sluice.wire.lambda.GetFunctionResponse;
import dev.sluice.wire.lambda.LambdaErrors;
import dev.sluice.wire.lambda.LambdaOperations;
import dev.sluice.wire.lambda.ListFunctionsRequest;
import dev.sluice.wire.lambda.ListFunctionsResponse;
import dev.sluice.wire.lambda.UpdateFunctionCodeRequest;
import dev.sluice.wire.lambda.UpdateFunctionConfigurationRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Lambda operations that make, show, change and delete functions. Thread-safe. */
public final class FunctionOperations {
    private static final int DEFAULT_TIMEOUT_SECONDS = 3;
    private static final int DEFAULT_MEMORY_MEGABYTES = 128;
    private static final int PAGE = 50;
    private static final String FUNCTION_REMEDY = "GetFunction/GetAlias";

    private final FunctionStore functions;
    private final RuntimeCatalog runtimes;
    private final FunctionAnswer answers;
    private final InstantSource clock;
    private final Ids ids;

    public FunctionOperations(FunctionStore functions, RuntimeCatalog runtimes, InstantSource clock, Ids ids) {
        this.functions = functions;
        this.runtimes = runtimes;
        this.answers = new FunctionAnswer(runtimes, functions.variables());
        this.clock = clock;
        this.ids = ids;
    }

    public void register(Handlers.Builder handlers) {
        handlers.on(LambdaOperations.CREATE_FUNCTION, this::create)
                .on(LambdaOperations.GET_FUNCTION, this::get)
                .on(LambdaOperations.GET_FUNCTION_CONFIGURATION, this::getConfiguration)
                .on(LambdaOperations.LIST_FUNCTIONS, this::list)
                .on(LambdaOperations.UPDATE_FUNCTION_CODE, this::updateCode)
                .on(LambdaOperations.UPDATE_FUNCTION_CONFIGURATION, this::updateConfiguration)
                .on(LambdaOperations.DELETE_FUNCTION, this::delete);
    }

    private FunctionConfiguration create(Call call, CreateFunctionRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), null);
        Unsupported.check(request);
        if (request.runtime() == null || request.handler() == null) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
        }
        FunctionDocument.Configuration configuration = new FunctionDocument.Configuration(
                FunctionRules.runtime(runtimes, request.runtime()),
                request.role(),
                request.handler(),
                request.description() == null ? "" : request.description(),
                FunctionRules.timeout(request.timeout() == null ? DEFAULT_TIMEOUT_SECONDS : request.timeout()),
                request.memorySize() == null ? DEFAULT_MEMORY_MEGABYTES : request.memorySize(),
                functions.variables().seal(name.name(), FunctionRules.variables(request.environment())));
        CodePackage code = FunctionRules.code(request.code().zipFile());
        byte[] zip = Objects.requireNonNull(request.code().zipFile());
        String revision = ids.uuid();
        FunctionDocument function = new FunctionDocument(
                name.name(),
                name.arn(),
                configuration,
                new FunctionDocument.Code(code.sha256(), code.codeSha256(), code.zippedBytes(), null),
                request.tags() == null ? Map.of() : Map.copyOf(request.tags()),
                clock.instant(),
                revision,
                revision,
                List.of());
        functions.writeWithCode(zip, code, name.name(), tx -> {
            if (FunctionDocument.find(tx, name.name()).isPresent()) {
                throw LambdaErrors.RESOURCE_CONFLICT.with("Function already exist: " + name.name());
            }
            FunctionRules.role(tx, request.role());
            return function;
        });
        return answers.of(function, name.arn());
    }

    private GetFunctionResponse get(Call call, GetFunctionRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), request.qualifier());
        FunctionDocument function = functions.read(records -> FunctionRules.existing(records, name));
        return GetFunctionResponse.builder()
                .configuration(answers.of(function, name.qualifiedArn()))
                .code(FunctionCodeLocation.builder().repositoryType("S3").build())
                .tags(function.tags().isEmpty() ? null : function.tags())
                .build();
    }

    private FunctionConfiguration getConfiguration(Call call, GetFunctionConfigurationRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), request.qualifier());
        return answers.of(functions.read(records -> FunctionRules.existing(records, name)), name.qualifiedArn());
    }

    private ListFunctionsResponse list(Call call, ListFunctionsRequest request) {
        int limit = request.maxItems() == null ? PAGE : Math.min(PAGE, request.maxItems());
        String after = request.marker();
        List<FunctionDocument> rest =
                functions.read(records -> Documents.list(records, FunctionDocument.KIND, "")).stream()
                        .filter(function -> after == null || function.name().compareTo(after) > 0)
                        .toList();
        List<FunctionDocument> page = rest.subList(0, Math.min(limit, rest.size()));
        boolean allVersions = request.functionVersion() != null;
        return ListFunctionsResponse.builder()
                .functions(page.stream()
                        .map(function -> answers.of(
                                function, allVersions ? function.arn() + ":" + FunctionName.LATEST : function.arn()))
                        .toList())
                .nextMarker(page.size() < rest.size() ? page.getLast().name() : null)
                .build();
    }

    private FunctionConfiguration updateCode(Call call, UpdateFunctionCodeRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), null);
        Unsupported.check(request);
        CodePackage code = FunctionRules.code(request.zipFile());
        byte[] zip = Objects.requireNonNull(request.zipFile());
        if (request.dryRun() != null && request.dryRun()) {
            FunctionDocument present = functions.read(records -> FunctionRules.existing(records, name));
            FunctionRules.revision(present, request.revisionId(), FUNCTION_REMEDY);
            return answers.of(present, name.arn());
        }
        FunctionDocument changed = functions.writeWithCode(zip, code, name.name(), tx -> {
            FunctionDocument present = FunctionRules.existing(tx, name);
            FunctionRules.revision(present, request.revisionId(), FUNCTION_REMEDY);
            String before = present.code().sha256();
            FunctionDocument.Code newCode = new FunctionDocument.Code(
                    code.sha256(),
                    code.codeSha256(),
                    code.zippedBytes(),
                    before.equals(code.sha256()) ? present.code().previousSha256() : before);
            return present.changed(present.configuration(), newCode, clock.instant(), ids.uuid());
        });
        functions.retire(name.arn());
        return answers.of(changed, name.arn());
    }

    private FunctionConfiguration updateConfiguration(Call call, UpdateFunctionConfigurationRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), null);
        Unsupported.check(request);
        if (request.runtime() != null) {
            FunctionRules.runtime(runtimes, request.runtime());
        }
        if (request.timeout() != null) {
            FunctionRules.timeout(request.timeout());
        }
        Map<String, String> variables = FunctionRules.variables(request.environment());
        FunctionDocument changed = functions.write(name.name(), tx -> {
            FunctionDocument present = FunctionRules.existing(tx, name);
            FunctionRules.revision(present, request.revisionId(), FUNCTION_REMEDY);
            FunctionDocument.Configuration old = present.configuration();
            FunctionDocument.Configuration configuration = new FunctionDocument.Configuration(
                    or(request.runtime(), old.runtime()),
                    request.role() == null ? old.role() : FunctionRules.role(tx, request.role()),
                    or(request.handler(), old.handler()),
                    or(request.description(), old.description()),
                    or(request.timeout(), old.timeoutSeconds()),
                    or(request.memorySize(), old.memoryMegabytes()),
                    request.environment() == null
                            ? old.sealedEnvironment()
                            : functions.variables().seal(name.name(), variables));
            return present.changed(configuration, present.code(), clock.instant(), ids.uuid());
        });
        functions.retire(name.arn());
        return answers.of(changed, name.arn());
    }

    /** Deletes the whole function; there are no versions to delete by themselves, so naming an absent one changes nothing, as on AWS. */
    private Unit delete(Call call, DeleteFunctionRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), request.qualifier());
        if (FunctionName.LATEST.equals(name.qualifier())) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    "$LATEST version cannot be deleted without deleting the function.");
        }
        boolean found = name.qualifier() == null
                ? functions.delete(name.name())
                : functions.read(
                        records -> FunctionDocument.find(records, name.name()).isPresent());
        if (!found) {
            throw LambdaErrors.RESOURCE_NOT_FOUND.with("Function not found: " + name.arn());
        }
        return Unit.UNIT;
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
