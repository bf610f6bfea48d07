/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.nio.file.Path;
import java.util.List;

/** A way to start an environment's process so that it is kept apart, and to end it with all its children. Thread-safe. */
sealed interface Launcher permits BubblewrapLauncher, OwnUserLauncher, PlainLauncher {
    /** The permissions and places of one start. */
    record Launch(Path code, Path runtimeFolder, Path socketFolder, Path interpreterPrefix, int slot) {}

    /** The places as the process sees them. */
    record View(String code, String runtimeFolder, String socketFolder) {}

    Isolation.Level level();

    /** A few words for {@link Isolation#reason()}. */
    String description();

    /** A command that ends in a shell which reads its script from standard input, already without any privilege. */
    List<String> command(Launch launch);

    View view(Launch launch);

    /** The user that the process runs as; -1 when it is the server's own. */
    int userId(int slot);

    /** Whether a function could read and start it. */
    boolean canRun(Interpreter interpreter);

    /** Kills the process and what it started, as far as this level can; returns when that is under way. */
    void kill(Process process, int slot);
}
