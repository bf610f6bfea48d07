/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

/** Takes what functions log. Called on the caller's thread or the environment's log thread; must be quick and must not throw. Thread-safe. */
@FunctionalInterface
public interface LogSink {
    /** Drops everything, and so spares the platform's START, END and REPORT lines. */
    LogSink NONE = (spec, stream, line) -> {};

    /**
     * @param stream name of the environment's log stream, {@code YYYY/MM/DD/[version]hex}
     * @param line without its line feed, at most 256 KiB
     */
    void line(FunctionSpec spec, String stream, String line);
}
