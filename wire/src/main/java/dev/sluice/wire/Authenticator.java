/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/** Tells who signed a request. Thread-safe; may block. */
@FunctionalInterface
public interface Authenticator {
    /** Checks the whole request, its body included. */
    Authentication authenticate(WireRequest request);
}
