/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static dev.sluice.functions.FunctionsFixture.report;
import static dev.sluice.functions.FunctionsFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PoolTest {
    private static final String WHO_AFTER_A_WHILE = """
            import os, time, uuid
            me = str(uuid.uuid4())
            def handle(event, context):
                time.sleep(event)
                return me
            """;

    @TempDir
    Path folder;

    @Test
    void aHundredCallsAtOnceShareFourEnvironments() throws Exception {
        try (var fixture = new FunctionsFixture(
                folder, FunctionSettings.builder().maxEnvironments(4).build())) {
            var function = fixture.python(WHO_AFTER_A_WHILE);
            Set<String> environments = new HashSet<>();
            for (InvokeResult result : together(function, 100, "0.01")) {
                assertThat(result).as(text(result)).isInstanceOf(InvokeResult.Returned.class);
                environments.add(text(result));
            }
            assertThat(environments).hasSizeBetween(1, 4);
            assertThat(fixture.ended).hasSize(100);
        }
    }

    @Test
    void callsInARowUseOneEnvironment() {
        try (var fixture = new FunctionsFixture(folder)) {
            var function = fixture.python(WHO_AFTER_A_WHILE);
            InvokeResult first = function.call("0");
            assertThat(report(first).initDuration()).isPresent();
            for (int i = 0; i < 20; i++) {
                InvokeResult next = function.call("0");
                assertThat(text(next)).isEqualTo(text(first));
                assertThat(report(next).initDuration()).isEmpty();
            }
        }
    }

    @Test
    void aFullQueueRefusesAtOnceAndALongWaitIsCutShort() throws Exception {
        FunctionSettings settings =
                FunctionSettings.builder().maxEnvironments(1).maxWaiting(1).build();
        try (var fixture = new FunctionsFixture(folder, settings)) {
            var function = fixture.python(WHO_AFTER_A_WHILE);
            assertThat(function.call("0")).isInstanceOf(InvokeResult.Returned.class);
            function.maxWait = Duration.ofMillis(300);
            List<InvokeResult> results = together(function, 3, "1.5");
            assertThat(results.stream().filter(result -> result instanceof InvokeResult.Returned))
                    .hasSize(1);
            assertThat(results.stream()
                            .filter(result -> result instanceof InvokeResult.Rejected rejected
                                    && rejected.reason() == InvokeResult.Reason.CONCURRENCY
                                    && rejected.reason().status() == 429))
                    .hasSize(2);
            assertThat(function.call("0")).isInstanceOf(InvokeResult.Returned.class);
        }
    }

    @Test
    void aRunningCallFinishesOnTheOldCodeAndTheNextHasTheNew() throws Exception {
        try (var fixture = new FunctionsFixture(folder);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var old = fixture.python("import time\ndef handle(event, context):\n  time.sleep(event)\n  return 'old'");
            var updated = fixture.python("def handle(event, context): return 'new'");
            updated.name = old.name;
            updated.revision = "2";
            old.call("0");
            Future<InvokeResult> running = callers.submit(() -> old.call("1"));
            FunctionsFixture.await(
                    "running",
                    Duration.ofSeconds(5),
                    () -> fixture.logLines.stream()
                                    .filter(line -> line.startsWith("START"))
                                    .count()
                            == 2);
            fixture.functions.retire(old.arn());
            assertThat(text(updated.call("0"))).isEqualTo("\"new\"");
            assertThat(text(running.get())).isEqualTo("\"old\"");
        }
    }

    @Test
    void anIdleEnvironmentExpires() {
        FunctionSettings settings =
                FunctionSettings.builder().idleExpiry(Duration.ofMillis(50)).build();
        try (var fixture = new FunctionsFixture(folder, settings)) {
            var function = fixture.python(WHO_AFTER_A_WHILE);
            String first = text(function.call("0"));
            FunctionsFixture.await("a new one", Duration.ofSeconds(5), () -> {
                FunctionsFixture.await("time", Duration.ofSeconds(1), afterMillis(200));
                return !text(function.call("0")).equals(first);
            });
        }
    }

    @Test
    void anIdleEnvironmentMakesRoomForAnotherFunction() {
        try (var fixture = new FunctionsFixture(
                folder, FunctionSettings.builder().maxEnvironments(1).build())) {
            var one = fixture.python(WHO_AFTER_A_WHILE);
            var two = fixture.python(WHO_AFTER_A_WHILE);
            for (int i = 0; i < 3; i++) {
                assertThat(one.call("0")).isInstanceOf(InvokeResult.Returned.class);
                assertThat(two.call("0")).isInstanceOf(InvokeResult.Returned.class);
            }
        }
    }

    @Test
    void aBusyFunctionsEnvironmentMakesRoomOnceItIsFree() throws Exception {
        try (var fixture = new FunctionsFixture(
                        folder, FunctionSettings.builder().maxEnvironments(1).build());
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = fixture.python(WHO_AFTER_A_WHILE);
            var two = fixture.python(WHO_AFTER_A_WHILE);
            one.call("0");
            Future<InvokeResult> running = callers.submit(() -> one.call("0.5"));
            assertThat(two.call("0")).isInstanceOf(InvokeResult.Returned.class);
            assertThat(running.get()).isInstanceOf(InvokeResult.Returned.class);
        }
    }

    @Test
    void theMemoryBudgetBoundsTheNumberToo() throws Exception {
        FunctionSettings settings =
                FunctionSettings.builder().memoryBudgetMegabytes(300).build();
        try (var fixture = new FunctionsFixture(folder, settings)) {
            Set<String> environments = new HashSet<>();
            together(fixture.python(WHO_AFTER_A_WHILE), 20, "0.02").forEach(result -> environments.add(text(result)));
            assertThat(environments).hasSizeBetween(1, 2);
        }
    }

    @Test
    void anEnvironmentKilledWhileIdleIsReplaced() {
        try (var fixture = new FunctionsFixture(folder)) {
            var function = fixture.python("""
                    import os, threading, uuid
                    me = str(uuid.uuid4())
                    def handle(event, context):
                        if event: threading.Timer(0.05, os._exit, [1]).start()
                        return me
                    """);
            String first = text(function.call("1"));
            FunctionsFixture.await("time", Duration.ofSeconds(2), afterMillis(600));
            assertThat(text(function.call("0"))).isNotEqualTo(first).hasSize(38);
        }
    }

    @Test
    void closingEndsRunningCalls() throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var fixture = new FunctionsFixture(folder);
            var function = fixture.python(WHO_AFTER_A_WHILE);
            function.call("0");
            Future<InvokeResult> running = callers.submit(() -> function.call("15"));
            FunctionsFixture.await(
                    "running",
                    Duration.ofSeconds(5),
                    () -> fixture.logLines.stream()
                                    .filter(line -> line.startsWith("START"))
                                    .count()
                            == 2);
            fixture.close();
            assertThat(running.get())
                    .isInstanceOfSatisfying(
                            InvokeResult.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(InvokeResult.Reason.STOPPING));
            assertThat(Processes.with("bootstrap.py " + folder)).isZero();
            assertThat(function.call("0")).isInstanceOf(InvokeResult.Rejected.class);
        }
    }

    private static java.util.function.BooleanSupplier afterMillis(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        return () -> System.nanoTime() - end >= 0;
    }

    private static List<InvokeResult> together(FunctionsFixture.Deployed function, int calls, String event)
            throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<InvokeResult>> running = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                running.add(callers.submit(() -> function.call(event)));
            }
            List<InvokeResult> results = new ArrayList<>();
            for (Future<InvokeResult> each : running) {
                results.add(each.get());
            }
            return results;
        }
    }
}
