/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.folder.ServerFile;
import dev.sluice.server.settings.Settings;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a server until the process is told to stop, see {@link Signals}. */
final class StartCommand {
    private static final Logger LOG = LoggerFactory.getLogger(StartCommand.class);

    private final RunningServer.Factory factory;
    private final Terminal terminal;

    StartCommand(RunningServer.Factory factory, Terminal terminal) {
        this.factory = factory;
        this.terminal = terminal;
    }

    /** Returns only by an exception. */
    void run(Settings settings) throws IOException, InterruptedException {
        Signals.endTheProcess();
        var identity = Identity.ofThisProcess();
        var server = factory.start(settings, identity);
        var file = new ServerFile(
                identity.pid(), identity.version(), identity.instance(), server.admin(), server.http(), server.https());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(settings, server, file), "stop"));
        file.write(settings.dataDir());
        terminal.line("sluice ready admin=" + server.admin() + " http=" + server.http() + " https=" + server.https());
        new CountDownLatch(1).await();
    }

    private static void stop(Settings settings, RunningServer server, ServerFile file) {
        LOG.info("stopping");
        try {
            file.remove(settings.dataDir());
        } catch (IOException failure) {
            LOG.warn("cannot remove {}: {}", ServerFile.in(settings.dataDir()), failure.getMessage());
        }
        server.close();
        LOG.info("stopped");
    }
}
