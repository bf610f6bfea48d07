/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes at a time. */
final class Words {
    static final int BYTES = Long.BYTES;
    /** Makes letters lower. */
    static final long LOWER = 0x2020202020202020L;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long SPACES = 0x20 * ONES;
    private static final long DELETES = 0x7f * ONES;

    private Words() {}

    static long at(byte[] bytes, int index) {
        return (long) WORD.get(bytes, index);
    }

    /**
     * Goes over what is certainly printable, 0x20 to 0x7e; what it stops at has to be looked at.
     *
     * @return an index from {@code from} to {@code to}
     */
    static int overPrintable(byte[] bytes, int from, int to) {
        int i = from;
        while (to - i >= BYTES && isPrintable(at(bytes, i))) {
            i += BYTES;
        }
        return i;
    }

    /** A borrow or carry out of one byte may call its neighbour unprintable, never printable. */
    private static boolean isPrintable(long word) {
        long below = word - SPACES;
        long delete = (word ^ DELETES) - ONES;
        return ((word | below | delete) & HIGH) == 0;
    }
}
