/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Shares a bucket that is short among its subjects (API keys, say): each gets its max-min fair share by weight, and what somebody leaves
 * is the others'. It only refuses what the bucket might admit; the bucket's own bound is untouched. Thread-safe, lock-free, without threads
 * of its own.
 *
 * <p>Ask {@link #waitNanos} before a decision, tell {@link #admitted} or {@link #refused} after it. Nothing is refused while the bucket is
 * at least half full, or while fewer than two subjects want anything. So it takes a burst of some ten tokens to work well; one of up to 2
 * is not shared at all.
 *
 * <p>Nothing is allocated for a request but when a subject turns up anew. Of idle subjects nothing is kept; the first {@value #MAX_SUBJECTS}
 * that are active are told apart, the others share by {@value #GROUPS} groups, each of which counts as one.
 */
public final class FairShare {
    /*
     * Two colours (compare RFC 2697, single rate three color marker). What a subject sends within its fair share is green: admitted as long
     * as the bucket has tokens. The excess is admitted only while the bucket is half full or more. So the half below is kept for green, and
     * all that green leaves unused comes to stand above and goes to whoever asks: work-conserving, without any queue.
     *
     * The fair share. Each round counts what each subject offered, whether it was let through or not; demand is the average over rounds,
     * each half of the one before. FairRound.fill divides the bucket's rate by weight. A little less than the rate is divided while the
     * bucket is below its half, as much as brings it back there in some rounds: else its level would be a random walk between half and
     * empty, and every visit to empty refuses somebody within his share. A stage that shares the bucket without being shared itself is
     * made up for in the same way.
     *
     * Virtual time. Green is a token bucket per subject whose rate changes with every round. Instead of touching all of them, the time they
     * run on is stretched: it moves by the share of a subject of weight 1, and a request of weight w costs 1/w. A subject is then one number,
     * the virtual time at which its share will be unused again, as in Cell. Numbers are integers; divisions round down a share by 2^-32
     * tokens a round at most.
     *
     * Concurrency. Whoever first comes after a round's end computes the next, alone: others go on with the old one. Counts that are added
     * while a table is copied may be lost, a green token may be used twice by two threads: both shift fairness by a request, neither the
     * bucket's bound.
     */
    public static final int MAX_WEIGHT = 1000;

    static final int MAX_SUBJECTS = 8192;
    static final int GROUPS = 256;
    /** A token in virtual time, for weight 1. */
    static final long TOKEN = 1L << 32;
    /** A token of demand or supply. */
    static final long DEMAND = 1L << 16;

    private static final long SHORTEST_ROUND_NANOS = 100_000_000L;
    private static final long LONGEST_ROUND_NANOS = 10_000_000_000L;
    /** A round is so long that the bucket gets that many tokens in it, where that fits the bounds above. */
    private static final long ROUND_TOKENS = 20;
    /** Rates above are shared as if they were this, per second. */
    private static final long MAX_RATE = 100_000_000L;

    private static final long SECOND = 1_000_000_000L;
    /** Below, a subject counts as one that wants nothing. */
    private static final long LEAST_DEMAND = DEMAND / 64;
    /** What is missing to half a bucket is to come back in so many rounds. */
    private static final long RECOVERY_ROUNDS = 4;

    private static final long MOST_AT_ONCE = 1L << 30;
    private static final int IDLE_ROUNDS = 64;

    private final Bucket shared;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReferenceArray<@Nullable FairSubject> groups = new AtomicReferenceArray<>(GROUPS);
    private volatile FairTable table = FairTable.empty();
    private volatile FairRound round;

    private FairShare(Bucket shared, long nowNanos) {
        this.shared = shared;
        Limit limit = shared.limit().get();
        long lengthNanos = roundNanos(limit);
        this.round = FairRound.of(nowNanos, lengthNanos, 0, supply(limit, lengthNanos), atOnce(limit), 0);
    }

    /** @param clock the one that the readings given later come from */
    public static FairShare of(Bucket shared, NanoClock clock) {
        return new FairShare(requireNonNull(shared, "shared"), clock.nanoTime());
    }

    /** What is shared. */
    public Bucket shared() {
        return shared;
    }

    /**
     * 0 where fairness lets a request pass; else how long until the subject's share has room for one and the bucket a token, if shares
     * stay as they are. Changes nothing.
     *
     * @param subject 0 or more
     * @param weight 1 to {@link #MAX_WEIGHT}
     */
    public long waitNanos(int subject, int weight, long nowNanos) {
        check(subject, weight);
        FairRound now = round;
        if (now.active() < 2 || halfFull(nowNanos)) {
            return 0;
        }
        FairSubject known = table.find(subject);
        if (known == null) {
            known = groups.get(group(subject));
        }
        if (known == null) {
            return 0;
        }
        long cost = TOKEN / weight;
        long burst = now.burst(cost);
        long missing = known.used(now.virtualAt(nowNanos), burst) + cost - burst;
        return missing <= 0 ? 0 : Math.max(now.nanosFor(missing), shared.waitNanos(nowNanos, 1));
    }

    /** The request was let through: it counts as wanted, and as far as the subject's share goes, as used of it. */
    public void admitted(int subject, int weight, long nowNanos) {
        check(subject, weight);
        FairRound now = roundAt(nowNanos);
        FairSubject known = subject(subject, weight, now, nowNanos);
        known.offer(weight);
        long cost = TOKEN / weight;
        known.charge(now.virtualAt(nowNanos), cost, now.burst(cost));
    }

    /** The request was refused, by fairness or by the bucket: it counts as wanted. Not for one that another limit of the subject refuses. */
    public void refused(int subject, int weight, long nowNanos) {
        check(subject, weight);
        subject(subject, weight, roundAt(nowNanos), nowNanos).offer(weight);
    }

    /** How many subjects wanted anything in the last round; a view. */
    public int active() {
        return round.active();
    }

    /** Subjects told apart now. */
    int tracked() {
        return table.count();
    }

    private static void check(int subject, int weight) {
        if (subject < 0) {
            throw new IllegalArgumentException("subject: " + subject + " (expected: >= 0)");
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 1 to " + MAX_WEIGHT + ")");
        }
    }

    private boolean halfFull(long nowNanos) {
        long burst = shared.limit().get().burst();
        return shared.waitNanos(nowNanos, burst - burst / 2) == 0;
    }

    private FairSubject subject(int id, int weight, FairRound now, long nowNanos) {
        FairTable current = table;
        FairSubject known = current.find(id);
        if (known != null) {
            return known;
        }
        if (current.count() < MAX_SUBJECTS) {
            if (current.crowded() && busy.compareAndSet(false, true)) {
                try {
                    table = table.resized(_ -> true);
                } finally {
                    busy.set(false);
                }
                current = table;
            }
            if (current.takesMore()) {
                return current.add(new FairSubject(id, weight, now.virtualAt(nowNanos), nowNanos));
            }
        }
        int group = group(id);
        FairSubject together = groups.get(group);
        if (together == null) {
            FairSubject added = new FairSubject(-1 - group, weight, now.virtualAt(nowNanos), nowNanos);
            together = groups.compareAndExchange(group, null, added);
            return together == null ? added : together;
        }
        return together;
    }

    private static int group(int id) {
        return id & GROUPS - 1;
    }

    private FairRound roundAt(long nowNanos) {
        FairRound now = round;
        if (!now.overAt(nowNanos) || !busy.compareAndSet(false, true)) {
            return now;
        }
        try {
            now = round;
            if (now.overAt(nowNanos)) {
                now = next(now, nowNanos);
                round = now;
            }
            return now;
        } finally {
            busy.set(false);
        }
    }

    private FairRound next(FairRound last, long nowNanos) {
        FairSubject[] subjects = new FairSubject[table.count() + GROUPS];
        int count = table.copy(subjects, 0);
        for (int i = 0; i < GROUPS && count < subjects.length; i++) {
            FairSubject together = groups.get(i);
            if (together != null) {
                subjects[count++] = together;
            }
        }
        int active = measure(subjects, count, last, nowNanos);
        Limit limit = shared.limit().get();
        long lengthNanos = roundNanos(limit);
        long supply = supply(limit, lengthNanos);
        long share =
                active == 0 ? supply : FairRound.fill(subjects, active, supply - toRecover(limit, supply, nowNanos));
        forget(nowNanos - IDLE_ROUNDS * lengthNanos);
        return FairRound.of(nowNanos, lengthNanos, last.virtualAt(nowNanos), share, atOnce(limit), active);
    }

    /** Brings all demands up to now, and those that want anything to the front; gives how many do. */
    private static int measure(FairSubject[] subjects, int count, FairRound last, long nowNanos) {
        long elapsed = nowNanos - last.atNanos();
        int rounds = (int) Math.min(elapsed / last.lengthNanos(), Long.SIZE - 1);
        int active = 0;
        for (int i = 0; i < count; i++) {
            FairSubject subject = subjects[i];
            long offered = subject.takeOffered();
            if (offered > 0) {
                subject.seenNanos = nowNanos;
            }
            long perRound = offered * (DEMAND * last.lengthNanos() / elapsed);
            subject.demand = perRound + (subject.demand - perRound >> rounds);
            if (subject.demand >= LEAST_DEMAND) {
                subjects[i] = subjects[active];
                subjects[active++] = subject;
            }
        }
        return active;
    }

    /** What is to be held back of a round's supply, half of it at most. */
    private long toRecover(Limit limit, long supply, long nowNanos) {
        if (limit.unlimited()) {
            return 0;
        }
        long missing = limit.burst() / 2 - shared.level(nowNanos).remaining();
        return missing <= 0 ? 0 : Math.min(supply / 2, Math.min(missing, supply) * DEMAND / RECOVERY_ROUNDS);
    }

    /** Makes room once a quarter of the table is of no more use; of all that is idle in a table that is full. */
    private void forget(long beforeNanos) {
        FairTable current = table;
        boolean full = current.count() >= MAX_SUBJECTS * 3 / 4;
        FairSubject[] all = new FairSubject[current.count()];
        int count = current.copy(all, 0);
        int useless = 0;
        for (int i = 0; i < count; i++) {
            useless += useful(all[i], beforeNanos, full) ? 0 : 1;
        }
        if (useless * 4 > count) {
            table = current.resized(subject -> useful(subject, beforeNanos, full));
        }
    }

    private static boolean useful(FairSubject subject, long sinceNanos, boolean full) {
        return subject.demand >= LEAST_DEMAND || !full && subject.seenNanos - sinceNanos >= 0;
    }

    private static long roundNanos(Limit limit) {
        Rate rate = limit.rate();
        if (rate.tokens() == 0) {
            return LONGEST_ROUND_NANOS;
        }
        BigInteger nanos = BigInteger.valueOf(rate.periodNanos())
                .multiply(BigInteger.valueOf(ROUND_TOKENS))
                .divide(BigInteger.valueOf(rate.tokens()));
        return nanos.min(BigInteger.valueOf(LONGEST_ROUND_NANOS))
                .max(BigInteger.valueOf(SHORTEST_ROUND_NANOS))
                .longValueExact();
    }

    /** A third: less than what is kept for green, so that the first burst of one subject leaves something for the others'. */
    private static long atOnce(Limit limit) {
        return Math.min(MOST_AT_ONCE, Math.ceilDiv(limit.burst(), 3));
    }

    /** What the bucket gets in a round. */
    private static long supply(Limit limit, long lengthNanos) {
        long most = MAX_RATE * DEMAND / SECOND * lengthNanos;
        if (limit.unlimited()) {
            return most;
        }
        return BigInteger.valueOf(limit.rate().tokens())
                .multiply(BigInteger.valueOf(DEMAND))
                .multiply(BigInteger.valueOf(lengthNanos))
                .divide(BigInteger.valueOf(limit.rate().periodNanos()))
                .min(BigInteger.valueOf(most))
                .longValueExact();
    }
}
