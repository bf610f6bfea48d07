/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/** Carries out one operation. Called on a virtual thread, may block, must be thread-safe. */
@FunctionalInterface
public interface Handler<I extends Structure, O extends Structure> {
    /** Returns the output, or throws a {@link ServiceException} that the caller is to see. */
    O handle(Call call, I input);
}
