/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.control.Ids;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.lambda.AddPermissionRequest;
import dev.sluice.wire.lambda.AddPermissionResponse;
import dev.sluice.wire.lambda.GetPolicyRequest;
import dev.sluice.wire.lambda.GetPolicyResponse;
import dev.sluice.wire.lambda.LambdaErrors;
import dev.sluice.wire.lambda.LambdaOperations;
import dev.sluice.wire.lambda.RemovePermissionRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The Lambda operations on a function's resource policy. Thread-safe. */
public final class PermissionOperations {
    private static final int MAX_POLICY_BYTES = 20_480;
    private static final Pattern PRINCIPALS = Pattern.compile(
            "\\*|\\d{12}|arn:[^:]+:(?:iam|sts)::[^\\s]+|[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.(?:amazonaws|amazon)\\.com(?:\\.cn)?");
    private static final Pattern ALIASES = Pattern.compile("(?!\\d+$)[a-zA-Z0-9_-]+");
    private static final String POLICY_REMEDY = "GetPolicy";

    private final FunctionStore functions;
    private final Ids ids;

    public PermissionOperations(FunctionStore functions, Ids ids) {
        this.functions = functions;
        this.ids = ids;
    }

    public void register(Handlers.Builder handlers) {
        handlers.on(LambdaOperations.ADD_PERMISSION, this::add)
                .on(LambdaOperations.GET_POLICY, this::get)
                .on(LambdaOperations.REMOVE_PERMISSION, this::remove);
    }

    private AddPermissionResponse add(Call call, AddPermissionRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), request.qualifier());
        if (FunctionName.LATEST.equals(name.qualifier())) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with("We currently do not support adding policies for $LATEST.");
        }
        if (!PRINCIPALS.matcher(request.principal()).matches()) {
            throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                    "The provided principal was invalid. Please check the principal and try again.");
        }
        Permission added = new Permission(
                request.statementId(),
                request.action(),
                request.principal(),
                request.sourceArn(),
                request.sourceAccount(),
                request.eventSourceToken(),
                request.principalOrgID(),
                request.functionUrlAuthType());
        functions.write(name.name(), tx -> {
            refuseAlias(name);
            FunctionDocument function = FunctionRules.existing(tx, name);
            FunctionRules.revision(function, request.revisionId(), POLICY_REMEDY);
            if (function.permissions().stream()
                    .anyMatch(known -> known.statementId().equals(request.statementId()))) {
                throw LambdaErrors.RESOURCE_CONFLICT.with(
                        "The statement id (" + request.statementId()
                                + ") provided already exists. Please provide a new statement id, or remove the existing statement.");
            }
            List<Permission> permissions = new ArrayList<>(function.permissions());
            permissions.add(added);
            int size = PolicyText.policy(permissions, function.arn()).getBytes(StandardCharsets.UTF_8).length;
            if (size > MAX_POLICY_BYTES) {
                throw LambdaErrors.POLICY_LENGTH_EXCEEDED.with(
                        "The final policy size (" + size + ") is bigger than the limit (" + MAX_POLICY_BYTES + ").");
            }
            return function.withPermissions(permissions, ids.uuid());
        });
        return AddPermissionResponse.builder()
                .statement(PolicyText.statement(added, name.arn()))
                .build();
    }

    private GetPolicyResponse get(Call call, GetPolicyRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), request.qualifier());
        FunctionDocument function = functions
                .read(records -> FunctionDocument.find(records, name.name()))
                .filter(found ->
                        name.qualifier() == null && !found.permissions().isEmpty())
                .orElseThrow(() -> LambdaErrors.RESOURCE_NOT_FOUND.with("The resource you requested does not exist."));
        return GetPolicyResponse.builder()
                .policy(PolicyText.policy(function.permissions(), function.arn()))
                .revisionId(function.revisionId())
                .build();
    }

    private Unit remove(Call call, RemovePermissionRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), request.qualifier());
        functions.write(name.name(), tx -> {
            refuseAlias(name);
            FunctionDocument function = FunctionDocument.find(tx, name.name())
                    .filter(_ -> name.qualifier() == null)
                    .orElseThrow(
                            () -> LambdaErrors.RESOURCE_NOT_FOUND.with("No policy found for: " + name.qualifiedArn()));
            FunctionRules.revision(function, request.revisionId(), POLICY_REMEDY);
            if (function.permissions().isEmpty()) {
                throw LambdaErrors.RESOURCE_NOT_FOUND.with("No policy is associated with the given resource.");
            }
            List<Permission> permissions = new ArrayList<>(function.permissions());
            if (!permissions.removeIf(known -> known.statementId().equals(request.statementId()))) {
                throw LambdaErrors.RESOURCE_NOT_FOUND.with(
                        "Statement " + request.statementId() + " is not found in resource policy.");
            }
            return function.withPermissions(permissions, ids.uuid());
        });
        return Unit.UNIT;
    }

    private static void refuseAlias(FunctionName name) {
        String qualifier = name.qualifier();
        if (qualifier != null && ALIASES.matcher(qualifier).matches()) {
            throw LambdaErrors.RESOURCE_NOT_FOUND.with("Cannot find alias arn: " + name.qualifiedArn());
        }
    }
}
