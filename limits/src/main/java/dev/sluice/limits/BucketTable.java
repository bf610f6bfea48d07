/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets by the million: one for each pair of a {@link KeyedLimit} and a subject, say an API key. Only what is not full takes room, 16
 * bytes a slot (some 27 bytes a bucket at ten million); the rest is forgotten by {@link #sweep}. Thread-safe; deciding is lock-free and
 * allocates nothing but when a segment grows.
 *
 * <p>Sweeping frees memory; what is decided does not depend on it.
 */
public final class BucketTable {
    /** Most limits at one time. */
    public static final int MAX_LIMITS = (1 << 20) - 1;

    /** Largest number of a subject. */
    public static final int MAX_SUBJECT = Integer.MAX_VALUE;

    private static final int SEGMENTS = 4096;
    private static final int SEGMENT_BITS = 12;
    private static final int LIMIT_SHIFT = 12;
    private static final int SUBJECT_SHIFT = 32;

    private final NanoClock clock;
    private final long originNanos;
    private final AtomicReferenceArray<@Nullable Segment> segments = new AtomicReferenceArray<>(SEGMENTS);
    private final ReentrantLock sweeping = new ReentrantLock();
    private int nextToSweep;

    private final KeyedLimits limits = new KeyedLimits(MAX_LIMITS);

    /** @param clock the one that the limiter reads */
    public BucketTable(NanoClock clock) {
        this.clock = requireNonNull(clock, "clock");
        this.originNanos = clock.nanoTime();
    }

    /** @throws IllegalArgumentException where the limit cannot be counted exactly in a table's words, naming what could */
    public static void check(Limit limit) {
        var _ = Scale.packed(limit);
    }

    /**
     * A limit whose buckets start full: one that is new.
     *
     * @param name the policy that it stands for in answers
     * @throws IllegalArgumentException where the limit cannot be counted exactly in a table's words, naming what could
     * @throws IllegalStateException where there are {@link #MAX_LIMITS} already
     */
    public KeyedLimit limit(String name, Limit limit) {
        return register(name, limit, true);
    }

    /** A limit whose buckets are empty as of now: one that is older than the process. As {@link #limit} otherwise. */
    public KeyedLimit emptyLimit(String name, Limit limit) {
        return register(name, limit, false);
    }

    private KeyedLimit register(String name, Limit limit, boolean full) {
        return limits.add(index -> new KeyedLimit(this, index, name, limit, full));
    }

    /** Forgets a limit and all of its buckets; it is not to be used any more. */
    public void forget(KeyedLimit limit) {
        limits.remove(limit);
    }

    /** Buckets that are not full, and those not yet swept. O(memory). */
    public long size() {
        long words = 0;
        for (int i = 0; i < SEGMENTS; i++) {
            Segment segment = segments.get(i);
            for (int slot = 0; segment != null && slot < segment.capacity(); slot++) {
                words += Word.unseal(segment.word(slot)) == 0 ? 0 : 1;
            }
        }
        return words;
    }

    /** Room for so many buckets is taken. */
    public long slots() {
        long slots = 0;
        for (int i = 0; i < SEGMENTS; i++) {
            Segment segment = segments.get(i);
            slots += segment == null ? 0 : segment.capacity();
        }
        return slots;
    }

    /**
     * Forgets the full buckets of the next part of the table; the parts take turns, whoever calls.
     *
     * @param parts of how many this is one, a power of two up to 4096: 64 each 250 ms goes over the whole table each 16 s
     */
    public void sweep(int parts) {
        if (parts < 1 || parts > SEGMENTS || Integer.bitCount(parts) != 1) {
            throw new IllegalArgumentException(
                    "parts: " + parts + " (expected: a power of two up to " + SEGMENTS + ")");
        }
        if (!sweeping.tryLock()) {
            return;
        }
        try {
            long nowNanos = clock.nanoTime();
            for (int i = 0; i < SEGMENTS / parts; i++) {
                sweep(nextToSweep++, nowNanos);
            }
            if (nextToSweep >= SEGMENTS) {
                nextToSweep = 0;
                limits.roundEnded();
            }
        } finally {
            sweeping.unlock();
        }
    }

    /** Brings all words of a limit to its newest version. */
    void renewAll(KeyedLimit limit) {
        sweeping.lock();
        try {
            long nowNanos = clock.nanoTime();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < SEGMENTS; i++) {
                    sweep(i, nowNanos);
                }
                limit.roundEnded();
            }
        } finally {
            sweeping.unlock();
        }
    }

    private void sweep(int index, long nowNanos) {
        Segment segment = segments.get(index);
        if (segment == null) {
            return;
        }
        if (nowNanos - segment.sweptNanos() > Segment.MAX_AGE_NANOS) {
            overhaul(index, segment, nowNanos);
            return;
        }
        int words = 0;
        for (int slot = 0; slot < segment.capacity(); slot++) {
            long id = segment.id(slot);
            while (id > 0) {
                long word = segment.word(slot);
                if (Word.sealed(word)) {
                    replace(index, segment);
                    return;
                }
                if (word == 0) {
                    break;
                }
                KeyedLimit limit = limits.get(limitOf(id));
                long swept = 0;
                if (limit != null) {
                    limit.renewSwept(id, word, nowNanos);
                    word = segment.word(slot);
                    if (word == 0 || Word.sealed(word)) {
                        continue;
                    }
                    swept = limit.swept(id, word, segment.sweptNanos(), nowNanos);
                }
                if (swept == word || segment.compareAndSet(slot, word, swept)) {
                    words += swept == 0 ? 0 : 1;
                    break;
                }
            }
        }
        segment.swept(nowNanos);
        if (segment.sparse(words)) {
            replace(index, segment);
        }
    }

    /**
     * Sweeps a segment whose last sweep is so long ago that its words and new ones cannot be told by the same yardstick: into a successor,
     * while nothing changes.
     */
    private void overhaul(int index, Segment old, long nowNanos) {
        old.seal();
        long[] ids = new long[2 * old.capacity()];
        long[] words = new long[2 * old.capacity()];
        int kept = 0;
        for (int slot = 0; slot < old.capacity(); slot++) {
            long id = old.id(slot);
            long word = Word.unseal(old.word(slot));
            KeyedLimit limit = id > 0 && word != 0 && versionOf(id) == 0 ? limits.get(limitOf(id)) : null;
            if (limit != null) {
                long asideId = withVersion(id, Word.version(word));
                int asideSlot = old.find(asideId, hash(asideId));
                long aside = asideSlot < 0 ? 0 : Word.unseal(old.word(asideSlot));
                KeyedLimit.Renewed renewed = limit.renewed(word, aside, old.sweptNanos(), nowNanos);
                ids[kept] = id;
                words[kept] = renewed.word();
                kept += renewed.word() == 0 ? 0 : 1;
                ids[kept] = withVersion(id, renewed.version());
                words[kept] = renewed.aside();
                kept += renewed.aside() == 0 ? 0 : 1;
            }
        }
        Segment successor = Segment.forWords(kept, nowNanos);
        for (int i = 0; i < kept; i++) {
            successor.add(ids[i], words[i]);
        }
        segments.compareAndSet(index, old, successor);
    }

    /** Shows every bucket that is not full, as of now, and what it owes. Buckets that are charged meanwhile may be missed. */
    public void forEachOwing(OwedVisitor visitor) {
        long nowNanos = clock.nanoTime();
        for (int i = 0; i < SEGMENTS; i++) {
            sweep(i, nowNanos);
            Segment segment = segments.get(i);
            for (int slot = 0; segment != null && slot < segment.capacity(); slot++) {
                long id = segment.id(slot);
                long word = Word.unseal(segment.word(slot));
                KeyedLimit limit = id > 0 && word != 0 && versionOf(id) == 0 ? limits.get(limitOf(id)) : null;
                Owed owed = limit == null ? Owed.NOTHING : limit.owed(id, word, nowNanos);
                if (limit != null && !owed.equals(Owed.NOTHING)) {
                    visitor.owes(subjectOf(id), limit, owed);
                }
            }
        }
    }

    /** Sees what buckets owe. */
    @FunctionalInterface
    public interface OwedVisitor {
        void owes(int subject, KeyedLimit limit, Owed owed);
    }

    /** The id of a bucket, or, with a version other than 0, of what was put aside of its debt under that version. */
    static long id(int subject, int limitIndex, int version) {
        return (long) subject << SUBJECT_SHIFT | (long) limitIndex << LIMIT_SHIFT | version;
    }

    static long withVersion(long id, int version) {
        return id & ~(long) Word.VERSIONS | version;
    }

    static int limitOf(long id) {
        return (int) (id >>> LIMIT_SHIFT) & MAX_LIMITS;
    }

    static int versionOf(long id) {
        return (int) id & Word.VERSIONS;
    }

    static int subjectOf(long id) {
        return (int) (id >>> SUBJECT_SHIFT);
    }

    /** Spreads ids, which are no secret, over segments (its first bits) and slots (its last). */
    static long hash(long id) {
        long hash = (id ^ id >>> 32) * 0x9E37_79B9_7F4A_7C15L;
        hash = (hash ^ hash >>> 29) * 0xBF58_476D_1CE4_E5B9L;
        return hash ^ hash >>> 32;
    }

    long originNanos() {
        return originNanos;
    }

    NanoClock clock() {
        return clock;
    }

    /** The word of a bucket, not sealed; 0 for none. */
    long word(long id) {
        int index = segmentOf(id);
        long hash = hash(id);
        while (true) {
            Segment segment = segments.get(index);
            if (segment == null) {
                return 0;
            }
            int slot = segment.find(id, hash);
            if (slot == Segment.ABSENT) {
                return 0;
            }
            if (slot >= 0) {
                long word = segment.word(slot);
                if (!Word.sealed(word)) {
                    return word;
                }
            }
            replace(index, segment);
        }
    }

    /** False if the word has changed. */
    boolean compareAndSet(long id, long expected, long updated, long nowNanos) {
        if (expected == 0 && updated == 0) {
            return true;
        }
        int index = segmentOf(id);
        long hash = hash(id);
        while (true) {
            Segment segment = segments.get(index);
            if (segment == null) {
                segments.compareAndSet(index, null, Segment.empty(nowNanos));
                continue;
            }
            int slot = expected == 0 ? segment.claim(id, hash) : segment.find(id, hash);
            if (slot == Segment.ABSENT) {
                return false;
            }
            if (slot >= 0) {
                if (segment.compareAndSet(slot, expected, updated)) {
                    return true;
                }
                if (!Word.sealed(segment.word(slot))) {
                    return false;
                }
            }
            replace(index, segment);
        }
    }

    /** To be called before a word is read: sees to it that the last sweep is not long ago. */
    void freshen(long id, long nowNanos) {
        int index = segmentOf(id);
        Segment segment = segments.get(index);
        while (segment != null && nowNanos - segment.sweptNanos() > Segment.MAX_AGE_NANOS) {
            overhaul(index, segment, nowNanos);
            segment = segments.get(index);
        }
    }

    /** When the bucket's segment was swept last. */
    long sweptNanos(long id) {
        Segment segment = segments.get(segmentOf(id));
        return segment == null ? originNanos : segment.sweptNanos();
    }

    /** The reading, or a later one within the call, where the caller was held up for so long that words are too far from it. */
    long notOvertaken(long id, long readingNanos) {
        Segment segment = segments.get(segmentOf(id));
        if (segment == null) {
            return readingNanos;
        }
        long earliestNanos = segment.sweptNanos() - Segment.MAX_AGE_NANOS;
        return readingNanos - earliestNanos < 0 ? earliestNanos : readingNanos;
    }

    /** A bucket's words are in one segment, whatever their versions. */
    private static int segmentOf(long id) {
        return (int) (hash(withVersion(id, 0)) >>> Long.SIZE - SEGMENT_BITS);
    }

    /** If somebody else was first, theirs is as good. */
    private void replace(int index, Segment old) {
        if (segments.get(index) == old) {
            old.seal();
            segments.compareAndSet(index, old, old.successor());
        }
    }
}
