/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bounds the bytes of all request bodies and answers of back ends that the gateway keeps whole at once. Thread-safe; each event loop takes from
 * it by a {@link Share} of its own, which fetches ahead, so that small ones rarely meet what the loops share.
 *
 * <p>Who holds something gets more only while at least as much is left as it would hold then. So few large bodies cannot take what many small
 * ones need, and one alone may have half.
 */
final class GatherBudget {
    private static final int MAX_AHEAD_BYTES = 65_536;
    /** All shares together have at most an eighth ahead. */
    private static final int AHEAD_PARTS = 16;

    private final long aheadBytes;
    private final AtomicLong left;
    private final List<Share> shares = new CopyOnWriteArrayList<>();
    private final LongAdder refusals = new LongAdder();

    /** @param shares how many there will be */
    GatherBudget(long maxBytes, int shares) {
        left = new AtomicLong(maxBytes);
        aheadBytes = Math.min(MAX_AHEAD_BYTES, maxBytes / ((long) AHEAD_PARTS * shares));
    }

    /** Of one more event loop. */
    Share share() {
        Share share = new Share();
        shares.add(share);
        return share;
    }

    /** Bytes that are held now, each share's at a moment of its own. */
    long heldBytes() {
        return shares.stream().mapToLong(share -> share.held.get()).sum();
    }

    /** How often there was no room. */
    long refusals() {
        return refusals.sum();
    }

    /** What one event loop takes of the budget. Confined to that event loop. */
    final class Share {
        private final AtomicLong held = new AtomicLong();
        private long ahead;

        private Share() {}

        /**
         * @param own what the one who asks holds already
         * @return false when there is no room; then nothing has been taken
         */
        boolean take(long own, long more) {
            boolean room = own + more <= ahead || own + more <= ahead + left.get();
            if (!room || (more > ahead && !fetch(more - ahead))) {
                refusals.increment();
                return false;
            }
            ahead -= more;
            held.setRelease(held.getPlain() + more);
            return true;
        }

        /** @param bytes as many as were taken, or a part of them */
        void giveBack(long bytes) {
            held.setRelease(held.getPlain() - bytes);
            ahead += bytes;
            if (ahead > 2 * aheadBytes) {
                left.addAndGet(ahead - aheadBytes);
                ahead = aheadBytes;
            }
        }

        private boolean fetch(long missing) {
            while (true) {
                long there = left.get();
                if (there < missing) {
                    return false;
                }
                long fetched = Math.min(there, missing + aheadBytes);
                if (left.compareAndSet(there, there - fetched)) {
                    ahead += fetched;
                    return true;
                }
            }
        }
    }
}
