/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

/**
 * How functions are kept apart from the server and from each other, as a start-up self-test has proved it.
 *
 * @param reason how the level was reached: what works, and why no higher level does
 */
public record Isolation(Level level, String reason) {
    /** From the strongest to the weakest. */
    public enum Level {
        /** Namespaces with a private file system: nothing of the host is visible but what a function needs. */
        SANDBOX,
        /** A user of its own without privileges; sees the host's world-readable files and its processes. */
        UNPRIVILEGED,
        /** The server's own rights: only for code that is trusted as the server is. */
        PROCESS,
        /** No function runs. */
        REFUSED
    }

    /** The line for the log and for {@code /health}. */
    public String report() {
        return "functions: isolation " + level.name().toLowerCase(java.util.Locale.ROOT) + " (" + reason + ")";
    }
}
