/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import dev.sluice.control.apigateway.FunctionBackends.Target;
import dev.sluice.control.iam.Roles;
import dev.sluice.control.lambda.FunctionName;
import dev.sluice.control.lambda.LiveFunction;
import dev.sluice.control.lambda.LiveFunctions;
import dev.sluice.functions.Functions;
import dev.sluice.functions.InvokeContext;
import dev.sluice.functions.InvokeReport;
import dev.sluice.functions.InvokeResult;
import dev.sluice.functions.Ticker;
import dev.sluice.gateway.BackendResponse;
import dev.sluice.gateway.BackendResponse.Failed;
import dev.sluice.gateway.BackendResponse.Kind;
import dev.sluice.gateway.Exchange;
import dev.sluice.gateway.Integration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a function for a request: finds it, asks whether it may be called, and translates both ways. Thread-safe; blocks. */
final class FunctionCaller {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionCaller.class);
    private static final String SERVICE = "apigateway.amazonaws.com";
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(29);
    private static final long WARNING_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_LOGGED = 300;

    private final Functions functions;
    private final LiveFunctions live;
    private final Roles roles;
    private final Ticker ticker;
    private final AtomicLong nextWarning;

    FunctionCaller(Functions functions, LiveFunctions live, Roles roles, Ticker ticker) {
        this.functions = functions;
        this.live = live;
        this.roles = roles;
        this.ticker = ticker;
        this.nextWarning = new AtomicLong(ticker.nanoTime());
    }

    BackendResponse call(Target target, SourceArns sources, Exchange exchange, byte[] body) {
        LiveFunction function = find(target.functionArn());
        if (function == null) {
            String why = "no function " + target.functionArn();
            return failed(exchange, new Failed(Kind.CONFIGURATION, InvokeStatus.NO_FUNCTION), why);
        }
        if (!mayCall(function, target, sources, exchange)) {
            String why = "Invalid permissions on Lambda function " + target.functionArn();
            return failed(exchange, new Failed(Kind.CONFIGURATION, InvokeStatus.NO_PERMISSION), why);
        }
        InvokeContext context = new InvokeContext(
                UUID.randomUUID().toString(),
                target.functionArn(),
                exchange.traceId(),
                null,
                null,
                wait(exchange),
                false);
        return switch (functions.invoke(function.spec(), ProxyEvent.write(exchange, body), context)) {
            case InvokeResult.Returned(byte[] payload, InvokeReport _) -> answer(exchange, payload);
            case InvokeResult.FunctionError(String _, byte[] payload, InvokeReport _) ->
                failed(exchange, new Failed(Kind.ERROR, InvokeStatus.OK), "function failed: " + excerpt(payload));
            case InvokeResult.Rejected(InvokeResult.Reason reason, String message) ->
                rejected(exchange, reason, message);
        };
    }

    private BackendResponse rejected(Exchange exchange, InvokeResult.Reason reason, String message) {
        int status = InvokeStatus.of(reason);
        return reason == InvokeResult.Reason.PAYLOAD_TOO_LARGE
                ? new Failed(Kind.TOO_LARGE, status)
                : failed(exchange, new Failed(Kind.CONFIGURATION, status), reason + ": " + message);
    }

    private @Nullable LiveFunction find(String arn) {
        String qualifier = FunctionName.qualifierOf(arn);
        String unqualified = qualifier == null ? arn : arn.substring(0, arn.length() - qualifier.length() - 1);
        boolean latest = qualifier == null || qualifier.equals(FunctionName.LATEST);
        return live.find(FunctionName.nameOf(arn))
                .filter(function -> latest && function.spec().arn().equals(unqualified))
                .orElse(null);
    }

    private boolean mayCall(LiveFunction function, Target target, SourceArns sources, Exchange exchange) {
        String credentials = target.credentials();
        return credentials == null
                ? function.allowsInvoke(SERVICE, target.accountId(), sources.forVerb(exchange.httpMethod()))
                : roles.letsInvokeFunctions(credentials, SERVICE);
    }

    /** For an environment: no longer than the gateway waits for the answer. */
    private static Duration wait(Exchange exchange) {
        return exchange.route().integration() instanceof Integration.Called(var _, Duration timeout)
                ? timeout
                : DEFAULT_WAIT;
    }

    private BackendResponse answer(Exchange exchange, byte[] payload) {
        BackendResponse answer = ProxyAnswer.read(
                payload, exchange.header("Accept"), exchange.stage().binaryMediaTypes());
        return answer instanceof Failed failed
                ? failed(exchange, failed, "Malformed Lambda proxy response of " + payload.length + " bytes")
                : answer;
    }

    /** The client is told nothing, so the log says why; at most one line a second over all functions. */
    private BackendResponse failed(Exchange exchange, Failed failed, String why) {
        long now = ticker.nanoTime();
        long next = nextWarning.get();
        if (now - next >= 0 && nextWarning.compareAndSet(next, now + WARNING_INTERVAL_NANOS)) {
            LOG.warn("request {} to {} failed: {}", exchange.requestId(), exchange.stagePath(), why);
        }
        return failed;
    }

    private static String excerpt(byte[] payload) {
        String text = new String(payload, 0, Math.min(payload.length, MAX_LOGGED), StandardCharsets.UTF_8);
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
