/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs one revision of a function, one call at a time. Held by one caller or by its pool; {@link #end} alone may come from any
 * thread, and wakes the caller.
 */
final class Environment {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long EXIT_LIMIT_MILLIS = 2000;

    final FunctionSpec spec;
    final Interpreter interpreter;
    final String logStream;
    final LogBuffer log;
    final int slot;
    private final Process process;
    private final Launcher launcher;
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private volatile @Nullable Closeable connection;
    private volatile @Nullable FrameChannel frames;
    private volatile boolean running;
    private volatile long deadlineNanos;
    private volatile long functionPid;
    private volatile long peakBytes;
    private @Nullable Duration initDuration;
    private long idleSinceNanos;

    /** Why an environment is no more. */
    enum End {
        EXITED,
        TIMED_OUT,
        OUT_OF_MEMORY,
        STOPPED
    }

    /** The outcome of {@link #call}. */
    sealed interface Reply {
        record Answered(FrameChannel.Frame frame) implements Reply {}

        record Ended(End why) implements Reply {}
    }

    Environment(
            FunctionSpec spec,
            Interpreter interpreter,
            String logStream,
            LogBuffer log,
            int slot,
            Process process,
            Launcher launcher) {
        this.spec = spec;
        this.interpreter = interpreter;
        this.logStream = logStream;
        this.log = log;
        this.slot = slot;
        this.process = process;
        this.launcher = launcher;
    }

    /** From here until {@link #ready}, {@code deadlineNanos} bounds the start, and {@link #end} closes {@code connecting}. */
    void starting(Closeable connecting, long deadlineNanos) {
        this.connection = connecting;
        this.deadlineNanos = deadlineNanos;
        this.running = true;
    }

    /** Waits for the bootstrap's first frame. */
    Reply awaitReady(FrameChannel channel) {
        frames = channel;
        connection = channel;
        if (end.get() != null) {
            disconnect(channel); // ended while only the listener was known
            return new Reply.Ended(close(End.STOPPED));
        }
        try {
            return new Reply.Answered(channel.receive());
        } catch (IOException e) {
            return new Reply.Ended(close(End.EXITED));
        }
    }

    void ready(Duration took) {
        running = false;
        initDuration = took;
        functionPid = ResidentSize.functionProcess(process.pid());
        measure();
    }

    /** Delivers the event and waits for the answer; the environment is good for another call exactly if it answered. */
    Reply call(byte[] event, InvokeContext context, long deadlineEpochMillis, long deadline) {
        FrameChannel channel = frames;
        if (channel == null) {
            throw new IllegalStateException("not ready");
        }
        deadlineNanos = deadline;
        running = true;
        try {
            channel.send(event, context, deadlineEpochMillis);
            FrameChannel.Frame frame = channel.receive();
            running = false;
            End ended = end.get();
            return ended == null ? new Reply.Answered(frame) : new Reply.Ended(ended);
        } catch (IOException e) {
            return new Reply.Ended(close(End.EXITED));
        }
    }

    /** Marks it dead for the first reason given, wakes its caller and starts the killing of its processes. */
    void end(End why) {
        if (end.compareAndSet(null, why)) {
            disconnect(connection);
            process.destroyForcibly();
        }
    }

    private static void disconnect(@Nullable Closeable open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private End close(End why) {
        running = false;
        if (why == End.EXITED && end.get() == null) {
            awaitExit();
        }
        end(why);
        End first = end.get();
        return first == null ? why : first;
    }

    /** Kills all its processes and waits, bounded, until its first one is gone. */
    void destroy() {
        end(End.STOPPED);
        launcher.kill(process, slot);
        awaitExit();
    }

    /** Go's words for an exit status, as in Lambda's own messages. */
    String exitText() {
        if (process.isAlive()) {
            return "signal: killed";
        }
        int code = process.exitValue();
        return switch (code) {
            case 128 + 4 -> "signal: illegal instruction";
            case 128 + 6 -> "signal: aborted";
            case 128 + 7 -> "signal: bus error";
            case 128 + 8 -> "signal: floating point exception";
            case 128 + 9 -> "signal: killed";
            case 128 + 11 -> "signal: segmentation fault";
            case 128 + 15 -> "signal: terminated";
            default -> "exit status " + code;
        };
    }

    /** Called by the watch. */
    void checkDeadline(long nowNanos) {
        if (running && nowNanos - deadlineNanos >= 0) {
            end(End.TIMED_OUT);
        } else if (!process.isAlive()) {
            end(End.EXITED);
        }
    }

    /** Called by the watch; nanoseconds until the running call's deadline. */
    long untilDeadline(long nowNanos) {
        return running ? Math.max(0, deadlineNanos - nowNanos) : NEVER;
    }

    /** Called by the watch. */
    void checkMemory() {
        if (running && functionPid > 0 && measure() > (long) spec.memoryMegabytes() << 20) {
            end(End.OUT_OF_MEMORY);
        }
    }

    private long measure() {
        long bytes = ResidentSize.ofTree(functionPid);
        peakBytes = Math.max(peakBytes, bytes);
        return bytes;
    }

    int peakMegabytes() {
        long limit = (long) spec.memoryMegabytes() << 20;
        return (int) ((Math.min(peakBytes, limit) + (1 << 20) - 1) >> 20);
    }

    /** The time its start took, for its first caller only. */
    Optional<Duration> takeInitDuration() {
        Optional<Duration> took = Optional.ofNullable(initDuration);
        initDuration = null;
        return took;
    }

    boolean dead() {
        return end.get() != null;
    }

    void idleSince(long nowNanos) {
        idleSinceNanos = nowNanos;
    }

    long idleSince() {
        return idleSinceNanos;
    }

    private void awaitExit() {
        try {
            boolean _ = process.waitFor(EXIT_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
