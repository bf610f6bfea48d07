/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.util.Optional;

/** Where the zip of a function's code is kept. Thread-safe; may block. */
@FunctionalInterface
public interface CodeSource {
    /**
     * @param sha256 lower-case hexadecimal SHA-256 of the zip, as in {@link CodePackage#sha256()}
     * @return the zip; empty when there is none by that name
     */
    Optional<byte[]> zip(String sha256);
}
