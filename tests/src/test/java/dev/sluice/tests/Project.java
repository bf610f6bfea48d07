/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The checkout, and programs run in it. */
final class Project {
    private static final long LIMIT_SECONDS = 240;

    private Project() {}

    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("sluice"))) {
            here = Objects.requireNonNull(here.getParent(), "no checkout around the tests");
        }
        return here;
    }

    static String launcher() {
        return root().resolve("sluice").toString();
    }

    /** A process on the JDK of these tests, without what the developer's shell says of AWS. */
    static ProcessBuilder process(Path folder, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("SLUICE_"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    /** What a program printed. */
    record Output(int status, String output, String errors) {}

    static Output run(Path folder, Map<String, String> variables, String... command) {
        ProcessBuilder builder = process(folder, List.of(command));
        builder.environment().putAll(variables);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> text(process, true));
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> text(process, false));
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            assertThat(ended).as("%s ends", List.of(command)).isTrue();
            return new Output(process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Process process, boolean errors) {
        try (var stream = errors ? process.getErrorStream() : process.getInputStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
