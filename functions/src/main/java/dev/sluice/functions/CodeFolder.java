/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Unpacked code, one directory per zip, shared by all environments that run it. A cache: its
 * folder is made anew at each start, so a power cut can't leave half a tree that is believed. Thread-safe.
 */
final class CodeFolder {
    /** Trees kept although nobody leases them, so that a function that crashes or sleeps is not unpacked each time. */
    private static final int MAX_UNUSED = 8;

    private final Path folder;
    private final CodeSource source;
    private final AtomicLong names = new AtomicLong();
    private final Map<String, Unpacked> unpacked = new HashMap<>(); // guarded by this
    private final LinkedHashSet<String> unused = new LinkedHashSet<>(); // guarded by this

    CodeFolder(Path folder, CodeSource source) {
        this.folder = folder;
        this.source = source;
    }

    private static final class Unpacked {
        final ReentrantLock lock = new ReentrantLock();
        int leases; // guarded by the folder

        @Nullable
        Path path; // guarded by lock
    }

    /**
     * The directory with the code; unpacks it first if need be. Each success wants one {@link #release}.
     *
     * @throws ZipFault when the zip is missing or not acceptable
     */
    Path lease(String sha256) throws ZipFault, IOException {
        Unpacked entry;
        synchronized (this) {
            entry = unpacked.computeIfAbsent(sha256, _ -> new Unpacked());
            unused.remove(sha256);
            entry.leases++;
        }
        boolean done = false;
        entry.lock.lock();
        try {
            Path path = entry.path;
            if (path == null) {
                path = unpack(sha256);
                entry.path = path;
            }
            done = true;
            return path;
        } finally {
            entry.lock.unlock();
            if (!done) {
                release(sha256);
            }
        }
    }

    void release(String sha256) {
        Unpacked entry;
        synchronized (this) {
            entry = unpacked.get(sha256);
            if (entry == null || --entry.leases > 0) {
                return;
            }
            unused.add(sha256);
            if (unused.size() <= MAX_UNUSED) {
                return;
            }
            entry = unpacked.remove(unused.removeFirst());
            if (entry == null) {
                return;
            }
        }
        entry.lock.lock();
        try {
            if (entry.path != null) {
                delete(entry.path);
            }
        } finally {
            entry.lock.unlock();
        }
    }

    private Path unpack(String sha256) throws ZipFault, IOException {
        byte[] zip = source.zip(sha256)
                .orElseThrow(() -> new ZipFault("The function's code " + sha256 + " is missing from the store"));
        String name = sha256 + "-" + names.incrementAndGet();
        Path temporary = folder.resolve(name + ".part");
        Path path = folder.resolve(name);
        try {
            CodePackage.unpack(zip, temporary);
            return Files.move(temporary, path);
        } catch (ZipFault | IOException e) {
            delete(temporary);
            throw e;
        }
    }

    /** Deletes the tree as far as it can be deleted; links are not followed. */
    static void delete(Path tree) {
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // What is left costs space until the next start makes the folder anew.
        }
    }
}
