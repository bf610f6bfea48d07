/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.load;

import dev.sluice.limits.Limit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Judges from outside whether a limit held: for all a &lt;= b, of the admitted requests those that were sent at or after a and
 * answered by b are at most {@code burst + rate * (b - a) + 1}.
 *
 * <p>Such a request was decided between a and b, whatever the network did, so a true limit never fails this. The one more allows
 * for the decision's clock being read outside the interval's ends. Integers throughout; O(n log n) for n requests.
 */
public final class Envelope {
    private static final int SLACK_TOKENS = 1;

    private final Limit limit;

    /** @param limit a bucket with a capacity; not {@link Limit#UNLIMITED} */
    public Envelope(Limit limit) {
        if (limit.unlimited()) {
            throw new IllegalArgumentException("limit: unlimited (expected: a limit that can be passed)");
        }
        this.limit = limit;
    }

    /**
     * The interval in which most was admitted over what the limit allows.
     *
     * @param admitted requests both sent and answered within it
     * @param allowed by the limit alone, rounded down
     * @param holds whether the limit, with the one more, was kept in every interval
     */
    public record Worst(long fromNanos, long toNanos, long admitted, long allowed, boolean holds) {}

    /**
     * @param sentNanos of each admitted request, taken before its first byte went out
     * @param answeredNanos of the same requests, taken after the answer's last byte came in; the same clock
     * @throws ArithmeticException when rate and duration do not fit into 64 bits together
     */
    public Worst check(long[] sentNanos, long[] answeredNanos) {
        if (sentNanos.length != answeredNanos.length) {
            throw new IllegalArgumentException(
                    "answeredNanos: " + answeredNanos.length + " (expected: " + sentNanos.length + ")");
        }
        if (sentNanos.length == 0) {
            return new Worst(0, 0, 0, limit.burst(), true);
        }
        return new Sweep(sentNanos, answeredNanos).worst();
    }

    /**
     * b moves over the answers in order. The tree holds for each candidate a (a send time) the value
     * {@code P * |{i : sent_i >= a, answered_i <= b}| + R * a}; its maximum over a &lt;= b, less {@code R * b}, is the worst
     * admitted-over-refilled for this b, in units of 1/P token (the limit's rate is R tokens per P nanoseconds).
     */
    private final class Sweep {
        private final long base;
        private final long[] sent;
        private final long[] answered;
        private final long[] starts;
        private final PrefixMaximum tree;
        private final long tokens = limit.rate().tokens();
        private final long period = limit.rate().periodNanos();

        Sweep(long[] sentNanos, long[] answeredNanos) {
            base = Arrays.stream(sentNanos).min().orElseThrow();
            sent = Arrays.stream(sentNanos).map(nanos -> nanos - base).toArray();
            answered = Arrays.stream(answeredNanos).map(nanos -> nanos - base).toArray();
            starts = Arrays.stream(sent).sorted().distinct().toArray();
            tree = new PrefixMaximum(Arrays.stream(starts).map(this::refilled).toArray());
        }

        private long refilled(long nanos) {
            return Math.multiplyExact(tokens, nanos);
        }

        Worst worst() {
            var byAnswer = IntStream.range(0, sent.length)
                    .boxed()
                    .sorted(Comparator.comparingLong(i -> answered[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            var worst = Long.MIN_VALUE;
            var from = 0L;
            var to = 0L;
            for (var next = 0; next < byAnswer.length; ) {
                var end = answered[byAnswer[next]];
                for (; next < byAnswer.length && answered[byAnswer[next]] == end; next++) {
                    tree.addUpTo(Arrays.binarySearch(starts, sent[byAnswer[next]]), period);
                }
                var last = Arrays.binarySearch(starts, end);
                var found = tree.maximumUpTo(last >= 0 ? last : -last - 2);
                if (found.value() - refilled(end) > worst) {
                    worst = found.value() - refilled(end);
                    from = starts[found.position()];
                    to = end;
                }
            }
            return judged(from, to, worst);
        }

        private Worst judged(long from, long to, long worst) {
            var admitted = IntStream.range(0, sent.length)
                    .filter(i -> sent[i] >= from && answered[i] <= to)
                    .count();
            var allowed = Math.addExact(limit.burst(), refilled(to - from) / period);
            var holds = worst <= Math.multiplyExact(Math.addExact(limit.burst(), SLACK_TOKENS), period);
            return new Worst(from + base, to + base, admitted, allowed, holds);
        }
    }
}
