/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds Pythons where they usually are and asks each for its version and real place. A name on PATH proves nothing: it may be a shim. */
final class InterpreterProbe {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final String QUESTION = """
            import os, sys
            print(sys.version_info[0])
            print(sys.version_info[1])
            print(os.path.realpath(getattr(sys, '_base_executable', '') or sys.executable))
            print(os.path.realpath(sys.base_prefix))
            """;
    /** Folders below the home folder with one folder per version: pyenv, uv, asdf, mise. */
    private static final List<String> VERSION_MANAGERS = List.of(
            ".pyenv/versions", ".local/share/uv/python", ".asdf/installs/python", ".local/share/mise/installs/python");

    private final Spawner spawner;

    InterpreterProbe(Spawner spawner) {
        this.spawner = spawner;
    }

    /** Binaries that may be Pythons, each once. Scripts are left out: those are shims, which say nothing about what they would start. */
    static Collection<Path> candidates(String searchPath, Path home) {
        Set<Path> found = new LinkedHashSet<>();
        List<Path> folders = new ArrayList<>(List.of(Path.of("/usr/bin"), Path.of("/usr/local/bin")));
        for (String folder : searchPath.split(":")) {
            if (folder.startsWith("/")) {
                folders.add(Path.of(folder));
            }
        }
        for (Path folder : folders) {
            list(folder, "python3*", found);
        }
        List<Path> versions = new ArrayList<>();
        for (String manager : VERSION_MANAGERS) {
            list(home.resolve(manager), "*", versions);
        }
        list(Path.of("/opt"), "python*", versions);
        list(Path.of("/opt/python"), "*", versions);
        for (Path version : versions) {
            list(version.resolve("bin"), "python3*", found);
        }
        Set<Path> real = new LinkedHashSet<>();
        for (Path path : found) {
            realBinary(path).ifPresent(real::add);
        }
        return real;
    }

    /** The interpreter behind the path; empty when it does not answer as a Python 3 in time. */
    Optional<Interpreter> ask(Path path) {
        try {
            Spawner.Finished answer = spawner.run(List.of(path.toString(), "-I", "-S", "-c", QUESTION), "", LIMIT);
            List<String> lines = answer.output().lines().toList();
            if (answer.exitCode() != 0 || lines.size() != 4 || !lines.get(0).equals("3")) {
                return Optional.empty();
            }
            return Optional.of(
                    new Interpreter(Integer.parseInt(lines.get(1)), Path.of(lines.get(2)), Path.of(lines.get(3))));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void list(Path folder, String pattern, Collection<Path> to) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            entries.forEach(to::add);
        } catch (IOException e) {
            // No such folder, or not ours to read: nothing found there.
        }
    }

    private static Optional<Path> realBinary(Path path) {
        String name = path.getFileName().toString();
        if (!name.matches("python3(\\.\\d+)?")) {
            return Optional.empty();
        }
        try {
            Path real = path.toRealPath();
            try (InputStream in = Files.newInputStream(real)) {
                byte[] magic = in.readNBytes(4);
                boolean elf = magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E';
                return elf && Files.isExecutable(real) ? Optional.of(real) : Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
