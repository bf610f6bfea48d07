/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Small durable records by kind and id. Thread-safe; both calls block. A {@link StoreException} says what failed; what the function
 * throws reaches the caller unchanged, and nothing of its call is kept.
 */
public interface RecordStore {
    /** Runs the function over one committed state; sees every write that returned before. */
    <T extends @Nullable Object> T read(Function<Records, T> function);

    /**
     * Runs the function alone, all or nothing; on return its changes are on disk. The function runs on the store's writer thread once, holds
     * up every other write while it runs, must not call the store itself, and lets a {@link StoreException} other than DUPLICATE through.
     */
    <T extends @Nullable Object> T write(Function<Transaction, T> function);
}
