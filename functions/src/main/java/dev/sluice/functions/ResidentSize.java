/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads from {@code /proc} how much memory a process and its children hold. */
final class ResidentSize {
    private static final int PAGE_BYTES = 4096;
    private static final int MAX_DEPTH = 8;

    private ResidentSize() {}

    /** The function's own process: below the sandbox's, if there is one. */
    static long functionProcess(long pid) {
        long current = pid;
        for (int depth = 0; depth < MAX_DEPTH && name(current).equals("bwrap"); depth++) {
            long[] children = children(current);
            if (children.length != 1) {
                return current;
            }
            current = children[0];
        }
        return current;
    }

    /** Bytes of the process and its descendants; pages shared between them count for each. */
    static long ofTree(long pid) {
        return ofTree(pid, 0);
    }

    private static long ofTree(long pid, int depth) {
        long bytes = of(pid);
        if (depth < MAX_DEPTH) {
            for (long child : children(pid)) {
                bytes += ofTree(child, depth + 1);
            }
        }
        return bytes;
    }

    private static long of(long pid) {
        String[] words = read(pid, "statm").split(" ", 3);
        return words.length < 3 ? 0 : Long.parseLong(words[1]) * PAGE_BYTES;
    }

    private static String name(long pid) {
        return read(pid, "comm").strip();
    }

    private static long[] children(long pid) {
        String line = read(pid, "task/" + pid + "/children").strip();
        if (line.isEmpty()) {
            return new long[0];
        }
        String[] words = line.split(" ", -1);
        long[] children = new long[words.length];
        for (int i = 0; i < words.length; i++) {
            children[i] = Long.parseLong(words[i]);
        }
        return children;
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            return ""; // ended meanwhile
        }
    }
}
