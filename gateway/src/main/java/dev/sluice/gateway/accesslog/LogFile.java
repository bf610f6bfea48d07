/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file of whole lines that is set aside when it is full: {@code x.log} becomes {@code x.log.1}, that {@code x.log.2}, and so on; the oldest
 * falls out. It is opened when it is written to, and anew when it is no longer the file of its name. Confined to the writing thread.
 */
final class LogFile {
    private final Path path;
    private final long maxBytes;
    private final int keptFiles;
    private @Nullable FileChannel channel;
    private @Nullable Object identity;
    private long size;
    private long usedNanos;

    /** @param keptFiles beside the one that is written, 0 or more */
    LogFile(Path path, long maxBytes, int keptFiles) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.keptFiles = keptFiles;
    }

    Path path() {
        return path;
    }

    /** Opens it, unless it is. */
    void open(long nowNanos) throws IOException {
        usedNanos = nowNanos;
        if (channel != null && !Objects.equals(identity, identityOf(path))) {
            close();
        }
        if (channel == null) {
            openAnew();
        }
    }

    /**
     * Writes all of it or nothing.
     *
     * @param lines whole ones
     * @throws IOException then it is closed
     */
    void write(ByteBuffer lines) throws IOException {
        try {
            if (size > 0 && size + lines.remaining() > maxBytes) {
                rotate();
            }
            writeTo(Objects.requireNonNull(channel, "not open"), lines);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Closes it where nothing was written since; whether that is so. */
    boolean closeIfUnusedSince(long nanos) {
        boolean unused = usedNanos - nanos < 0;
        if (unused) {
            close();
        }
        return unused;
    }

    void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // Each write has succeeded or was reported; there is nothing more to lose.
            }
        }
    }

    private void writeTo(FileChannel open, ByteBuffer lines) throws IOException {
        long written = 0;
        try {
            while (lines.hasRemaining()) {
                written += open.write(lines);
            }
        } catch (IOException e) {
            if (written > 0) {
                cutOff(open, e);
            }
            throw e;
        }
        size += written;
    }

    /** Takes the piece of a line back that a full disk left; where it stays, the next opening ends it. */
    private void cutOff(FileChannel open, IOException reason) {
        try {
            open.truncate(size);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private void openAnew() throws IOException {
        Files.createDirectories(Objects.requireNonNull(path.getParent(), "parent"));
        boolean torn = endsWithinLine();
        FileChannel open =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        channel = open;
        try {
            identity = identityOf(path);
            size = open.size();
            if (torn) {
                writeTo(open, ByteBuffer.wrap(new byte[] {'\n'}));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private boolean endsWithinLine() throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            return false;
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(file.length() - 1);
            return file.read() != '\n';
        }
    }

    private void rotate() throws IOException {
        close();
        for (int i = keptFiles; i > 0; i--) {
            Path younger = i == 1 ? path : setAside(i - 1);
            if (Files.exists(younger)) {
                Files.move(younger, setAside(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (keptFiles == 0) {
            Files.deleteIfExists(path);
        }
        openAnew();
    }

    private Path setAside(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    /** Null where the file is gone, or the system has no such thing. */
    private static @Nullable Object identityOf(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException _) {
            return null;
        }
    }
}
