/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.folder.CredentialsFile;
import dev.sluice.server.folder.ServerFile;
import dev.sluice.server.settings.SettingsReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * The run that the launcher's start-up cache is recorded from: a server starts on a new temporary folder and once more on the same,
 * and each time is used a little, in this process, in the ways that the other commands and clients use one.
 */
final class Rehearsal {
    private final RunningServer.Factory factory;
    private final InstantSource clock;
    private final Terminal silent;

    Rehearsal(RunningServer.Factory factory, InstantSource clock) {
        this.factory = factory;
        this.clock = clock;
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        this.silent = new Terminal(nowhere, nowhere);
    }

    /** @throws IOException when a step does not answer as it should; the folder is deleted all the same */
    void run() throws IOException {
        Signals.endTheProcess();
        var folder = Files.createTempDirectory("sluice-rehearsal-");
        try {
            Files.writeString(folder.resolve("sluice.yaml"), "region: eu-central-1\n");
            startAndUse(folder);
            startAndUse(folder);
        } finally {
            delete(folder);
        }
    }

    private void startAndUse(Path folder) throws IOException {
        var dataDir = folder.resolve("data");
        var settings = SettingsReader.read(
                null,
                folder,
                Map.of(),
                Map.of(
                        "--data-dir", dataDir.toString(),
                        "--host", "127.0.0.1",
                        "--admin-port", "0",
                        "--http-port", "0",
                        "--https-port", "0",
                        "--limits-account-rate", Integer.toString(RehearsedLoad.LIMIT),
                        "--limits-account-burst", Integer.toString(RehearsedLoad.LIMIT)));
        var identity = Identity.ofThisProcess();
        try (var server = factory.start(settings, identity)) {
            new ServerFile(
                            identity.pid(),
                            identity.version(),
                            identity.instance(),
                            server.admin(),
                            server.http(),
                            server.https())
                    .write(dataDir);
            expectZero("env", new EnvCommand(silent).run(dataDir));
            var profile = CredentialsFile.read(dataDir)
                    .orElseThrow(() -> new IOException("the rehearsed server wrote no credentials"));
            var refused = new RehearsedUse(new AdminClient(server.admin(), profile, clock), server.http()).run();
            expectZero("why", new WhyCommand(silent, clock).run(Optional.of(refused), dataDir, false));
        }
    }

    private static void expectZero(String command, int exitCode) throws IOException {
        if (exitCode != 0) {
            throw new IOException("the rehearsed command " + command + " ended with " + exitCode + " (expected: 0)");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
