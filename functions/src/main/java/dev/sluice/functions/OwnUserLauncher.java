/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts environments as users of their own without privileges (util-linux {@code setpriv}); for a server that is root where bubblewrap does
 * not work. Weaker than a sandbox: a function sees the host's world-readable files, its list of processes, and its {@code /tmp}.
 */
final class OwnUserLauncher implements Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(OwnUserLauncher.class);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private final Path setpriv;
    private final UserIds users;
    private final Spawner spawner;

    OwnUserLauncher(Path setpriv, UserIds users, Spawner spawner) {
        this.setpriv = setpriv;
        this.users = users;
        this.spawner = spawner;
    }

    /** The part of a command that becomes that user for good. */
    static List<String> dropTo(Path setpriv, int userId, boolean dieWithParent) {
        List<String> command = new ArrayList<>(List.of(
                setpriv.toString(),
                "--reuid=" + userId,
                "--regid=" + userId,
                "--clear-groups",
                "--no-new-privs",
                "--inh-caps=-all",
                "--bounding-set=-all"));
        if (dieWithParent) {
            command.add("--pdeathsig=KILL");
        }
        return command;
    }

    @Override
    public Isolation.Level level() {
        return Isolation.Level.UNPRIVILEGED;
    }

    @Override
    public String description() {
        return "a user of its own per environment, without a private file system";
    }

    @Override
    public List<String> command(Launch launch) {
        List<String> command = dropTo(setpriv, users.of(launch.slot()), true);
        command.addAll(List.of("/bin/sh", "-s"));
        return command;
    }

    @Override
    public View view(Launch launch) {
        return PlainLauncher.hostView(launch);
    }

    @Override
    public int userId(int slot) {
        return users.of(slot);
    }

    @Override
    public boolean canRun(Interpreter interpreter) {
        return openToAll(interpreter.executable()) && openToAll(interpreter.prefix());
    }

    /** Everything that runs as the environment's user is the environment's. */
    @Override
    public void kill(Process process, int slot) {
        process.destroyForcibly();
        killAllOf(users.of(slot));
    }

    void killAllOf(int userId) {
        List<String> command = dropTo(setpriv, userId, false);
        command.addAll(List.of("/bin/kill", "-KILL", "-1"));
        try {
            spawner.run(command, "", KILL_LIMIT);
        } catch (IOException e) {
            LOG.warn("functions: could not kill the processes of user {}: {}", userId, e.getMessage());
        }
    }

    private static boolean openToAll(@Nullable Path path) {
        try {
            for (Path part = path; part != null; part = part.getParent()) {
                if (!Files.getPosixFilePermissions(part).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
