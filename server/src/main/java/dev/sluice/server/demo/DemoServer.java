/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.demo;

import dev.sluice.server.folder.CredentialsFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A server in a process of its own, on a temporary folder and free ports; closing stops it and deletes the folder. */
final class DemoServer implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("sluice ready admin=(\\S+) http=(\\S+) https=(\\S+)");
    private static final int STOP_SECONDS = 40;
    private static final int SHOWN_LOG_LINES = 5;

    private final Path folder;
    private final Process process;
    private final URI admin;
    private final URI http;
    private final CredentialsFile.Profile profile;

    private DemoServer(Path folder, Process process, URI admin, URI http, CredentialsFile.Profile profile) {
        this.folder = folder;
        this.process = process;
        this.admin = admin;
        this.http = http;
        this.profile = profile;
    }

    /**
     * @param command starts a server; its options are added
     *
     * @throws DemoException when it does not get ready
     */
    static DemoServer start(List<String> command) throws IOException {
        var folder = Files.createTempDirectory("sluice-demo-");
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of("--data-dir", folder.resolve("data").toString(), "--host", "127.0.0.1"));
        line.addAll(List.of("--admin-port", "0", "--http-port", "0", "--https-port", "0"));
        var builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectError(folder.resolve("server.log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        var process = builder.start();
        try {
            return ready(folder, process);
        } catch (IOException | RuntimeException failure) {
            stop(process);
            delete(folder);
            throw failure;
        }
    }

    private static DemoServer ready(Path folder, Process process) throws IOException {
        var ready = READY.matcher(String.valueOf(firstLine(process)));
        if (!ready.matches()) {
            throw new DemoException("the server did not start: " + endOfLog(folder));
        }
        var profile = CredentialsFile.read(folder.resolve("data"))
                .orElseThrow(() -> new DemoException("the server wrote no credentials"));
        return new DemoServer(folder, process, URI.create(ready.group(1)), URI.create(ready.group(2)), profile);
    }

    @SuppressWarnings("NullAway") // null at the end of the stream, which the caller turns into text
    private static String firstLine(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        return out.readLine();
    }

    private static String endOfLog(Path folder) throws IOException {
        var lines = Files.readAllLines(folder.resolve("server.log"));
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
    }

    Path folder() {
        return folder;
    }

    Path dataDir() {
        return folder.resolve("data");
    }

    URI admin() {
        return admin;
    }

    URI http() {
        return http;
    }

    CredentialsFile.Profile profile() {
        return profile;
    }

    /** Returns when the server's process has ended, whoever ended it. */
    void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    @Override
    public void close() {
        stop(process);
        delete(folder);
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new DemoException("cannot delete " + folder + ": " + failure.getMessage());
        }
    }
}
