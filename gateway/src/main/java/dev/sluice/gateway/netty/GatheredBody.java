/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A request's body as it comes, copied into one array that grows: a part of a body must not keep all of the buffer that it came in. What the
 * array takes is in the budget until it is given back. Confined to the event loop.
 */
final class GatheredBody {
    private static final byte[] NONE = new byte[0];

    private final GatherBudget.Share budget;
    private final long expectedBytes;
    private byte[] bytes = NONE;
    private int length;
    private long held;

    /** @param expectedBytes of all of it; less than 0 where that is not known */
    GatheredBody(GatherBudget.Share budget, long expectedBytes) {
        this.budget = budget;
        this.expectedBytes = expectedBytes;
    }

    /**
     * @param data released
     * @return false when there is no room for it
     */
    boolean add(ByteBuf data) {
        try {
            int more = data.readableBytes();
            if (length + more > bytes.length && !grow(length + more)) {
                return false;
            }
            data.readBytes(bytes, length, more);
            length += more;
            return true;
        } finally {
            data.release();
        }
    }

    /** All of it, which is still in the budget. */
    byte[] take() {
        byte[] whole = bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
        bytes = NONE;
        budget.giveBack(held - length);
        held = length;
        return whole;
    }

    /** It is not kept any more; what has been given back is not given back again. */
    void giveBack() {
        bytes = NONE;
        budget.giveBack(held);
        held = 0;
    }

    /** To twice as much, but not beyond what is expected. */
    private boolean grow(int needed) {
        long twice = 2L * bytes.length;
        long capacity = Math.max(needed, expectedBytes < 0 ? twice : Math.min(twice, expectedBytes));
        if (!budget.take(held, capacity - held)) {
            return false;
        }
        held = capacity;
        bytes = Arrays.copyOf(bytes, Math.toIntExact(capacity));
        return true;
    }
}
