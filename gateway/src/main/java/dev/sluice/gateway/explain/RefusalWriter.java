/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.explain;

import dev.sluice.gateway.ApiKey;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Adds the refusals of one event loop to the log. Confined to the event loop. */
public final class RefusalWriter {
    private final RefusalLog log;
    private volatile @Nullable Chunk current;

    RefusalWriter(RefusalLog log) {
        this.log = log;
    }

    /** Whether anything is kept at all. */
    public boolean keeps() {
        return log.keeps();
    }

    /**
     * From the moment of the return the refusal can be found.
     *
     * @param atMillis since 1970
     * @param waitNanos {@link LoggedRefusal#NEVER} where waiting does not help
     * @param key null where none is known
     * @param remaining of each level of the case, then of its quota; copied
     */
    public void add(
            UUID requestId, long atMillis, RefusalCase what, long waitNanos, @Nullable ApiKey key, long[] remaining) {
        Chunk chunk = current;
        if (chunk == null || chunk.full()) {
            Chunk next = log.newChunk();
            if (chunk != null) {
                log.seal(chunk);
            }
            current = next;
            chunk = next;
        }
        chunk.add(requestId, atMillis, what, waitNanos, key, remaining);
    }

    /** On any thread; null before the first refusal. */
    @Nullable
    Chunk current() {
        return current;
    }
}
