/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.limits.Owed;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What buckets owed at a clean stop, kept in a file until the next start; by the wall clock what time has paid since is taken off. A start
 * takes the file away, so that after a crash there is none and nobody knows what was owed. Not thread-safe.
 */
public final class KeptBuckets {
    private static final Logger LOG = LoggerFactory.getLogger(KeptBuckets.class);
    private static final String HEADER = "sluice-buckets/1\t";
    private static final String SHARED = "shared";
    private static final String KEY = "key";

    private final Path file;
    private final boolean known;
    private final long elapsedNanos;
    private final Map<String, Owed> shared = new HashMap<>();

    private KeptBuckets(Path file, boolean known, long elapsedNanos) {
        this.file = file;
        this.known = known;
        this.elapsedNanos = elapsedNanos;
    }

    /** Writes one bucket after the other. */
    @FunctionalInterface
    public interface Sink {
        /** @param name parts without tabs and line ends, the first of which says what kind of bucket it is */
        void put(Owed owed, String... name);
    }

    /** A bucket of a key. */
    @FunctionalInterface
    public interface KeyVisitor {
        /** @param name the parts after the kind */
        void owes(List<String> name, Owed owed);
    }

    /** Nothing is known: after a crash, and before the first stop. */
    public static KeptBuckets none() {
        return new KeptBuckets(Path.of(""), false, 0);
    }

    /** What the file holds; {@link #none} where there is none, or one that cannot be read, of which the log tells. */
    public static KeptBuckets open(Path file, Instant now) {
        if (!Files.exists(file)) {
            return none();
        }
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String header = reader.readLine();
            if (header == null || !header.startsWith(HEADER)) {
                throw new IOException("the first line is " + header + " (expected: " + HEADER + "INSTANT)");
            }
            Duration elapsed = Duration.between(Instant.parse(header.substring(HEADER.length())), now);
            KeptBuckets kept = new KeptBuckets(file, true, elapsed.isNegative() ? 0 : elapsed.toNanos());
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(SHARED)) {
                    kept.shared.put(String.join("\t", name(line)), kept.owed(line));
                } else {
                    var _ = kept.owed(line);
                }
            }
            return kept;
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} cannot be read; buckets start as after a crash", file, e);
            return none();
        }
    }

    /** Whether the last stop was a clean one. */
    public boolean known() {
        return known;
    }

    /** What the shared bucket with this name owes now. */
    Owed shared(String... name) {
        return shared.getOrDefault(String.join("\t", name), Owed.NOTHING);
    }

    /** Shows what buckets of keys owe now. */
    public void forEachKey(KeyVisitor visitor) {
        if (!known) {
            return;
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            lines.filter(line -> line.startsWith(KEY)).forEach(line -> visitor.owes(name(line), owed(line)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on this file is not true any more: requests are about to be served. */
    public void delete() {
        try {
            if (known) {
                Files.delete(file);
                sync(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Owed owed(String line) {
        String[] fields = line.split("\t", -1);
        return new Owed(Long.parseLong(fields[1]), Long.parseLong(fields[2])).after(elapsedNanos);
    }

    private static List<String> name(String line) {
        return Arrays.asList(line.split("\t", -1)).subList(3, line.split("\t", -1).length);
    }

    /** What writes buckets. */
    @FunctionalInterface
    public interface Source {
        void writeTo(Sink sink);
    }

    /** Durable on return; the file is there as a whole or not at all. */
    public static void write(Path file, Instant now, Source shared, Source keys) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (BufferedWriter writer = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
            writer.write(HEADER + now + "\n");
            shared.writeTo(sink(writer, SHARED));
            keys.writeTo(sink(writer, KEY));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        sync(file);
    }

    private static Sink sink(BufferedWriter writer, String kind) {
        return (owed, name) -> {
            try {
                writer.write(kind + "\t" + owed.fullNanos() + "\t" + owed.paidNanos() + "\t" + String.join("\t", name)
                        + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
