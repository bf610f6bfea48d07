/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How often values of 0 and above occurred, by buckets that are 1/128 of an octave wide: whole numbers below 256 are kept exactly, any
 * other value less than 0.8 % too low. Histograms add up without further loss. Immutable.
 */
public final class Histogram {
    /** A bucket's key is the top of the value's IEEE 754 form: 11 bits of exponent and 7 of mantissa; keys order as values do. */
    private static final int KEY_SHIFT = 52 - 7;

    /** About 32 octaves. Where more are met, the lowest fall together. */
    static final int MAX_BUCKETS = 4096;

    private final int[] keys;
    private final double[] counts;

    /** Takes over the arrays: keys ascending, counts above 0. */
    Histogram(int[] keys, double[] counts) {
        int surplus = Math.max(0, keys.length - MAX_BUCKETS);
        this.keys = Arrays.copyOfRange(keys, surplus, keys.length);
        this.counts = Arrays.copyOfRange(counts, surplus, counts.length);
        for (int i = 0; i < surplus; i++) {
            this.counts[0] += counts[i];
        }
    }

    public static Histogram of(double value, double count) {
        return new Histogram(new int[] {key(value)}, new double[] {count});
    }

    static int key(double value) {
        // Adding 0 turns -0 into 0.
        return (int) (Double.doubleToRawLongBits(value + 0.0) >>> KEY_SHIFT);
    }

    public Histogram plus(Histogram other) {
        int[] mergedKeys = new int[keys.length + other.keys.length];
        double[] mergedCounts = new double[mergedKeys.length];
        int size = 0;
        for (int i = 0, j = 0; i < keys.length || j < other.keys.length; size++) {
            int mine = i < keys.length ? keys[i] : Integer.MAX_VALUE;
            int theirs = j < other.keys.length ? other.keys[j] : Integer.MAX_VALUE;
            mergedKeys[size] = Math.min(mine, theirs);
            mergedCounts[size] = (mine <= theirs ? counts[i++] : 0) + (theirs <= mine ? other.counts[j++] : 0);
        }
        return new Histogram(Arrays.copyOf(mergedKeys, size), Arrays.copyOf(mergedCounts, size));
    }

    /** The least value that at least this part (0 to 1) of all values do not pass. */
    double quantile(double part) {
        double rank = part * Arrays.stream(counts).sum();
        double passed = 0;
        for (int i = 0; i < keys.length; i++) {
            passed += counts[i];
            if (passed >= rank) {
                return lowest(keys[i]);
            }
        }
        return lowest(keys[keys.length - 1]);
    }

    private static double lowest(int key) {
        return Double.longBitsToDouble((long) key << KEY_SHIFT);
    }

    /**
     * The stored form: for each bucket the distance of its key from the one before, then twice the count; a count that is no whole number
     * is written as 1 and the eight bytes of the double. All numbers have seven bits to a byte, lowest first.
     */
    public byte[] encode() {
        var bytes = new ByteArrayOutputStream(keys.length * 3);
        try (var out = new DataOutputStream(bytes)) {
            int previous = 0;
            for (int i = 0; i < keys.length; i++) {
                writeNumber(out, keys[i] - previous);
                previous = keys[i];
                long whole = (long) counts[i];
                if (whole == counts[i] && whole < 1L << 53) {
                    writeNumber(out, whole << 1);
                } else {
                    writeNumber(out, 1);
                    out.writeDouble(counts[i]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeNumber(DataOutputStream out, long number) throws IOException {
        long rest = number;
        while (rest > 0x7f) {
            out.writeByte(((int) rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    /** @throws StoreException CORRUPT if it is no stored form */
    public static Histogram decode(byte[] encoded) {
        var in = ByteBuffer.wrap(encoded);
        int[] keys = new int[encoded.length / 2];
        double[] counts = new double[keys.length];
        int size = 0;
        try {
            for (int key = 0; in.hasRemaining(); size++) {
                key += (int) readNumber(in);
                long count = readNumber(in);
                keys[size] = key;
                counts[size] = count == 1 ? in.getDouble() : count >> 1;
            }
        } catch (BufferUnderflowException e) {
            throw new StoreException(StoreException.Code.CORRUPT, "a histogram is cut off", e);
        }
        if (size == 0) {
            throw new StoreException(StoreException.Code.CORRUPT, "a histogram is empty");
        }
        return new Histogram(Arrays.copyOf(keys, size), Arrays.copyOf(counts, size));
    }

    private static long readNumber(ByteBuffer in) {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            number |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram that && Arrays.equals(keys, that.keys) && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(keys) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "Histogram of " + keys.length + " buckets";
    }
}
