/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

/** A monotonic clock in nanoseconds; readings may be compared within one process only. Thread-safe. */
@FunctionalInterface
public interface NanoClock {
    /** {@link System#nanoTime()}. */
    NanoClock SYSTEM = System::nanoTime;

    /** Nanoseconds since an arbitrary instant; may be negative, wraps after 292 years. */
    long nanoTime();
}
