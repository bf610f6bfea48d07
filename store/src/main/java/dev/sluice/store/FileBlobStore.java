/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Blobs as files of one folder; a file appears whole or not at all. Thread-safe. */
final class FileBlobStore implements BlobStore {
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
    private static final String UNFINISHED = ".unfinished-";

    private final Path folder;

    private FileBlobStore(Path folder) {
        this.folder = folder;
    }

    /** Takes the folder, which nobody else may write to, and clears away what a crash left. */
    static FileBlobStore open(Path folder) throws IOException {
        try (var leftovers = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
        return new FileBlobStore(folder);
    }

    @Override
    public String put(byte[] content) {
        String name = sha256(content);
        if (has(name)) {
            return name;
        }
        try {
            Path unfinished = Files.createTempFile(folder, UNFINISHED, "");
            try {
                Durable.write(unfinished, content);
                Files.move(unfinished, path(name), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(unfinished);
            }
            Durable.syncFolder(folder);
            return name;
        } catch (IOException e) {
            throw Durable.failure("cannot write " + path(name), e);
        }
    }

    @Override
    public Path path(String sha256) {
        if (!NAME.matcher(sha256).matches()) {
            throw new IllegalArgumentException("sha256: " + sha256 + " (expected: 64 hexadecimal digits)");
        }
        return folder.resolve(sha256);
    }

    @Override
    public byte[] get(String sha256) {
        Path file = path(sha256);
        try {
            byte[] content = Files.readAllBytes(file);
            if (!sha256(content).equals(sha256)) {
                throw new StoreException(StoreException.Code.CORRUPT, file + " does not hold what its name says");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new StoreException(StoreException.Code.CORRUPT, file + " is missing", e);
        } catch (IOException e) {
            throw Durable.failure("cannot read " + file, e);
        }
    }

    @Override
    public boolean has(String sha256) {
        return Files.isRegularFile(path(sha256));
    }

    @Override
    public void delete(String sha256) {
        try {
            Files.deleteIfExists(path(sha256));
        } catch (IOException e) {
            throw Durable.failure("cannot delete " + path(sha256), e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform has no SHA-256", e);
        }
    }
}
