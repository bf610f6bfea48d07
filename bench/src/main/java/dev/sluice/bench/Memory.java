/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.bench;

import dev.sluice.limits.Bucket;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;

/** What a bucket takes: by the heap in use after collections, before and after many of them are made. */
final class Memory {
    private static final int FEW = 100_000;

    private Memory() {}

    /** @param keys for Sluice's tables; of the others a few will do, which are all alike, and the array that holds them is not counted */
    static String measure(int keys) {
        StringBuilder lines = new StringBuilder("| bucket | count | B each |\n| --- | --- | --- |\n");
        line(lines, "Sluice, of a key, not full", keys, () -> new Population(1).grow(keys));
        line(lines, "Sluice, of (key, method), 10 methods, not full", keys, () -> new Population(10).grow(keys / 10));
        line(
                lines,
                "Sluice, of a key, full again",
                keys,
                () -> new Population(1).grow(keys).refill().sweep());
        few(lines, "Sluice, of a shared level, with its limit", Memory::shared);
        few(lines, "Guava RateLimiter", Keys::guava);
        few(lines, "Bucket4j local bucket", Keys::bucket4j);
        few(lines, "Resilience4j AtomicRateLimiter", Keys::resilience4j);
        return lines.toString();
    }

    private static Bucket shared() {
        return Bucket.full(new LiveLimit("stage", Population.SLOW), NanoClock.SYSTEM);
    }

    private static void few(StringBuilder lines, String what, Supplier<Object> make) {
        Object[] all = new Object[FEW];
        line(lines, what, FEW, () -> {
            Arrays.setAll(all, i -> make.get());
            return all;
        });
    }

    private static void line(StringBuilder lines, String what, int count, Supplier<Object> make) {
        long before = usedBytes();
        Object made = make.get();
        long tenths = (usedBytes() - before) * 10 / count;
        Reference.reachabilityFence(made);
        lines.append(String.format(Locale.ROOT, "| %s | %,d | %d.%d |%n", what, count, tenths / 10, tenths % 10));
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            runtime.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
