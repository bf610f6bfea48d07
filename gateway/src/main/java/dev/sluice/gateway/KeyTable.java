/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds an API key by the bytes that a client presents, without keeping them: a key is known by 128 bits of a hash that is keyed anew in each
 * process, which nobody can make collide. No object per key, some 50 bytes each. Looking up what is not there changes nothing and allocates
 * nothing. Thread-safe: one writer at a time, readers take no lock.
 *
 * <p>A key has a subject, the number of its row, for as long as it is here.
 */
final class KeyTable {
    private static final int SMALLEST_PLAN_SETS = 16;
    private static final int NO_PLANS = 0;

    private final SipHash first;
    private final SipHash second;
    private final KeyRows rows = new KeyRows();
    private final SubjectIndex byPrint = new SubjectIndex(subject -> rows.firstPrint(subject));
    private final SubjectIndex byId = new SubjectIndex(subject -> SubjectIndex.mix(rows.idCode(subject)));

    /** Ids that do not fit in a word. */
    private final Map<Integer, String> oddIds = new ConcurrentHashMap<>();

    /**
     * Plans that a key can have, by number; those of many keys are the same. A number is not given away again, since a reader may be about
     * to look it up. Written before a row has the number, so that whoever reads the row finds it.
     */
    private volatile @Nullable List<UsagePlan>[] planSets = newPlanSets(SMALLEST_PLAN_SETS);

    private final Map<List<UsagePlan>, Integer> planSetNumbers = new HashMap<>(Map.of(List.of(), NO_PLANS));

    KeyTable(SipHash first, SipHash second) {
        this.first = first;
        this.second = second;
    }

    static KeyTable create() {
        SecureRandom random = new SecureRandom();
        return new KeyTable(
                new SipHash(random.nextLong(), random.nextLong()), new SipHash(random.nextLong(), random.nextLong()));
    }

    /** O(1), whatever is presented and however many keys there are. */
    @Nullable
    ApiKey find(byte[] presented) {
        long print = first.hash(presented);
        long check = second.hash(presented);
        AtomicIntegerArray slots = byPrint.slots();
        for (int at = SubjectIndex.start(slots, print); ; at = SubjectIndex.next(slots, at)) {
            int subject = SubjectIndex.subject(slots, at);
            if (subject == SubjectIndex.NONE) {
                return null;
            }
            if (subject != SubjectIndex.GONE && rows.is(subject, print, check)) {
                ApiKey key = read(subject);
                // The row may have been given to another key meanwhile.
                if (rows.is(subject, print, check)) {
                    return key;
                }
            }
        }
    }

    /** @return its subject, the same as before if the id is known; a subject that was not in use before may have had buckets */
    synchronized int put(String id, byte[] value, boolean enabled, List<UsagePlan> plans) {
        long print = first.hash(value);
        long check = second.hash(value);
        int known = subject(id);
        int meta = meta(enabled, plans);
        if (known >= 0 && rows.is(known, print, check)) {
            rows.setMeta(known, meta);
            return known;
        }
        int subject = known >= 0 ? known : rows.take();
        if (known >= 0) {
            byPrint.remove(known, rows.firstPrint(known));
        }
        long code = KeyCode.of(id);
        if (code == KeyCode.OTHER) {
            oddIds.put(subject, id);
            code = -1L - (id.hashCode() & Integer.MAX_VALUE);
        }
        rows.write(subject, print, check, code, meta);
        byPrint.add(subject, print);
        if (known < 0) {
            byId.add(subject, SubjectIndex.mix(code));
        }
        return subject;
    }

    synchronized void remove(String id) {
        int subject = subject(id);
        if (subject >= 0) {
            byPrint.remove(subject, rows.firstPrint(subject));
            byId.remove(subject, SubjectIndex.mix(rows.idCode(subject)));
            rows.giveBack(subject);
            oddIds.remove(subject);
        }
    }

    /** -1 for an unknown id. */
    private int subject(String id) {
        long code = KeyCode.of(id);
        boolean odd = code == KeyCode.OTHER;
        if (odd) {
            code = -1L - (id.hashCode() & Integer.MAX_VALUE);
        }
        AtomicIntegerArray slots = byId.slots();
        for (int at = SubjectIndex.start(slots, SubjectIndex.mix(code)); ; at = SubjectIndex.next(slots, at)) {
            int subject = SubjectIndex.subject(slots, at);
            if (subject == SubjectIndex.NONE) {
                return -1;
            }
            if (subject != SubjectIndex.GONE
                    && rows.idCode(subject) == code
                    && (!odd || id.equals(oddIds.get(subject)))) {
                return subject;
            }
        }
    }

    synchronized Optional<ApiKey> byId(String id) {
        int subject = subject(id);
        return subject < 0 ? Optional.empty() : Optional.of(read(subject));
    }

    /** The key with this subject, which must be in use. */
    ApiKey read(int subject) {
        int meta = rows.meta(subject);
        long code = rows.idCode(subject);
        String oddId = code < 0 ? oddIds.get(subject) : null;
        return new ApiKey(subject, code, oddId, meta >= 0, plans(meta & Integer.MAX_VALUE));
    }

    /** The number of the plans, and whether the key is disabled in the sign. */
    private int meta(boolean enabled, List<UsagePlan> plans) {
        List<UsagePlan> copy = List.copyOf(plans);
        Integer number = planSetNumbers.get(copy);
        if (number == null) {
            number = planSetNumbers.size();
            if (number == planSets.length) {
                planSets = Arrays.copyOf(planSets, 2 * number);
            }
            planSets[number] = copy;
            planSetNumbers.put(copy, number);
        }
        return enabled ? number : number | Integer.MIN_VALUE;
    }

    private List<UsagePlan> plans(int number) {
        List<UsagePlan> found = number == NO_PLANS ? List.of() : planSets[number];
        if (found == null) {
            throw new IllegalStateException("plans " + number + " of " + planSets.length + " are not there");
        }
        return found;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static @Nullable List<UsagePlan>[] newPlanSets(int length) {
        return new List[length];
    }

    /** Bytes taken by rows and indexes. */
    synchronized long bytes() {
        return rows.bytes() + byPrint.bytes() + byId.bytes();
    }
}
