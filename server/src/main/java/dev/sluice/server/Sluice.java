/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.settings.Settings;
import dev.sluice.server.settings.SettingsException;
import dev.sluice.server.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The main program: {@code start}, {@code env}, {@code demo}, {@code why}, {@code doctor} and {@code version}, and {@code rehearse} for
 * the launcher alone.
 */
public final class Sluice {
    private static final String CONFIG = "--config";
    private static final String DATA_DIR = "--data-dir";

    private final Terminal terminal;
    private final RunningServer.Factory factory;
    private final Map<String, String> environment;

    Sluice(Terminal terminal, RunningServer.Factory factory, Map<String, String> environment) {
        this.terminal = terminal;
        this.factory = factory;
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        var terminal = new Terminal(System.out, System.err);
        var clock = InstantSource.system();
        RunningServer.Factory factory = (settings, identity) -> Wiring.start(settings, identity, clock);
        System.exit(new Sluice(terminal, factory, System.getenv()).run(List.of(arguments)));
    }

    /** @return the exit code; everything that the operator can mend is one line on standard error and 1 */
    int run(List<String> arguments) {
        try {
            return run(CommandLine.of(arguments));
        } catch (SettingsException unusable) {
            terminal.problem(String.valueOf(unusable.getMessage()));
        } catch (IOException failure) {
            terminal.problem(described(failure));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return 1;
    }

    private int run(CommandLine line) throws IOException, InterruptedException {
        switch (line.command()) {
            case "start" -> new StartCommand(factory, terminal).run(settings(line));
            case "env" -> {
                refuseOthers(line, Set.of(DATA_DIR));
                return new EnvCommand(terminal).run(settings(line).dataDir());
            }
            case "demo" -> {
                var exit = line.take("--exit").isPresent();
                refuseOthers(line, Set.of());
                return new DemoCommand(terminal).run(exit);
            }
            case "why" -> {
                var json = line.take("--json").isPresent();
                refuseOthers(line, Set.of(DATA_DIR));
                return new WhyCommand(terminal, InstantSource.system())
                        .run(line.operand(), settings(line).dataDir(), json);
            }
            case "doctor" -> {
                return new DoctorCommand(terminal, environment.getOrDefault("PATH", "")).run(settings(line));
            }
            case "rehearse" -> {
                refuseOthers(line, Set.of());
                new Rehearsal(factory, InstantSource.system()).run();
            }
            case "version" -> {
                refuseOthers(line, Set.of());
                terminal.line("sluice " + Version.CURRENT);
            }
            default ->
                throw new SettingsException(
                        line.command() + ": unknown command (expected: start, env, demo, why, doctor or version)");
        }
        return 0;
    }

    private Settings settings(CommandLine line) {
        var config = line.take(CONFIG).map(Path::of).orElse(null);
        return SettingsReader.read(config, Path.of(""), environment, line.options());
    }

    private static void refuseOthers(CommandLine line, Set<String> known) {
        for (var option : line.options().keySet()) {
            if (!option.equals(CONFIG) && !known.contains(option)) {
                throw new SettingsException(option + ": no option of " + line.command());
            }
        }
    }

    /** The JDK's file exceptions often say nothing but the file's name. */
    private static String described(IOException failure) {
        var message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case NoSuchFileException absent -> absent.getFile() + ": no such file";
            case FileAlreadyExistsException present ->
                present.getFile() + ": is in the way (expected: a folder or nothing)";
            case FileSystemException other -> other.getFile() + ": " + other.getReason();
            default -> message;
        };
    }
}
