/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** One call on a held environment: delivers the event, writes the platform's log lines, and words what went wrong. Thread-safe. */
final class Invocation {
    private static final String UNHANDLED = "Unhandled";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private final Ticker ticker;
    private final boolean logged;

    /** @param logged whether somebody takes the log besides callers who want its tail */
    Invocation(InstantSource clock, Ticker ticker, boolean logged) {
        this.clock = clock;
        this.ticker = ticker;
        this.logged = logged;
    }

    InvokeResult run(Environment environment, byte[] event, InvokeContext context) {
        FunctionSpec spec = environment.spec;
        boolean wantLog = logged || context.tail();
        environment.log.begin(context.tail());
        if (wantLog) {
            environment.log.platformLine("START RequestId: " + context.requestId() + " Version: " + spec.version());
        }
        Optional<Duration> init = environment.takeInitDuration();
        long deadlineMillis = clock.millis() + spec.timeout().toMillis();
        long started = ticker.nanoTime();
        Environment.Reply reply = environment.call(
                event, context, deadlineMillis, started + spec.timeout().toNanos());
        Duration duration = Duration.ofNanos(ticker.nanoTime() - started);
        if (wantLog && reply instanceof Environment.Reply.Answered(FrameChannel.Frame frame) && frame.logged()) {
            environment.log.awaitMarker(context.requestId());
        }
        Optional<String> fault = fault(environment, reply, context);
        if (wantLog) {
            logEnd(environment, context, duration, init, fault);
        }
        InvokeReport report = new InvokeReport(
                duration,
                init,
                environment.peakMegabytes(),
                environment.log.tail(),
                environment.logStream,
                environment.interpreter.runtime());
        return result(reply, fault, report);
    }

    /** For a caller whose environment could not be started. */
    InvokeResult failedStart(
            FunctionSpec spec, StartResult.Failure failure, InvokeContext context, Duration initTimeout) {
        InvokeReport report = new InvokeReport(Duration.ZERO, Optional.empty(), 0, new byte[0], "", spec.runtime());
        return switch (failure) {
            case StartResult.Failure.Init(byte[] payload) -> new InvokeResult.FunctionError(UNHANDLED, payload, report);
            case StartResult.Failure.Exited(String how) ->
                new InvokeResult.FunctionError(
                        UNHANDLED, ErrorPayload.of("Runtime.ExitError", exit(context, how)), report);
            case StartResult.Failure.TimedOut() ->
                new InvokeResult.FunctionError(
                        UNHANDLED, ErrorPayload.of("Sandbox.Timedout", timedOut(context, initTimeout)), report);
            case StartResult.Failure.Refused(InvokeResult.Reason reason, String message) ->
                new InvokeResult.Rejected(reason, message);
        };
    }

    private Optional<String> fault(Environment environment, Environment.Reply reply, InvokeContext context) {
        return switch (reply) {
            case Environment.Reply.Answered _ -> Optional.empty();
            case Environment.Reply.Ended(Environment.End why) ->
                Optional.of(
                        switch (why) {
                            case TIMED_OUT -> timedOut(context, environment.spec.timeout());
                            case OUT_OF_MEMORY -> exit(context, "signal: killed");
                            case EXITED -> exit(context, environment.exitText());
                            case STOPPED -> "The server is stopping";
                        });
        };
    }

    private static InvokeResult result(Environment.Reply reply, Optional<String> fault, InvokeReport report) {
        return switch (reply) {
            case Environment.Reply.Answered(FrameChannel.Frame frame) ->
                frame.kind() == FrameChannel.RETURNED
                        ? new InvokeResult.Returned(frame.payload(), report)
                        : new InvokeResult.FunctionError(UNHANDLED, frame.payload(), report);
            case Environment.Reply.Ended(Environment.End why) ->
                switch (why) {
                    case STOPPED -> new InvokeResult.Rejected(InvokeResult.Reason.STOPPING, fault.orElse(""));
                    case TIMED_OUT ->
                        new InvokeResult.FunctionError(
                                UNHANDLED, ErrorPayload.of("Sandbox.Timedout", fault.orElse("")), report);
                    case EXITED, OUT_OF_MEMORY ->
                        new InvokeResult.FunctionError(
                                UNHANDLED, ErrorPayload.of("Runtime.ExitError", fault.orElse("")), report);
                };
        };
    }

    private void logEnd(
            Environment environment,
            InvokeContext context,
            Duration duration,
            Optional<Duration> init,
            Optional<String> fault) {
        LogBuffer log = environment.log;
        log.platformLine("END RequestId: " + context.requestId());
        String report = String.format(
                Locale.ROOT,
                "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t",
                context.requestId(),
                duration.toNanos() / 1e6,
                Math.ceilDiv(duration.toNanos(), 1_000_000L),
                environment.spec.memoryMegabytes(),
                environment.peakMegabytes());
        String cold = init.map(took -> String.format(Locale.ROOT, "Init Duration: %.2f ms\t", took.toNanos() / 1e6))
                .orElse("");
        log.platformLine(report + cold);
        fault.ifPresent(log::platformLine);
    }

    private String timedOut(InvokeContext context, Duration timeout) {
        Instant now = clock.instant();
        return TIME.format(now) + " " + context.requestId()
                + String.format(Locale.ROOT, " Task timed out after %.2f seconds", timeout.toMillis() / 1000.0);
    }

    private static String exit(InvokeContext context, String how) {
        return "RequestId: " + context.requestId()
                + (how.equals("exit status 0")
                        ? " Error: Runtime exited without providing a reason"
                        : " Error: Runtime exited with error: " + how);
    }
}
