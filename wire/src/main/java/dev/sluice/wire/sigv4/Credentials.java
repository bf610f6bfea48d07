/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import java.util.Optional;

/** The access keys that may sign. Thread-safe; may block. */
@FunctionalInterface
public interface Credentials {
    /** The active key of that id. */
    Optional<Credential> find(String accessKeyId);
}
