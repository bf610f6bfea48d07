/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Starts every process of this module, on one platform thread that lives as long as they do. The reason: a child that asks to be killed when
 * its parent dies (PR_SET_PDEATHSIG: bwrap, setpriv) is killed when the <em>thread</em> that forked it ends, so neither a pool's thread nor a
 * virtual thread's carrier may fork. Thread-safe.
 */
final class Spawner implements AutoCloseable {
    private static final int MAX_OUTPUT_BYTES = 1 << 16;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sluice-functions-spawner").daemon().factory());

    /** @param exitCode -1 when the time was over and the process was killed */
    record Finished(int exitCode, String output) {}

    /**
     * Starts a process with an empty environment, standard error joined to standard output.
     *
     * @param input all of its standard input; must fit a pipe (64 KiB)
     */
    Process start(List<String> command, String input) throws IOException {
        return onThread(() -> {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().clear();
            Process process = builder.start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The process ended before it read its input; whoever waits for it sees that.
            }
            return process;
        });
    }

    /** Runs a short command to its end. */
    Finished run(List<String> command, String input, Duration limit) throws IOException {
        Process process = start(command, input);
        Future<?> guard = null;
        try (var reader = Executors.newVirtualThreadPerTaskExecutor()) {
            guard = reader.submit(() -> {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    // Its children too: they may hold the output open; after it, or a shell would tell of them. By its
                    // handle: the process itself would close the output under the reader.
                    List<ProcessHandle> children = process.descendants().toList();
                    process.toHandle().destroyForcibly();
                    children.forEach(ProcessHandle::destroyForcibly);
                    return false;
                }
                return true;
            });
            String output = firstOutput(process);
            boolean inTime = (Boolean) guard.get();
            return new Finished(inTime ? process.exitValue() : -1, output);
        } catch (InterruptedException | ExecutionException e) {
            process.destroyForcibly();
            throw new IOException("could not wait for " + command.getFirst(), e);
        }
    }

    /** What a process wrote, bounded; blocks until it ends or has written so much. */
    static String firstOutput(Process process) throws IOException {
        byte[] output = process.getInputStream().readNBytes(MAX_OUTPUT_BYTES);
        return new String(output, StandardCharsets.UTF_8);
    }

    private <T> T onThread(Callable<T> task) throws IOException {
        try {
            return thread.submit(task).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (RejectedExecutionException e) {
            throw new IOException("stopping", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Ends the thread, and so those of its children that die with it. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
