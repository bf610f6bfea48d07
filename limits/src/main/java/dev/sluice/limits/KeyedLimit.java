/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A limit that each subject has for itself, such as the limit of a usage plan that each of its keys gets; its buckets are in a
 * {@link BucketTable}, which makes it. It can be changed as a {@link LiveLimit} can: one write, however many buckets there are, and each
 * carries its debt along. Thread-safe; deciding is lock-free.
 */
public final class KeyedLimit {
    /*
     * A bucket is one word (see Word), so a charge is one compare-and-set that checks and charges; that is why a decision may have one keyed
     * level and no more: it is charged between the reservations at the other levels and their commits (see InMemoryLimiter). The arithmetic
     * is Cell's, with the table's origin as the base and wrapping differences in place of changes of base.
     *
     * A word knows the version of the limit that it is counted by. Whoever meets an older one brings it to the newest by the same rule as
     * Cell does (each change as of its instant), and offers that. What is put aside then (see Debt) is in a word of its own, whose id has
     * the version in it: written before the bucket's own word and raised only, so that of several who do this at the same time none takes
     * from another's; charged before the bucket's own word, as in Cell.
     */
    private final BucketTable table;
    private final int index;
    private final String name;
    private volatile KeyedVersion newest;
    private volatile boolean dryRun;

    /** No word is counted by a version before it. Written by the one who sweeps. */
    private volatile KeyedVersion oldest;

    /** Only for the one who sweeps: the newest when the last round ended. */
    private KeyedVersion newestLastRound;

    KeyedLimit(BucketTable table, int index, String name, Limit limit, boolean full) {
        this.table = table;
        this.index = index;
        this.name = requireNonNull(name, "name");
        long nowNanos = table.clock().nanoTime();
        this.newest = KeyedVersion.first(requireNonNull(limit, "limit"), full, table.originNanos(), nowNanos);
        this.oldest = newest;
        this.newestLastRound = newest;
    }

    public String name() {
        return name;
    }

    public Limit get() {
        return newest.limit();
    }

    public boolean dryRun() {
        return dryRun;
    }

    /** Live when the call returns; buckets keep what they owe. */
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    /**
     * Live when the call returns.
     *
     * @throws IllegalArgumentException as {@link BucketTable#limit}; then nothing has changed
     */
    public void set(Limit limit) {
        requireNonNull(limit, "limit");
        if (newest.number() - oldest.number() > Word.VERSIONS / 2) {
            table.renewAll(this);
        }
        synchronized (this) {
            if (!limit.equals(newest.limit())) {
                newest = newest.followedBy(limit, table.clock());
            }
        }
    }

    /** The subject's bucket is full from now on: what a subject starts with that is new, other than the limit. */
    public void fill(int subject) {
        long id = id(subject);
        long nowNanos = table.clock().nanoTime();
        table.freshen(id, nowNanos);
        while (true) {
            long stored = table.word(id);
            if (table.compareAndSet(id, stored, newest.full(nowNanos), nowNanos)) {
                return;
            }
        }
    }

    /** Puts what the subject owed before a restart into its bucket, whatever was there. */
    public void owe(int subject, Owed owed) {
        long id = id(subject);
        long nowNanos = table.clock().nanoTime();
        table.freshen(id, nowNanos);
        while (true) {
            KeyedVersion version = newest;
            long stored = table.word(id);
            if (version.limit().unlimited()
                    || put(id, stored, version.written(owed.in(version.scale()), nowNanos, nowNanos), nowNanos)) {
                return;
            }
        }
    }

    /** What the subject's bucket holds at the clock's reading {@code nowNanos}. */
    public Level level(int subject, long nowNanos) {
        long id = id(subject);
        table.freshen(id, nowNanos);
        while (true) {
            KeyedVersion version = newest;
            if (version.limit().unlimited()) {
                return Level.UNLIMITED;
            }
            long stored = table.word(id);
            long word = stored == 0 ? version.untouched(nowNanos) : stored;
            if (word == 0 || Word.version(word) == version.tag()) {
                return version.level(word, nowNanos);
            }
            renew(id, stored, nowNanos);
        }
    }

    /** As {@link Bucket#waitNanos}. */
    long waitNanos(int subject, long nowNanos, long cost) {
        long id = id(subject);
        table.freshen(id, nowNanos);
        while (true) {
            KeyedVersion version = newest;
            if (version.limit().unlimited()) {
                return 0;
            }
            if (cost > version.limit().burst()) {
                return Long.MAX_VALUE;
            }
            long stored = table.word(id);
            long word = stored == 0 ? version.untouched(nowNanos) : stored;
            if (word == 0 || Word.version(word) == version.tag()) {
                return version.waitNanos(word, cost, table.notOvertaken(id, nowNanos));
            }
            renew(id, stored, nowNanos);
        }
    }

    /** Charges the cost as of {@code atNanos} if the bucket holds it then; false if it does not. */
    boolean charge(int subject, long nowNanos, long atNanos, long cost) {
        return charge(subject, nowNanos, atNanos, cost, true);
    }

    /** Charges the cost whatever is there. */
    void debit(int subject, long nowNanos, long cost) {
        charge(subject, nowNanos, nowNanos, cost, false);
    }

    private boolean charge(int subject, long nowNanos, long atNanos, long cost, boolean ifItFits) {
        long id = id(subject);
        table.freshen(id, nowNanos);
        boolean asideCharged = false;
        while (true) {
            KeyedVersion version = newest;
            if (version.limit().unlimited()) {
                return true;
            }
            long stored = table.word(id);
            long word = stored == 0 ? version.untouched(nowNanos) : stored;
            if (word != 0 && Word.version(word) != version.tag()) {
                renew(id, stored, nowNanos);
                continue;
            }
            long stampNanos = table.notOvertaken(id, atNanos);
            if (ifItFits && !version.fits(word, cost, stampNanos)) {
                return false;
            }
            if (Word.aside(word) && !asideCharged) {
                chargeAside(id, stored, version, cost, nowNanos, stampNanos);
                asideCharged = true;
            }
            if (table.compareAndSet(id, stored, version.charged(word, cost, stampNanos), nowNanos)) {
                return true;
            }
        }
    }

    private void chargeAside(long id, long stored, KeyedVersion version, long cost, long nowNanos, long stampNanos) {
        long asideId = BucketTable.withVersion(id, version.tag());
        while (true) {
            long aside = table.word(asideId);
            long from = aside == 0 && stored == 0 ? version.untouchedAside() : aside;
            long charged = from == 0 || Word.isUncounted(from) ? from : version.charged(from, cost, stampNanos);
            if (charged == aside || table.compareAndSet(asideId, aside, charged, nowNanos)) {
                return;
            }
        }
    }

    /** Brings a word, which must not be 0, to the newest version; does nothing if it has changed meanwhile or is of that version. */
    private void renew(long id, long stored, long nowNanos) {
        int tag = Word.version(stored);
        if (tag != newest.tag()) {
            long aside = Word.aside(stored) ? table.word(BucketTable.withVersion(id, tag)) : 0;
            put(id, stored, renewed(stored, aside, table.sweptNanos(id), nowNanos), nowNanos);
        }
    }

    /**
     * What a bucket's words are to be replaced by.
     *
     * @param word 0 where nothing is lost by forgetting the bucket
     * @param aside 0 for none
     * @param version that of both
     */
    record Renewed(long word, long aside, int version) {}

    /**
     * A bucket's words under the newest version.
     *
     * @param sweptNanos a reading that the words are near to
     */
    Renewed renewed(long word, long aside, long sweptNanos, long nowNanos) {
        KeyedVersion version = version(Word.version(word));
        if (version == null) {
            return new Renewed(word, aside, Word.version(word));
        }
        KeyedVersion next = version.next();
        if (next == null) {
            return version.kept(word, aside, sweptNanos, nowNanos);
        }
        long fromNanos = version.endNanos(word, sweptNanos);
        Debt debt = version.debt(word, aside, sweptNanos, fromNanos);
        while (next != null) {
            debt = debt.under(version.limit(), version.scale(), next.limit(), next.scale());
            version = next;
            next = version.next();
            if (next != null) {
                debt = version.drained(debt, fromNanos, next.sinceNanos());
                fromNanos = next.sinceNanos();
            }
        }
        return version.written(debt, fromNanos, nowNanos);
    }

    /** False if the word has changed meanwhile. */
    private boolean put(long id, long stored, Renewed renewed, long nowNanos) {
        if (renewed.aside() != 0) {
            raise(BucketTable.withVersion(id, renewed.version()), renewed.aside(), nowNanos);
        }
        return table.compareAndSet(id, stored, renewed.word(), nowNanos);
    }

    private void raise(long asideId, long word, long nowNanos) {
        while (true) {
            long there = table.word(asideId);
            boolean higher =
                    there != 0 && (Word.isUncounted(there) || !Word.isUncounted(word) && Word.after(there, word) >= 0);
            if (higher || table.compareAndSet(asideId, there, word, nowNanos)) {
                return;
            }
        }
    }

    /** For the one who sweeps: brings the word to the newest version, by itself. */
    void renewSwept(long id, long word, long nowNanos) {
        int version = BucketTable.versionOf(id);
        if (version == 0) {
            renew(id, word, nowNanos);
        } else if (version != newest.tag()) {
            long own = table.word(BucketTable.withVersion(id, 0));
            if (Word.version(own) == version) {
                renew(BucketTable.withVersion(id, 0), own, nowNanos);
            }
        }
    }

    /** For the one who sweeps: what a word is to be replaced by; 0 where nothing is lost by forgetting it. */
    long swept(long id, long word, long sweptNanos, long nowNanos) {
        KeyedVersion version = version(Word.version(word));
        if (version == null) {
            return word;
        }
        if (BucketTable.versionOf(id) == 0) {
            long aside = Word.aside(word) ? table.word(BucketTable.withVersion(id, version.tag())) : 0;
            return version.next() != null
                    ? word
                    : version.kept(word, aside, sweptNanos, nowNanos).word();
        }
        boolean used = version.endedLately(nowNanos)
                || Word.version(table.word(BucketTable.withVersion(id, 0))) == version.tag();
        return used && version.owes(word, sweptNanos, nowNanos) ? word : 0;
    }

    /** For the one who sweeps: every word was seen since the last time. */
    void roundEnded() {
        oldest = newestLastRound;
        newestLastRound = newest;
    }

    /** What the bucket of a word owes. */
    Owed owed(long id, long word, long nowNanos) {
        KeyedVersion version = newest;
        if (Word.version(word) != version.tag() || version.limit().unlimited()) {
            return Owed.NOTHING;
        }
        long aside = Word.aside(word) ? table.word(BucketTable.withVersion(id, version.tag())) : 0;
        return version.owed(word, aside, table.sweptNanos(id), nowNanos);
    }

    private @Nullable KeyedVersion version(int tag) {
        KeyedVersion version = oldest;
        while (version != null && version.tag() != tag) {
            version = version.next();
        }
        return version;
    }

    int index() {
        return index;
    }

    private long id(int subject) {
        if (subject < 0) {
            throw new IllegalArgumentException("subject: " + subject + " (expected: 0 or more)");
        }
        return BucketTable.id(subject, index, 0);
    }

    @Override
    public String toString() {
        return "KeyedLimit[" + name + ", " + newest.limit() + "]";
    }
}
