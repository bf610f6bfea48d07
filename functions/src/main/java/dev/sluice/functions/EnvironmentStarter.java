/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts environments up to their bootstrap's ready frame, and takes them apart. Thread-safe; blocks. */
final class EnvironmentStarter {
    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentStarter.class);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final FunctionSettings settings;
    private final RuntimeCatalog runtimes;
    private final CodeFolder codes;
    private final RunFolder folders;
    private final Launcher launcher;
    private final Spawner spawner;
    private final Watch watch;
    private final LogSink logs;
    private final InstantSource clock;
    private final Ticker ticker;

    EnvironmentStarter(
            FunctionSettings settings,
            RuntimeCatalog runtimes,
            CodeFolder codes,
            RunFolder folders,
            Launcher launcher,
            Spawner spawner,
            Watch watch,
            LogSink logs,
            InstantSource clock,
            Ticker ticker) {
        this.settings = settings;
        this.runtimes = runtimes;
        this.codes = codes;
        this.folders = folders;
        this.launcher = launcher;
        this.spawner = spawner;
        this.watch = watch;
        this.logs = logs;
        this.clock = clock;
        this.ticker = ticker;
    }

    StartResult start(FunctionSpec spec, int slot) {
        Optional<Interpreter> interpreter = runtimes.interpreter(spec.runtime());
        if (interpreter.isEmpty()) {
            return refused(InvokeResult.Reason.RUNTIME, runtimes.find(spec.runtime()));
        }
        Path code;
        try {
            code = codes.lease(spec.codeSha256());
        } catch (ZipFault e) {
            return new StartResult.Failure.Refused(InvokeResult.Reason.CODE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return hostFault(spec, "its code could not be unpacked", e);
        }
        StartResult result;
        try {
            result = connect(spec, interpreter.get(), code, slot);
        } catch (IOException e) {
            result = hostFault(spec, "no process could be started", e);
        }
        if (result instanceof StartResult.Failure) {
            folders.ended(slot);
            codes.release(spec.codeSha256());
        }
        return result;
    }

    /**
     * Kills the environment and removes every trace of it.
     *
     * @return false when somebody else has done or is doing so
     */
    boolean dispose(Environment environment) {
        if (!watch.remove(environment)) {
            return false;
        }
        environment.destroy();
        folders.ended(environment.slot);
        codes.release(environment.spec.codeSha256());
        return true;
    }

    private StartResult connect(FunctionSpec spec, Interpreter interpreter, Path code, int slot) throws IOException {
        long startedNanos = ticker.nanoTime();
        int userId = launcher.userId(slot);
        Path folder = folders.create(slot, userId);
        Path socket = folder.resolve("socket");
        var launch = new Launcher.Launch(code, folders.runtime(), folder, interpreter.prefix(), slot);
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            RunFolder.give(socket, userId);
            String stream = DAY.format(clock.instant()) + "/[" + spec.version() + "]" + token();
            String marker = token();
            String script = StartScript.of(spec, interpreter, launcher.view(launch), stream, marker, userId >= 0);
            Process process = spawner.start(launcher.command(launch), script);
            folders.started(slot, process, userId);
            LogBuffer log = new LogBuffer(spec, stream, logs);
            var environment = new Environment(spec, interpreter, stream, log, slot, process, launcher);
            environment.starting(listener, startedNanos + settings.initTimeout().toNanos());
            watch.add(environment);
            StartResult result = ready(environment, listener, process, marker, startedNanos);
            if (result instanceof StartResult.Failure) {
                environment.destroy();
                watch.remove(environment);
            }
            return result;
        }
    }

    private StartResult ready(
            Environment environment, ServerSocketChannel listener, Process process, String marker, long startedNanos) {
        Environment.Reply reply;
        try {
            FrameChannel frames = new FrameChannel(listener.accept());
            SocketChannel lines = listener.accept();
            Thread.ofVirtual()
                    .name("sluice-functions-log-" + environment.slot)
                    .start(new LogPump(lines, environment.log, marker));
            process.getInputStream().close();
            reply = environment.awaitReady(frames);
        } catch (IOException e) {
            return unconnected(environment, process);
        }
        return switch (reply) {
            case Environment.Reply.Answered(FrameChannel.Frame frame) -> {
                if (frame.kind() == FrameChannel.READY) {
                    environment.ready(Duration.ofNanos(ticker.nanoTime() - startedNanos));
                    yield new StartResult.Started(environment);
                }
                yield new StartResult.Failure.Init(frame.payload());
            }
            case Environment.Reply.Ended(Environment.End why) ->
                switch (why) {
                    case TIMED_OUT -> new StartResult.Failure.TimedOut();
                    case STOPPED -> stopped();
                    case EXITED, OUT_OF_MEMORY -> new StartResult.Failure.Exited(environment.exitText());
                };
        };
    }

    /** The process never reached the bootstrap's second line, so it was not the user's code that failed. */
    private StartResult unconnected(Environment environment, Process process) {
        environment.end(Environment.End.STOPPED);
        String output;
        try {
            output = Spawner.firstOutput(process).lines().findFirst().orElse("no output");
        } catch (IOException e) {
            output = String.valueOf(e.getMessage());
        }
        LOG.warn("functions: {}: the runtime did not start: {}", environment.spec.arn(), output);
        return new StartResult.Failure.Refused(
                InvokeResult.Reason.HOST, "The runtime " + environment.interpreter.runtime() + " did not start");
    }

    private static StartResult stopped() {
        return new StartResult.Failure.Refused(InvokeResult.Reason.STOPPING, "The server is stopping");
    }

    private static StartResult refused(InvokeResult.Reason reason, RuntimeCatalog.Choice choice) {
        return choice instanceof RuntimeCatalog.Choice.Unavailable(String message)
                ? new StartResult.Failure.Refused(reason, message)
                : new StartResult.Failure.Refused(reason, "The runtime is gone");
    }

    private static StartResult hostFault(FunctionSpec spec, String what, IOException cause) {
        LOG.warn("functions: {}: {}", spec.arn(), what, cause);
        return new StartResult.Failure.Refused(
                InvokeResult.Reason.HOST,
                "The function could not be started: " + what + "; the server's log has the cause");
    }

    private static String token() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
