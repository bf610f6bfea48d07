/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tries the levels of isolation from the strongest on, by starting a process and looking what it can see, and picks the first that holds. */
final class IsolationProbe {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String PASSED = "sluice-isolated";

    private final FunctionSettings settings;
    private final Spawner spawner;
    private final boolean root;
    private final UserIds users;
    private final Optional<Path> setpriv;

    IsolationProbe(FunctionSettings settings, Spawner spawner, boolean root, UserIds users) {
        this.settings = settings;
        this.spawner = spawner;
        this.root = root;
        this.users = users;
        this.setpriv = program("setpriv");
    }

    /** @param launcher absent exactly at {@link Isolation.Level#REFUSED} */
    record Outcome(Isolation isolation, @Nullable Launcher launcher) {}

    /**
     * @param scratch a folder that exists and is closed to other users
     * @throws IllegalStateException when the settings insist on a sandbox that can't be had
     */
    Outcome choose(Path scratch) {
        List<String> failures = new ArrayList<>();
        if (settings.isolation() != FunctionSettings.IsolationMode.PROCESS) {
            for (Launcher launcher : candidates(failures)) {
                Optional<String> failure = failure(launcher, scratch);
                if (failure.isEmpty()) {
                    return outcome(launcher, failures);
                }
                failures.add(launcher.description() + " fails: " + failure.get());
            }
        }
        switch (settings.isolation()) {
            case SANDBOX -> throw missing("sandbox", failures, "Install bubblewrap");
            case UNPRIVILEGED ->
                throw missing("unprivileged", failures, "Start the server as root with setpriv installed");
            case AUTO, PROCESS -> {}
        }
        if (root && !settings.allowUnsandboxed()) {
            failures.add("functions would run as root; install bubblewrap, start the server as an ordinary user, or set"
                    + " functions.allowUnsandboxed=true");
            return new Outcome(new Isolation(Isolation.Level.REFUSED, String.join("; ", failures)), null);
        }
        return outcome(new PlainLauncher(setpriv, program("setsid")), failures);
    }

    private static IllegalStateException missing(String mode, List<String> failures, String remedy) {
        return new IllegalStateException("functions.isolation=" + mode + " can't be had here: "
                + String.join("; ", failures) + ". " + remedy + ", or set functions.isolation=auto.");
    }

    static Optional<Path> program(String name) {
        for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin")) {
            Path path = Path.of(folder, name);
            if (Files.isExecutable(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    private static Outcome outcome(Launcher launcher, List<String> failures) {
        List<String> reasons = new ArrayList<>(List.of(launcher.description()));
        reasons.addAll(failures);
        return new Outcome(new Isolation(launcher.level(), String.join("; ", reasons)), launcher);
    }

    private List<Launcher> candidates(List<String> failures) {
        List<Launcher> candidates = new ArrayList<>();
        Optional<Path> bwrap = program("bwrap");
        if (settings.isolation() == FunctionSettings.IsolationMode.UNPRIVILEGED) {
            failures.add("the setting leaves bubblewrap out");
        } else if (bwrap.isEmpty()) {
            failures.add("bubblewrap is not installed");
        } else if (root && setpriv.isEmpty()) {
            failures.add("setpriv is not installed");
        } else {
            candidates.add(new BubblewrapLauncher(
                    bwrap.get(), root ? setpriv : Optional.empty(), users, settings.ephemeralStorageMegabytes()));
        }
        boolean weakerAllowed = settings.isolation() != FunctionSettings.IsolationMode.SANDBOX;
        if (weakerAllowed && root && setpriv.isPresent()) {
            candidates.add(new OwnUserLauncher(setpriv.get(), users, spawner));
        }
        return candidates;
    }

    /** Starts a shell at that level; it must not be root, nor find the secret file. */
    private Optional<String> failure(Launcher launcher, Path scratch) {
        try {
            Path secret = Files.writeString(scratch.resolve("secret"), "not for functions");
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
            String script = "[ \"$(/usr/bin/id -u)\" != 0 ] && ! [ -r '" + secret + "' ] && echo " + PASSED + "\n";
            Path open = Files.createTempDirectory("sluice-isolation-");
            try {
                Launcher.Launch launch = new Launcher.Launch(open, open, open, Path.of("/usr"), 0);
                Spawner.Finished finished = spawner.run(launcher.command(launch), script, LIMIT);
                boolean passed =
                        finished.exitCode() == 0 && finished.output().strip().equals(PASSED);
                return passed ? Optional.empty() : Optional.of(firstLine(finished));
            } finally {
                Files.delete(open);
                Files.delete(secret);
            }
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static String firstLine(Spawner.Finished finished) {
        return finished.output().lines().findFirst().orElse("exit code " + finished.exitCode());
    }
}
