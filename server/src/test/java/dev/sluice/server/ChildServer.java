/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real main program in a JVM of its own, as the launcher would run it. */
final class ChildServer implements AutoCloseable {
    /** What a finished program left. */
    record Result(int exitCode, String out, String err) {}

    private final Process process;
    private final BufferedReader out;

    private ChildServer(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    static ChildServer start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        // A shell's background jobs ignore SIGINT, and what they start does too.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path")
                        .replaceAll("[^" + File.pathSeparator + "]*test-classes" + File.pathSeparator, ""),
                Sluice.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        builder.environment().putAll(environment);
        return new ChildServer(builder.start());
    }

    static Result run(Path folder, Map<String, String> environment, String... arguments) throws Exception {
        try (var child = start(folder, environment, arguments)) {
            return child.result();
        }
    }

    /** The next line of standard output. */
    String line() throws IOException {
        return String.valueOf(out.readLine());
    }

    long pid() {
        return process.pid();
    }

    void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for the end. */
    Result result() throws Exception {
        var text = new StringBuilder();
        out.lines().forEach(line -> text.append(line).append('\n'));
        var err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running after its output ended");
        }
        return new Result(process.exitValue(), text.toString(), err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
