/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import dev.sluice.gateway.accesslog.LineBuffer.Batch;
import dev.sluice.limits.NanoClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the one thread does that writes access logs: takes what waits, and writes it file by file. */
final class FileWriting implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWriting.class);
    private static final long GATHER_NANOS = Duration.ofMillis(250).toNanos();
    private static final long IDLE_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long WARNING_NANOS = Duration.ofSeconds(60).toNanos();
    private static final int CHUNK_BYTES = 65_536;

    private final LineBuffer buffer;
    private final NanoClock clock;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final Set<LogFile> open = new LinkedHashSet<>();
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private int chunkLines;
    private boolean warned;
    private long warnedNanos;

    FileWriting(LineBuffer buffer, NanoClock clock) {
        this.buffer = buffer;
        this.clock = clock;
    }

    long written() {
        return written.sum();
    }

    long failed() {
        return failed.sum();
    }

    @Override
    public void run() {
        try {
            while (!buffer.isDone()) {
                write(buffer.take(IDLE_NANOS, GATHER_NANOS));
                closeUnused();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            buffer.close();
        } finally {
            open.forEach(LogFile::close);
        }
    }

    private void write(Batch batch) {
        Set<LogFile> files = new LinkedHashSet<>();
        for (int i = 0; i < batch.lines(); i++) {
            files.add(batch.file(i));
        }
        files.forEach(file -> write(batch, file));
    }

    /** Its lines up to one that cannot be written; those after it are gone, too. */
    private void write(Batch batch, LogFile file) {
        open.add(file);
        chunk.clear();
        chunkLines = 0;
        int line = 0;
        try {
            file.open(clock.nanoTime());
            for (; line < batch.lines(); line++) {
                if (batch.file(line) == file) {
                    add(file, batch.array(), batch.start(line), batch.end(line) - batch.start(line));
                }
            }
            flush(file);
        } catch (IOException e) {
            int lost = chunkLines;
            for (; line < batch.lines(); line++) {
                lost += batch.file(line) == file ? 1 : 0;
            }
            failed.add(lost);
            warn(file, e);
        }
    }

    private void add(LogFile file, byte[] array, int start, int length) throws IOException {
        if (length > chunk.remaining()) {
            flush(file);
        }
        if (length > chunk.remaining()) {
            file.write(ByteBuffer.wrap(array, start, length));
            written.increment();
        } else {
            chunk.put(array, start, length);
            chunkLines++;
        }
    }

    private void flush(LogFile file) throws IOException {
        if (chunkLines > 0) {
            file.write(chunk.flip());
            written.add(chunkLines);
            chunkLines = 0;
            chunk.clear();
        }
    }

    private void closeUnused() {
        long since = clock.nanoTime() - IDLE_NANOS;
        open.removeIf(file -> file.closeIfUnusedSince(since));
    }

    private void warn(LogFile file, IOException reason) {
        long now = clock.nanoTime();
        if (!warned || now - warnedNanos >= WARNING_NANOS) {
            warned = true;
            warnedNanos = now;
            LOG.warn("access log {} cannot be written, its lines are dropped: {}", file.path(), reason.toString());
        }
    }
}
