/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import dev.sluice.gateway.AccessLogging;
import dev.sluice.gateway.Exchange;
import dev.sluice.gateway.ExchangeEnd;
import dev.sluice.gateway.ExchangeListener;
import dev.sluice.gateway.Stage;
import dev.sluice.limits.NanoClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each request of the stages that want one. A line that finds the buffer full, or that a disk does not take, is counted and
 * gone; no request ever waits for one.
 *
 * <p>Thread-safe. Each calling thread renders in a place of its own, which lives as long as the log, so callers must be few and permanent, as
 * event loops are.
 */
public final class AccessLog implements ExchangeListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Path folder;
    private final Bounds bounds;
    private final LineBuffer buffer;
    private final Map<Thread, LineWriter> writers = new ConcurrentHashMap<>();
    private final Map<String, LogFile> files = new ConcurrentHashMap<>();
    private final LongAdder withoutRoom = new LongAdder();
    private final FileWriting writing;
    private final Thread thread;

    private AccessLog(Path folder, Bounds bounds, NanoClock clock) {
        this.folder = folder;
        this.bounds = bounds;
        buffer = new LineBuffer(bounds.bufferBytes());
        writing = new FileWriting(buffer, clock);
        thread = Thread.ofPlatform().name("sluice-access-log").daemon().unstarted(writing);
    }

    /**
     * How much is kept.
     *
     * @param fileBytes a file that would become larger is set aside
     * @param keptFiles of those, for each log
     * @param bufferBytes lines that wait to be written; twice as much memory while they are
     */
    public record Bounds(long fileBytes, int keptFiles, int bufferBytes) {
        public Bounds {
            if (fileBytes < 1 || keptFiles < 0 || bufferBytes < 1) {
                throw new IllegalArgumentException("bounds: " + fileBytes + ", " + keptFiles + ", " + bufferBytes
                        + " (expected: 1 or more, 0 or more, 1 or more)");
            }
        }
    }

    /**
     * Lines since the start.
     *
     * @param written handed to the operating system
     * @param droppedByBuffer found no room
     * @param droppedByDisk could not be written
     */
    public record Counts(long written, long droppedByBuffer, long droppedByDisk) {}

    /**
     * A log whose files are made when the first line comes.
     *
     * @param folder made as well, and anew when it is gone
     * @param clock for intervals
     */
    public static AccessLog open(Path folder, Bounds bounds, NanoClock clock) {
        AccessLog log = new AccessLog(folder, bounds, clock);
        log.thread.start();
        return log;
    }

    @Override
    public void ended(ExchangeEnd end) {
        Stage stage = end.stage();
        Exchange exchange = end.exchange();
        if (stage != null && stage.accessLog() != null && exchange != null) {
            write(stage.accessLog(), stage, exchange, end);
        }
    }

    private void write(AccessLogging logging, Stage stage, Exchange exchange, ExchangeEnd end) {
        LineWriter writer = writers.get(Thread.currentThread());
        if (writer == null) {
            writer = new LineWriter();
            writers.put(Thread.currentThread(), writer);
        }
        Line line = writer.write(logging.format(), stage, exchange, end);
        if (!buffer.add(file(logging.destination()), line.bytes(), line.length())) {
            withoutRoom.increment();
        }
    }

    private LogFile file(String destination) {
        LogFile known = files.get(destination);
        return known != null ? known : files.computeIfAbsent(destination, this::newFile);
    }

    private LogFile newFile(String destination) {
        return new LogFile(folder.resolve(LogFileName.of(destination)), bounds.fileBytes(), bounds.keptFiles());
    }

    public Counts counts() {
        return new Counts(writing.written(), withoutRoom.sum(), writing.failed());
    }

    /** Writes what waits, for at most 5 s, and takes no more. */
    @Override
    public void close() throws InterruptedException {
        buffer.close();
        if (!thread.join(STOP)) {
            LOG.warn("access log: lines are lost, the disk took longer than {} s", STOP.toSeconds());
        }
    }
}
