/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds, by {@code /proc}, the processes of a session: what a process started, however deep, unless it made a session of its own. */
final class Session {
    private static final int SESSION_FIELD = 3;

    private Session() {}

    /** Kills all members of the session that {@code leader} made, itself included. */
    static void kill(long leader) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                if (of(process) == leader) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The sixth field of {@code stat}; the second, the name in parentheses, may hold anything, so count from its end. */
    private static long of(Path process) {
        try {
            String stat = new String(Files.readAllBytes(process.resolve("stat")), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", SESSION_FIELD + 2);
            return Long.parseLong(fields[SESSION_FIELD]);
        } catch (IOException e) {
            return -1; // ended meanwhile
        }
    }
}
