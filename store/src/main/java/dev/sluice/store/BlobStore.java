/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.nio.file.Path;

/** Immutable blobs named by the SHA-256 of their content, in lower-case hexadecimal. Thread-safe. */
public interface BlobStore {
    /** Keeps the content; durable on return. A blob that is there already is not written again. */
    String put(byte[] content);

    /** The blob as a file, to be read only. */
    Path path(String sha256);

    /** @throws StoreException CORRUPT if there is none or its content is not what its name says */
    byte[] get(String sha256);

    boolean has(String sha256);

    /** Does nothing where there is none. */
    void delete(String sha256);
}
