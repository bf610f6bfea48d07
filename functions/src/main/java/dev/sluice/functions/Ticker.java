/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

/** A monotonic clock in nanoseconds; readings may be compared within one process only. Thread-safe. */
@FunctionalInterface
public interface Ticker {
    Ticker SYSTEM = System::nanoTime;

    /** Nanoseconds since an arbitrary instant; may be negative. */
    long nanoTime();
}
