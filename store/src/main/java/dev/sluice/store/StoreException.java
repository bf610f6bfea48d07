/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import org.jspecify.annotations.Nullable;

/** A likely failure of the environment of a store: its message is one line that names what failed. */
public final class StoreException extends RuntimeException {
    private final Code code;

    public StoreException(Code code, String message) {
        this(code, message, null);
    }

    public StoreException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /** Whether the same call may succeed later without anyone changing the data. */
    public boolean retryable() {
        return code == Code.BUSY || code == Code.DISK_FULL || code == Code.IO;
    }

    /** What failed; countable. */
    public enum Code {
        /** Another server has the data folder. */
        FOLDER_IN_USE,
        /** The data was written by a newer version. */
        NEWER_VERSION,
        /** Secrets exist, and the master key is missing or another. */
        WRONG_MASTER_KEY,
        /** A unique index already has the value. */
        DUPLICATE,
        DISK_FULL,
        /** A lock, a connection or a place in a queue was not free in time. */
        BUSY,
        /** A file is not what this store wrote. */
        CORRUPT,
        /** Any other failure to read or write; a read-only file, or a store that is closed, too. */
        IO
    }
}
