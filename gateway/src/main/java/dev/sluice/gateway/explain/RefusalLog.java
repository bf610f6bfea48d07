/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.explain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The last refusals of all event loops together, in bounded memory. Thread-safe: writers never wait, readers take no lock and hold nobody up.
 *
 * <p>Each writer fills a {@link Chunk} of its own; full ones stand in one queue, out of which the oldest falls when there are enough. A loop
 * that is idle so keeps its few, and a busy one has the room of all. A reader looks at the writers' chunks first, then at the queue: a writer
 * puts a full chunk into the queue before it takes a new one, so none is missed; one that is seen twice is the same object.
 */
public final class RefusalLog {
    /** Refusals to a chunk: about 0.3 MB. */
    private static final int CHUNK_ENTRIES = 4_096;

    private static final Duration RECENT = Duration.ofSeconds(60);
    private static final int TOP_KEYS = 5;

    private final int refusals;
    private final int chunkEntries;
    private final List<RefusalWriter> writers = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Chunk> sealed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sealedCount = new AtomicInteger();

    private RefusalLog(int refusals) {
        this.refusals = refusals;
        chunkEntries = Math.clamp(refusals, 1, CHUNK_ENTRIES);
    }

    /** @param refusals so many of the latest are always kept, and not many more; 0 keeps none */
    public static RefusalLog keeping(int refusals) {
        if (refusals < 0) {
            throw new IllegalArgumentException("refusals: " + refusals + " (expected: 0 or more)");
        }
        return new RefusalLog(refusals);
    }

    /** For one event loop; lives as long as the log. */
    public RefusalWriter writer() {
        RefusalWriter writer = new RefusalWriter(this);
        writers.add(writer);
        return writer;
    }

    public boolean keeps() {
        return refusals > 0;
    }

    /** So many of the latest are always there. */
    public int kept() {
        return refusals;
    }

    /** Empty if it never happened, or so many came later that it is gone. */
    public Optional<LoggedRefusal> find(UUID requestId) {
        for (Chunk chunk : chunks()) {
            int index = chunk.indexOf(requestId);
            if (index >= 0) {
                return Optional.of(chunk.at(index));
            }
        }
        return Optional.empty();
    }

    /**
     * Who was refused by the same bucket shortly before and up to a refusal.
     *
     * @param refusals of the last {@link #within}, that one included
     * @param topKeys the keys with the most of them, first the most
     */
    public record Crowd(Duration within, long refusals, List<KeyCount> topKeys) {}

    /** @param keyId empty for requests without a key */
    public record KeyCount(String keyId, long refusals) {}

    /** Reads the whole log once: milliseconds. */
    public Crowd crowd(LoggedRefusal refusal) {
        long untilMillis = refusal.at().toEpochMilli();
        long fromMillis = untilMillis - RECENT.toMillis();
        Map<String, Long> byKey = new HashMap<>();
        long count = 0;
        for (Chunk chunk : chunks()) {
            int size = chunk.size();
            for (int i = 0; i < size; i++) {
                long atMillis = chunk.atMillis(i);
                if (atMillis >= fromMillis && atMillis <= untilMillis && shares(refusal, chunk, i)) {
                    String keyId = chunk.keyId(i);
                    byKey.merge(keyId == null ? "" : keyId, 1L, Long::sum);
                    count++;
                }
            }
        }
        List<KeyCount> top = byKey.entrySet().stream()
                .map(entry -> new KeyCount(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(KeyCount::refusals).reversed().thenComparing(KeyCount::keyId))
                .limit(TOP_KEYS)
                .toList();
        return new Crowd(RECENT, count, top);
    }

    private static boolean shares(LoggedRefusal refusal, Chunk chunk, int i) {
        return refusal.what().sharesBucketWith(chunk.what(i))
                && (!refusal.what().perKey() || Objects.equals(refusal.keyId(), chunk.keyId(i)));
    }

    Chunk newChunk() {
        return new Chunk(chunkEntries);
    }

    /**
     * Full chunks beyond those needed fall out. One writer's chunk may have been begun long before another's, so one more is kept per writer:
     * what falls out is then older than the last {@link #refusals}.
     */
    void seal(Chunk full) {
        sealed.add(full);
        int needed = Math.ceilDiv(refusals, chunkEntries) + writers.size();
        if (sealedCount.incrementAndGet() > needed) {
            sealed.poll();
            sealedCount.decrementAndGet();
        }
    }

    /** How many are kept now. */
    long entries() {
        return chunks().stream().mapToLong(Chunk::size).sum();
    }

    /** In no order. */
    private List<Chunk> chunks() {
        Set<Chunk> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (RefusalWriter writer : writers) {
            Chunk current = writer.current();
            if (current != null) {
                seen.add(current);
            }
        }
        seen.addAll(sealed);
        return new ArrayList<>(seen);
    }
}
