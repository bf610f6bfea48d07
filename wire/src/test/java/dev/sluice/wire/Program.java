/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs that tests compare with. */
public final class Program {
    private Program() {}

    /** What a program did. */
    record Result(int exitCode, String output, String errors) {}

    /** Runs a Python script of the test resources and returns what it prints; it must end well. */
    public static String python(String resource) {
        try (InputStream script = Program.class.getResourceAsStream(resource)) {
            if (script == null) {
                throw new IllegalArgumentException("resource: " + resource + " (expected: one that is there)");
            }
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            Result result = run(List.of("python3", "-c", text), Map.of());
            if (result.exitCode() != 0) {
                throw new IllegalStateException("python3 with botocore is needed: " + result.errors());
            }
            return result.output();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command for at most two minutes. */
    static Result run(List<String> command, Map<String, String> environment) throws IOException {
        Path output = Files.createTempFile("sluice", ".out");
        Path errors = Files.createTempFile("sluice", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("no end after two minutes: " + command);
            }
            return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}
