/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A run of a seeded generator: the seed is printed, and {@code -Dsluice.seed=N} runs it again. Not thread-safe.
 *
 * <p>Normal runs take a few seconds per target; the slow ones {@code -Dsluice.fuzz.seconds=N}, by default two minutes.
 */
final class Fuzzing {
    private final String target;
    private final long seed;
    private final long endNanos;
    private final SplittableRandom random;
    private long runs;

    private Fuzzing(String target, long seconds) {
        this.target = target;
        seed = Long.getLong("sluice.seed", System.nanoTime());
        random = new SplittableRandom(seed);
        endNanos = System.nanoTime() + seconds * 1_000_000_000L;
    }

    static Fuzzing shortly(String target) {
        return new Fuzzing(target, 2);
    }

    static Fuzzing atLength(String target) {
        return new Fuzzing(target, Long.getLong("sluice.fuzz.seconds", 120));
    }

    /** Whether there is time for one more; prints the count at the end. */
    boolean more() {
        if (System.nanoTime() < endNanos) {
            runs++;
            return true;
        }
        System.out.println(this + ": " + runs + " inputs");
        return false;
    }

    @Override
    public String toString() {
        return "fuzzing " + target + " -Dsluice.seed=" + seed;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** The bytes in parts, as writes to a socket. */
    List<byte[]> parts(byte[] bytes) {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int length = oneIn(3) ? 1 + below(4) : 1 + below(bytes.length);
            int end = Math.min(bytes.length, at + length);
            parts.add(java.util.Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return parts;
    }

    /** The text with one to four small changes: bytes gone, doubled, changed, or put in. */
    String mutated(String text, List<String> tokens) {
        StringBuilder out = new StringBuilder(text);
        for (int left = 1 + below(4); left > 0 && !out.isEmpty(); left--) {
            int at = below(out.length());
            int end = Math.min(out.length(), at + 1 + (oneIn(2) ? 0 : below(12)));
            switch (below(6)) {
                case 0 -> out.delete(at, end);
                case 1 -> out.insert(at, out.substring(at, end));
                case 2 -> out.setCharAt(at, (char) below(256));
                case 3 -> out.replace(at, end, oneOf(tokens));
                case 4 -> out.insert(at, oneOf(tokens));
                default -> {
                    String moved = out.substring(at, end);
                    out.delete(at, end).insert(below(out.length() + 1), moved);
                }
            }
        }
        return out.toString();
    }
}
