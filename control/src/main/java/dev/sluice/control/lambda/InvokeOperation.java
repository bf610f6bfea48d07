/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.functions.Functions;
import dev.sluice.functions.InvokeContext;
import dev.sluice.functions.InvokeReport;
import dev.sluice.functions.InvokeResult;
import dev.sluice.wire.Call;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.lambda.InvocationRequest;
import dev.sluice.wire.lambda.InvocationResponse;
import dev.sluice.wire.lambda.LambdaErrors;
import dev.sluice.wire.lambda.LambdaOperations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The Invoke operation, synchronous. Thread-safe; waits for the function on the caller's thread. */
public final class InvokeOperation {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NO_EVENT = "{}".getBytes(StandardCharsets.UTF_8);
    private static final int MAX_CONTEXT_BYTES = 3583;
    /** For an environment; half of the read timeout that AWS's clients have by default. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final FunctionStore store;
    private final Functions functions;

    public InvokeOperation(FunctionStore store, Functions functions) {
        this.store = store;
        this.functions = functions;
    }

    public void register(Handlers.Builder handlers) {
        handlers.on(LambdaOperations.INVOKE, this::invoke);
    }

    private InvocationResponse invoke(Call call, InvocationRequest request) {
        FunctionName name = FunctionName.of(call, request.functionName(), request.qualifier());
        byte[] event = event(request.payload());
        LiveFunction function = store.live()
                .find(name.name())
                .filter(_ -> name.latest())
                .orElseThrow(() -> FunctionRules.notFound(name));
        String type = request.invocationType() == null ? "RequestResponse" : request.invocationType();
        boolean tail = "Tail".equals(request.logType());
        return switch (type) {
            case "DryRun" -> InvocationResponse.builder().statusCode(204).build();
            case "RequestResponse" -> {
                InvokeContext context = new InvokeContext(
                        call.requestId(),
                        name.qualifiedArn(),
                        null,
                        clientContext(request.clientContext()),
                        null,
                        MAX_WAIT,
                        tail);
                yield answer(functions.invoke(function.spec(), event, context), tail);
            }
            default ->
                throw LambdaErrors.INVALID_PARAMETER_VALUE.with(
                        "InvocationType " + type + " is not supported (expected: RequestResponse or DryRun)");
        };
    }

    private static byte[] event(byte @Nullable [] payload) {
        if (payload == null || payload.length == 0) {
            return NO_EVENT;
        }
        if (payload.length > Functions.MAX_PAYLOAD_BYTES) {
            throw tooLarge();
        }
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), payload)) {
            json.nextToken();
            json.skipChildren();
            if (json.nextToken() != null) {
                throw notJson("more than one value");
            }
        } catch (JacksonException e) {
            throw notJson(e.getOriginalMessage());
        }
        return payload;
    }

    private static ServiceException notJson(String problem) {
        return LambdaErrors.INVALID_REQUEST_CONTENT.with("Could not parse request body into json: " + problem);
    }

    private static @Nullable String clientContext(@Nullable String header) {
        if (header == null) {
            return null;
        }
        if (header.length() > MAX_CONTEXT_BYTES) {
            throw LambdaErrors.INVALID_REQUEST_CONTENT.with(
                    "Client context must be at most " + MAX_CONTEXT_BYTES + " bytes (it has " + header.length() + ")");
        }
        try {
            byte[] json = Base64.getDecoder().decode(header);
            event(json);
            return new String(json, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | ServiceException e) {
            throw LambdaErrors.INVALID_REQUEST_CONTENT.with(
                    "Client context must be a valid Base64-encoded JSON object.");
        }
    }

    private static InvocationResponse answer(InvokeResult result, boolean tail) {
        return switch (result) {
            case InvokeResult.Returned(byte[] payload, InvokeReport report) ->
                answered(payload, report, tail).build();
            case InvokeResult.FunctionError(String kind, byte[] payload, InvokeReport report) ->
                answered(payload, report, tail).functionError(kind).build();
            case InvokeResult.Rejected(InvokeResult.Reason reason, String message) -> throw refusal(reason, message);
        };
    }

    private static InvocationResponse.Builder answered(byte[] payload, InvokeReport report, boolean tail) {
        return InvocationResponse.builder()
                .statusCode(200)
                .payload(payload)
                .executedVersion(FunctionName.LATEST)
                .logResult(tail ? Base64.getEncoder().encodeToString(report.logTail()) : null);
    }

    private static ServiceException refusal(InvokeResult.Reason reason, String message) {
        return switch (reason) {
            case CONCURRENCY ->
                LambdaErrors.TOO_MANY_REQUESTS
                        .with("Rate Exceeded.")
                        .detail("Reason", "ConcurrentInvocationLimitExceeded");
            case PAYLOAD_TOO_LARGE -> tooLarge();
            case RUNTIME -> LambdaErrors.INVALID_RUNTIME.with(message);
            case CODE -> LambdaErrors.INVALID_ZIP_FILE.with(message);
            case HOST -> LambdaErrors.EC2_UNEXPECTED.with(message);
            case STOPPING -> CommonErrors.SERVICE_UNAVAILABLE.with(message);
        };
    }

    private static ServiceException tooLarge() {
        return LambdaErrors.REQUEST_TOO_LARGE.with("Request must be smaller than " + Functions.MAX_PAYLOAD_BYTES
                + " bytes for the InvokeFunction operation");
    }
}
