/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server process started by {@code ./sluice start} on a folder and free ports, ready when this exists. */
final class RunningServer implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("sluice ready admin=(\\S+) http=(\\S+) https=(\\S+)");
    private static final long STOP_SECONDS = 30;

    private final Process process;
    private final Path folder;
    private final StringBuffer log;
    private final URI admin;
    private final URI http;
    private final URI https;
    private final Aws aws;

    private RunningServer(Process process, Path folder, StringBuffer log, Matcher ready) {
        this.process = process;
        this.folder = folder;
        this.log = log;
        this.admin = URI.create(ready.group(1));
        this.http = URI.create(ready.group(2));
        this.https = URI.create(ready.group(3));
        this.aws = Aws.of(admin, folder.resolve("credentials"));
    }

    static RunningServer start(Path folder, String... options) {
        StringBuffer log = new StringBuffer();
        Process process = launch(folder, log, options);
        try {
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            String line = output.readLine();
            Matcher ready = READY.matcher(line == null ? "" : line);
            if (!ready.matches()) {
                process.destroyForcibly();
                throw new AssertionError("the server's first line: " + line + "; its log:\n" + log);
            }
            return new RunningServer(process, folder, log, ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a server ended that was not expected to get ready. */
    record Ended(int status, String output, String errors) {}

    static Ended startAndEnd(Path folder, String... options) {
        StringBuffer log = new StringBuffer();
        Process process = launch(folder, log, options);
        try {
            assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            awaitLog(process, log);
            return new Ended(process.exitValue(), output, log.toString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process launch(Path folder, StringBuffer log, String... options) {
        List<String> command = new ArrayList<>(List.of(Project.launcher(), "start", "--data-dir", folder.toString()));
        for (String port : List.of("--admin-port", "--http-port", "--https-port")) {
            if (!List.of(options).contains(port)) {
                command.addAll(List.of(port, "0"));
            }
        }
        command.addAll(List.of(options));
        try {
            Process process = Project.process(parent(folder), command).start();
            Thread.ofVirtual().name("server-log").start(() -> {
                try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
                    errors.lines().forEach(line -> log.append(line).append('\n'));
                } catch (IOException | UncheckedIOException e) {
                    log.append("log ended: ").append(e).append('\n');
                }
            });
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitLog(Process process, StringBuffer log) throws InterruptedException {
        for (int i = 0; i < 100 && log.isEmpty() && !process.isAlive(); i++) {
            Thread.sleep(10);
        }
    }

    Aws aws() {
        return aws;
    }

    Path folder() {
        return folder;
    }

    URI admin() {
        return admin;
    }

    URI http() {
        return http;
    }

    URI https() {
        return https;
    }

    long pid() {
        return process.pid();
    }

    String log() {
        return log.toString();
    }

    /** The environment that {@code ./sluice env} prints for this server. */
    Map<String, String> environment() {
        Project.Output env =
                Project.run(parent(folder), Map.of(), Project.launcher(), "env", "--data-dir", folder.toString());
        assertThat(env.status()).as(env.errors()).isZero();
        Map<String, String> variables = new TreeMap<>();
        Matcher export =
                Pattern.compile("(?m)^export ([A-Z_]+)='?([^'\\n]*)'?$").matcher(env.output());
        while (export.find()) {
            variables.put(export.group(1), export.group(2));
        }
        return variables;
    }

    /** The path-style URL of a stage; a path is put behind it. */
    String url(String apiId, String stage, String path) {
        return http + "/restapis/" + apiId + "/" + stage + "/_user_request_" + path;
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        await();
    }

    /** SIGTERM; the exit status. */
    int stop() {
        process.destroy();
        await();
        return process.exitValue();
    }

    private void await() {
        try {
            assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS))
                    .as("the server ends; log: %s", log)
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        aws.close();
        if (process.isAlive()) {
            process.destroy();
            try {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }

    /** Where the server is started: beside its data folder. */
    private static Path parent(Path folder) {
        return Objects.requireNonNull(folder.getParent());
    }
}
