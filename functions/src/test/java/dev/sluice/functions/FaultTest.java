/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static dev.sluice.functions.FunctionsFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FaultTest {
    @TempDir
    private static Path folder;

    private static FunctionsFixture fixture;

    @BeforeAll
    static void open() {
        fixture = new FunctionsFixture(folder.resolve("shared"));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void aRaisedExceptionIsTheResultAndTheEnvironmentLives() {
        var function = fixture.python("""
                calls = 0
                def handle(event, context):
                    global calls
                    calls += 1
                    if event.get('fail'):
                        raise ValueError('no "good"')
                    return calls
                """);

        InvokeResult failed =
                function.call("{\"fail\": true}", InvokeContext.of("id-7", function.arn(), function.maxWait));

        assertError(failed, "ValueError", "no \\\"good\\\"");
        assertThat(text(failed)).contains("\"requestId\": \"id-7\"", "raise ValueError", "line 6, in handle");
        assertThat(text(failed)).doesNotContain("bootstrap.py");
        assertThat(text(function.call("{}"))).isEqualTo("2");
    }

    @Test
    void anAnswerThatIsNoJsonIsAMarshalError() {
        var function = fixture.python("def handle(event, context): return {1, 2}");
        assertError(function.call("{}"), "Runtime.MarshalError", "Object of type set is not JSON serializable");
    }

    @Test
    void anEventThatIsNoJsonIsAnUnmarshalError() {
        var function = fixture.python("def handle(event, context): return event");
        assertError(function.call("{"), "Runtime.UnmarshalError", "Unable to unmarshal input");
    }

    @Test
    void anAnswerWithErrorTypeIsNoError() {
        var function = fixture.python("def handle(event, context): return {'errorType': 'mine'}");
        assertThat(function.call("{}")).isInstanceOf(InvokeResult.Returned.class);
    }

    @Test
    void anAnswerOverSixMegabytesIsAnError() {
        var function = fixture.python("def handle(event, context): return 'x' * event");
        assertThat(function.call("6291554")).isInstanceOf(InvokeResult.Returned.class);
        assertError(
                function.call("6291555"),
                "Function.ResponseSizeTooLarge",
                "maximum allowed payload size (6291556 bytes)");
    }

    @Test
    void anEventOfSixMegabytesArrivesWholeAndALargerOneIsRefused() {
        var function = fixture.python("def handle(event, context): return len(event)");
        assertThat(text(function.call("\"" + "é".repeat(3_000_000) + "\""))).isEqualTo("3000000");
        assertThat(function.call("\"" + "x".repeat(Functions.MAX_PAYLOAD_BYTES) + "\""))
                .isInstanceOfSatisfying(
                        InvokeResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(InvokeResult.Reason.PAYLOAD_TOO_LARGE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "import nothere | handler.handle | Runtime.ImportModuleError | Unable to import module 'handler': No module named 'nothere'",
                "x = 1 | other.handle | Runtime.ImportModuleError | No module named 'other'",
                "def handle(: | handler.handle | Runtime.UserCodeSyntaxError | Syntax error in module 'handler'",
                "x = 1 | handler.handle | Runtime.HandlerNotFound | Handler 'handle' missing on module 'handler'",
                "x = 1 | handler | Runtime.MalformedHandlerName | Bad handler 'handler'",
                "1/0 | handler.handle | ZeroDivisionError | division by zero",
                "import sys; sys.exit(4) | handler.handle | Runtime.ExitError | exit status 4",
                "import os; os.abort() | handler.handle | Runtime.ExitError | signal: aborted",
            })
    void codeThatCannotBeLoadedSaysWhy(String source, String handler, String type, String message) {
        assertError(fixture.python(source).handler(handler).call("{}"), type, message);
    }

    @Test
    void afterThreeFailedStartsTheNextCallFailsWithoutAStart() {
        var function = fixture.python("print('loading'); import nothere");
        for (int call = 1; call <= 5; call++) {
            assertError(function.call("{}"), "Runtime.ImportModuleError", "nothere");
        }
        assertThat(fixture.logLines.stream().filter("loading"::equals)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "'os._exit(3)', 'exit status 3'",
        "'sys.exit(1)', 'exit status 1'",
        "'os._exit(0)', 'Runtime exited without providing a reason'",
        "'os.kill(os.getpid(), 9)', 'signal: killed'",
        "'os.kill(os.getpid(), 11)', 'signal: segmentation fault'",
        "'os.write(3, bytes(100)); time.sleep(9)', 'Runtime exited with error'",
    })
    void aProcessThatEndsIsReportedAndReplaced(String statement, String how) {
        var function = fixture.python(
                "import os, sys, time\ndef handle(event, context):\n  if event: " + statement + "\n  return 'fine'");
        assertThat(text(function.call("0"))).isEqualTo("\"fine\"");
        assertError(function.call("1"), "Runtime.ExitError", how);
        assertThat(text(function.call("0"))).isEqualTo("\"fine\"");
    }

    @Test
    void aCallOverItsTimeIsKilledWithAllItsProcesses() {
        String sign = "86400." + UUID.randomUUID().toString().replaceAll("[^0-9]", "");
        var function = fixture.python("""
                        import os, subprocess, time
                        def handle(event, context):
                            subprocess.Popen(['sleep', event])
                            if os.fork() == 0:
                                os.setsid()
                                if os.fork() == 0:
                                    os.execvp('sleep', ['sleep', event])
                                os._exit(0)
                            time.sleep(60)
                        """).timeout(Duration.ofMillis(700));

        long started = System.nanoTime();
        InvokeResult result = function.call("\"" + sign + "\"");

        assertError(result, "Sandbox.Timedout", " Task timed out after 0.70 seconds");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
        FunctionsFixture.await("no process left", Duration.ofSeconds(5), () -> Processes.with(sign) == 0);
    }

    @Test
    void loadingOverItsTimeIsAnError() {
        FunctionSettings settings =
                FunctionSettings.builder().initTimeout(Duration.ofMillis(900)).build();
        try (var impatient = new FunctionsFixture(folder.resolve("impatient"), settings)) {
            var function = impatient.python("import time; time.sleep(60)");
            assertError(function.call("{}"), "Sandbox.Timedout", "Task timed out after 0.90 seconds");
        }
    }

    @Test
    void aProcessOverItsMemoryIsKilled() {
        var function = fixture.python("""
                import time
                def handle(event, context):
                    hog = bytearray(event << 20)
                    time.sleep(5 if event > 100 else 0)
                    return len(hog)
                """);
        assertError(function.call("300"), "Runtime.ExitError", "signal: killed");
        assertThat(FunctionsFixture.report(function.call("1")).maxMemoryMegabytes())
                .isBetween(5, 128);
    }

    @Test
    void codeThatIsNotInTheStoreIsRejected() {
        FunctionSpec spec = fixture.python("").spec();
        FunctionSpec lost = new FunctionSpec(
                spec.arn(),
                spec.name(),
                "$LATEST",
                spec.runtime(),
                "a.b",
                "0000",
                128,
                Duration.ofSeconds(1),
                spec.environment(),
                "eu-west-1",
                "123456789012",
                "1");
        InvokeResult result =
                fixture.functions.invoke(lost, new byte[0], InvokeContext.of("i", spec.arn(), Duration.ofSeconds(9)));
        assertThat(result)
                .isInstanceOfSatisfying(
                        InvokeResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(InvokeResult.Reason.CODE));
    }

    @Test
    void anUnknownRuntimeIsRejectedNamingTheKnownOnes() {
        var function = fixture.python("");
        function.runtime = "nodejs22.x";
        assertThat(function.call("{}")).isInstanceOfSatisfying(InvokeResult.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(InvokeResult.Reason.RUNTIME);
            assertThat(rejected.message()).contains("nodejs22.x", "python3.13");
        });
    }

    private static void assertError(InvokeResult result, String type, String message) {
        assertThat(result).as(text(result)).isInstanceOf(InvokeResult.FunctionError.class);
        assertThat(((InvokeResult.FunctionError) result).kind()).isEqualTo("Unhandled");
        assertThat(text(result))
                .containsPattern("\"errorType\": ?\"" + type + "\"")
                .contains(message);
    }
}
