/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * What became of each request of a run, by index in the order in which they were due; times are of one monotonic clock.
 */
public final class LoadResult {
    /** Status of a request whose answer never came: refused or broken connection, or patience at its end. */
    static final int LOST = 0;

    private static final int TOO_MANY = 429;

    private final long[] dueNanos;
    private final long[] sentNanos;
    private final long[] answeredNanos;
    private final int[] statuses;

    LoadResult(long[] dueNanos, long[] sentNanos, long[] answeredNanos, int[] statuses) {
        this.dueNanos = dueNanos;
        this.sentNanos = sentNanos;
        this.answeredNanos = answeredNanos;
        this.statuses = statuses;
    }

    public int offered() {
        return statuses.length;
    }

    /** Answered with 2xx. */
    public int admitted() {
        return count(200, 299);
    }

    /** Answered with 429. */
    public int throttled() {
        return count(TOO_MANY, TOO_MANY);
    }

    /** Answered with 5xx. */
    public int failed() {
        return count(500, 599);
    }

    /** Never answered. */
    public int lost() {
        return count(LOST, LOST);
    }

    /** Answered with anything else, e.g. 403. */
    public int other() {
        return offered() - admitted() - throttled() - failed() - lost();
    }

    /** Nanoseconds from the first request going out to the last answer coming in; 0 when nothing was answered. */
    public long spanNanos() {
        var first = answered().mapToLong(i -> sentNanos[i]).min();
        var last = answered().mapToLong(i -> answeredNanos[i]).max();
        return first.isEmpty() ? 0 : last.getAsLong() - first.getAsLong();
    }

    /**
     * Time to answer of the admitted requests, from when each was due: a request that had to wait for the client or a connection
     * counts with that wait (no coordinated omission).
     */
    public Histogram admittedLatencyNanos() {
        var histogram = new Histogram(3);
        admittedIndexes().forEach(i -> histogram.recordValue(answeredNanos[i] - dueNanos[i]));
        return histogram;
    }

    public Envelope.Worst check(Envelope envelope) {
        return envelope.check(
                admittedIndexes().mapToLong(i -> sentNanos[i]).toArray(),
                admittedIndexes().mapToLong(i -> answeredNanos[i]).toArray());
    }

    private IntStream answered() {
        return IntStream.range(0, statuses.length).filter(i -> statuses[i] != LOST);
    }

    private IntStream admittedIndexes() {
        return IntStream.range(0, statuses.length).filter(i -> statuses[i] >= 200 && statuses[i] <= 299);
    }

    private int count(int from, int to) {
        return (int) IntStream.of(statuses)
                .filter(status -> status >= from && status <= to)
                .count();
    }
}
