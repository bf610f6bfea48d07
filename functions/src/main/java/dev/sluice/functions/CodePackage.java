/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A function's code as a zip that passed {@link #check}.
 *
 * @param sha256 lower-case hexadecimal SHA-256 of the zip
 * @param codeSha256 base64 of the same hash, as the Lambda API shows it
 * @param unzippedBytes counted by inflating, not taken from the zip's headers
 */
public record CodePackage(String sha256, String codeSha256, long zippedBytes, long unzippedBytes, int entries) {
    public static final long MAX_ZIPPED_BYTES = 50L << 20;
    public static final long MAX_UNZIPPED_BYTES = 250L << 20;
    public static final int MAX_ENTRIES = 100_000;

    /** The outcome of {@link #check}. */
    public sealed interface Check {
        record Valid(CodePackage code) implements Check {}

        /** @param message names what is wrong, fit for the caller of the API */
        record Invalid(String message) implements Check {}
    }

    /** Reads the whole zip, inflating every entry, and says what is wrong with it; writes nothing. */
    public static Check check(byte[] zip) {
        if (zip.length > MAX_ZIPPED_BYTES) {
            return new Check.Invalid(
                    "The zip has " + zip.length + " bytes (expected: at most " + MAX_ZIPPED_BYTES + ")");
        }
        try {
            ZipArchive archive = ZipArchive.read(zip, MAX_ENTRIES);
            List<ZipLayout.Item> items = ZipLayout.of(archive);
            if (items.isEmpty()) {
                return new Check.Invalid("The zip is empty (expected: at least one file)");
            }
            long unzipped = 0;
            for (ZipLayout.Item item : items) {
                if (item instanceof ZipLayout.Item.RegularFile file) {
                    unzipped += archive.extract(
                            file.entry(), MAX_UNZIPPED_BYTES - unzipped, OutputStream.nullOutputStream());
                }
            }
            byte[] hash = sha256(zip);
            return new Check.Valid(new CodePackage(
                    HexFormat.of().formatHex(hash),
                    Base64.getEncoder().encodeToString(hash),
                    zip.length,
                    unzipped,
                    archive.entries().size()));
        } catch (ZipFault e) {
            return new Check.Invalid(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Unpacks into {@code target}, a new directory; readable by every user, writable by its owner alone.
     *
     * @throws ZipFault before the offending entry is written; the directory is then half filled
     */
    static void unpack(byte[] zip, Path target) throws ZipFault, IOException {
        ZipArchive archive = ZipArchive.read(zip, MAX_ENTRIES);
        Files.createDirectory(target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        long left = MAX_UNZIPPED_BYTES;
        for (ZipLayout.Item item : ZipLayout.of(archive)) {
            Path path = target.resolve(item.path());
            switch (item) {
                case ZipLayout.Item.Directory _ -> {
                    Files.createDirectory(path);
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
                case ZipLayout.Item.Link link -> Files.createSymbolicLink(path, Path.of(link.target()));
                case ZipLayout.Item.RegularFile file -> {
                    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
                        left -= archive.extract(file.entry(), left, out);
                    }
                    Files.setPosixFilePermissions(path, readable(file.permissions()));
                }
            }
        }
    }

    /** Executable stays so; readable for all, because functions run as users of their own; writable for none. */
    private static Set<PosixFilePermission> readable(int permissions) {
        boolean executable = (permissions & 0111) != 0;
        return PosixFilePermissions.fromString(executable ? "r-xr-xr-x" : "r--r--r--");
    }

    private static byte[] sha256(byte[] zip) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(zip);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
