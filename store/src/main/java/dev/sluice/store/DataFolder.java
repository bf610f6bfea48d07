/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder that a server keeps everything in, held by one server at a time. Thread-safe. Closing gives it free; close what uses it first.
 *
 * <p>Layout: {@code config.db}, {@code usage.db}, {@code metrics.db}, {@code code/} (blobs), {@code backup/} (copies made before a
 * migration), {@code master.key} (32 bytes, mode 0600), {@code lock}. Other files in it belong to the server.
 */
public final class DataFolder implements AutoCloseable {
    /**
     * Folders held by this process. POSIX drops every lock of a process on a file as soon as the process closes any descriptor of it, so a
     * second opener within the process must be turned away before it opens the file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel lockFile;
    private final BlobStore blobs;

    private DataFolder(Path folder, FileChannel lockFile, BlobStore blobs) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.blobs = blobs;
    }

    /**
     * Makes the folder (mode 0700) where there is none, and takes it.
     *
     * @throws StoreException FOLDER_IN_USE if another server has it
     */
    public static DataFolder open(Path path) {
        try {
            boolean made = Files.notExists(path);
            Path folder = Files.createDirectories(path).toRealPath();
            if (made) {
                restrict(folder, "rwx------");
            }
            if (!HELD.add(folder)) {
                throw inUse(folder);
            }
            try {
                return hold(folder);
            } catch (IOException | RuntimeException e) {
                HELD.remove(folder);
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw new StoreException(StoreException.Code.IO, "data folder " + path + " is a file", e);
        } catch (IOException e) {
            throw Durable.failure("cannot use data folder " + path, e);
        }
    }

    private static DataFolder hold(Path folder) throws IOException {
        FileChannel lockFile =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw inUse(folder);
            }
            Path code = Files.createDirectories(folder.resolve("code"));
            return new DataFolder(folder, lockFile, FileBlobStore.open(code));
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private static StoreException inUse(Path folder) {
        return new StoreException(
                StoreException.Code.FOLDER_IN_USE, "data folder " + folder + " is in use by another server");
    }

    /** A file or folder of this name in the folder; it need not exist. */
    public Path resolve(String name) {
        return folder.resolve(name);
    }

    public BlobStore blobs() {
        return blobs;
    }

    /** The key kept in {@code master.key}; empty if there is no such file. */
    public Optional<MasterKey> masterKey() {
        Path file = folder.resolve("master.key");
        try {
            return Files.exists(file) ? Optional.of(MasterKey.of(Files.readAllBytes(file))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new StoreException(StoreException.Code.WRONG_MASTER_KEY, file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw Durable.failure("cannot read " + file, e);
        }
    }

    /** Makes {@code master.key}; durable on return. */
    public MasterKey newMasterKey() {
        byte[] bytes = new byte[MasterKey.LENGTH];
        new SecureRandom().nextBytes(bytes);
        Path unfinished = folder.resolve("master.key.new");
        try {
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished);
            restrict(unfinished, "rw-------");
            Durable.write(unfinished, bytes);
            Files.move(unfinished, folder.resolve("master.key"), StandardCopyOption.ATOMIC_MOVE);
            Durable.syncFolder(folder);
        } catch (IOException e) {
            throw Durable.failure("cannot write " + folder.resolve("master.key"), e);
        }
        return MasterKey.of(bytes);
    }

    private static void restrict(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw Durable.failure("cannot release " + folder, e);
        } finally {
            HELD.remove(folder);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
