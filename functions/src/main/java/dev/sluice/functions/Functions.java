/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Runs functions. Thread-safe. {@link #invoke} blocks and is meant for virtual threads.
 *
 * <p>Opened with the settings, the data folder's {@code functions} directory, the code source, a listener, a log sink and the clocks.
 */
public interface Functions extends AutoCloseable {
    /** Events and answers of a synchronous call (AWS: 6 MB, and 100 bytes more for the answer's envelope). */
    int MAX_PAYLOAD_BYTES = 6_291_556;

    /**
     * Probes interpreters and isolation, sweeps what a killed server left behind, and is ready.
     *
     * @param folder for unpacked code; made if absent
     * @param clock for log and deadline times, {@code ticker} for durations
     * @throws IllegalStateException when the settings insist on a sandbox that can't be had; one line for the operator
     */
    static Functions open(
            FunctionSettings settings,
            Path folder,
            CodeSource code,
            FunctionListener listener,
            LogSink logs,
            InstantSource clock,
            Ticker ticker) {
        return new ProcessFunctions(settings, folder, code, listener, logs, clock, ticker);
    }

    /**
     * Calls the function and waits for its answer: at most {@code context.maxWait()} for an environment and {@code spec.timeout()} for the
     * handler. The user's failures are results as well.
     *
     * @param event JSON; not changed
     */
    InvokeResult invoke(FunctionSpec spec, byte[] event, InvokeContext context);

    /** Stops the idle environments of all revisions of the function; running calls finish, their environments stop then. */
    void retire(String arn);

    RuntimeCatalog runtimes();

    Isolation isolation();

    /** Kills every environment; running calls end with {@link InvokeResult.Reason#STOPPING}. */
    @Override
    void close();
}
