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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Where running environments have their sockets and leave their traces. The sockets' folder is below the system's temporary folder, because a
 * socket's path must be short (108 bytes) and other users must be able to reach it; the traces (process ids) are in the data folder, where
 * the next start finds them after a crash.
 */
final class RunFolder {
    private static final String PLACE = "place";
    private static final long START_TOLERANCE_MILLIS = 2000;

    private final Path traces;
    private final Path base;

    private RunFolder(Path traces, Path base) {
        this.traces = traces;
        this.base = base;
    }

    /**
     * Kills what an earlier server left running and makes new folders.
     *
     * @param killUser ends all processes of an environment's user
     */
    static RunFolder open(Path traces, IntConsumer killUser) throws IOException {
        sweep(traces, killUser);
        Files.createDirectories(traces);
        Path base = Files.createTempDirectory("sluice-");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx--x--x"));
        Files.writeString(traces.resolve(PLACE), bootId() + base);
        Path runtime = Files.createDirectory(base.resolve("runtime"));
        try (InputStream bootstrap = RunFolder.class.getResourceAsStream("bootstrap.py")) {
            if (bootstrap == null) {
                throw new IllegalStateException("bootstrap.py is not in the jar");
            }
            Files.copy(bootstrap, runtime.resolve("bootstrap.py"));
        }
        Files.setPosixFilePermissions(runtime.resolve("bootstrap.py"), PosixFilePermissions.fromString("r--r--r--"));
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(base.resolve("code"));
        Files.setPosixFilePermissions(base.resolve("code"), PosixFilePermissions.fromString("rwx--x--x"));
        return new RunFolder(traces, base);
    }

    Path runtime() {
        return base.resolve("runtime");
    }

    /** For unpacked code that other users must be able to reach. */
    Path code() {
        return base.resolve("code");
    }

    /** A new folder for the environment in that slot, closed to all but its user ({@code -1}: the server's own). */
    Path create(int slot, int userId) throws IOException {
        Path folder = base.resolve(Integer.toString(slot));
        CodeFolder.delete(folder);
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        int shownId = userId < 0 ? BubblewrapLauncher.NAMESPACE_USER : userId;
        Path passwd = folder.resolve("passwd");
        Files.writeString(
                passwd, "root:x:0:0::/root:/bin/sh\nfunction:x:" + shownId + ":" + shownId + "::/tmp:/bin/sh\n");
        Files.setPosixFilePermissions(passwd, PosixFilePermissions.fromString("r--r--r--"));
        give(folder, userId);
        return folder;
    }

    static void give(Path path, int userId) throws IOException {
        if (userId >= 0) {
            Files.setAttribute(path, "unix:uid", userId);
        }
    }

    void started(int slot, Process process, int userId) throws IOException {
        String trace = process.pid() + " " + startMillis(process.toHandle()) + " " + userId + " .";
        Files.writeString(traces.resolve(Integer.toString(slot)), trace);
    }

    void ended(int slot) {
        CodeFolder.delete(base.resolve(Integer.toString(slot)));
        CodeFolder.delete(traces.resolve(Integer.toString(slot)));
    }

    void close() {
        CodeFolder.delete(base);
        CodeFolder.delete(traces);
    }

    private static void sweep(Path traces, IntConsumer killUser) throws IOException {
        if (!Files.isDirectory(traces)) {
            return;
        }
        String place = Files.exists(traces.resolve(PLACE)) ? Files.readString(traces.resolve(PLACE)) : "";
        // After a reboot the numbers are other processes'.
        if (place.startsWith(bootId())) {
            sweepPlace(Path.of(place.substring(bootId().length())));
            try (DirectoryStream<Path> files = Files.newDirectoryStream(traces, "[0-9]*")) {
                for (Path file : files) {
                    sweepProcess(Files.readString(file), killUser);
                }
            }
        }
        CodeFolder.delete(traces);
    }

    private static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
    }

    private static void sweepPlace(Path place) {
        boolean ours =
                place.getFileName() != null && place.getFileName().toString().startsWith("sluice-");
        if (ours && place.getParent() != null && place.getParent().equals(temporaryFolder())) {
            CodeFolder.delete(place);
        }
    }

    private static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void sweepProcess(String trace, IntConsumer killUser) {
        List<String> words = List.of(trace.split(" ", -1));
        if (words.size() != 4) {
            return; // cut off by the crash, before the process could do anything
        }
        long pid = Long.parseLong(words.get(0));
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        boolean reused = process.isPresent()
                && Math.abs(startMillis(process.get()) - Long.parseLong(words.get(1))) >= START_TOLERANCE_MILLIS;
        if (!reused) {
            process.ifPresent(found -> found.descendants().forEach(ProcessHandle::destroyForcibly));
            process.ifPresent(ProcessHandle::destroyForcibly);
            Session.kill(pid); // a number stays taken while it names a session
        }
        int userId = Integer.parseInt(words.get(2));
        if (userId >= 0) {
            killUser.accept(userId);
        }
    }

    private static long startMillis(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }
}
