/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that is killed leaves no function running, at every level that a server can have. */
final class KillTest {
    private static final String STARTS_DAEMONS = """
            import os, subprocess, time
            def handle(event, context):
                if event.get('daemon'):
                    if os.fork() == 0:
                        os.setsid()
                        if os.fork() == 0:
                            os.execvp('sleep', ['sleep', event['sign']])
                        os._exit(0)
                else:
                    subprocess.Popen(['sleep', event['sign']])
                print('started')
                time.sleep(60)
            """;

    @TempDir
    Path folder;

    /** Runs in a Java machine of its own until that is killed: one call that never ends. */
    public static void main(String[] arguments) {
        FunctionSettings settings = FunctionSettings.builder()
                .isolation(FunctionSettings.IsolationMode.valueOf(arguments[1]))
                .allowUnsandboxed(true)
                .build();
        var fixture = new FunctionsFixture(Path.of(arguments[0]), settings);
        var function = fixture.python(STARTS_DAEMONS).timeout(Duration.ofMinutes(5));
        function.maxWait = Duration.ofMinutes(1);
        Thread.ofVirtual()
                .start(() -> function.call(
                        "{\"sign\": \"" + arguments[2] + "\", \"daemon\": " + !arguments[1].equals("PROCESS") + "}"));
        FunctionsFixture.await("call", Duration.ofMinutes(1), () -> fixture.logLines.contains("started"));
        System.out.println("running");
        FunctionsFixture.await("the kill", Duration.ofMinutes(2), () -> false);
    }

    @ParameterizedTest
    @EnumSource(FunctionSettings.IsolationMode.class)
    void aKilledServerLeavesNothing(FunctionSettings.IsolationMode mode) throws Exception {
        boolean root = (Integer) Files.getAttribute(folder, "unix:uid") == 0;
        if (mode == FunctionSettings.IsolationMode.UNPRIVILEGED && !root) {
            return; // can't be had, see IsolationTest
        }
        String sign = "86400." + UUID.randomUUID().toString().replaceAll("[^0-9]", "");
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillTest.class.getName(),
                        folder.toString(),
                        mode.name(),
                        sign)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            var output = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
            assertThat(Objects.toString(output.readLine())).isEqualTo("running");
            // The server itself, whose command line has the sign too, and what the function started.
            FunctionsFixture.await("both", Duration.ofSeconds(10), () -> Processes.with(sign) >= 2);
        } finally {
            server.destroyForcibly().waitFor();
        }

        if (mode == FunctionSettings.IsolationMode.AUTO || mode == FunctionSettings.IsolationMode.SANDBOX) {
            FunctionsFixture.await("all gone", Duration.ofSeconds(5), () -> Processes.with(sign) == 0);
        }
        // The weaker levels lose only the function's own process at once; the rest goes when the server is back.
        FunctionSettings settings = FunctionSettings.builder()
                .isolation(mode)
                .allowUnsandboxed(true)
                .build();
        new FunctionsFixture(folder, settings).close();
        FunctionsFixture.await("all gone", Duration.ofSeconds(5), () -> Processes.with(sign) == 0);
    }
}
