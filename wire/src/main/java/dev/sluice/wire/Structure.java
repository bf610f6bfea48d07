/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An input, an output or a part of one: a generated record, whose members the codecs reach by their place in the model.
 *
 * <p>A member is a String, Integer, Long, Float, Double, Boolean, Instant, byte[], List, Map or Structure, or null for absent.
 */
public interface Structure {
    /** The member at a place, null when absent. */
    @Nullable
    Object member(int index);

    /** An immutable copy. */
    static <T> List<T> list(List<T> values) {
        return List.copyOf(values);
    }

    /** An immutable copy that keeps the order. */
    static <V> Map<String, V> map(Map<String, V> values) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The value, or an {@link IllegalArgumentException} naming the member that a builder lacks. */
    static <T> T required(@Nullable T value, String member) {
        if (value == null) {
            throw new IllegalArgumentException(member + ": null (expected: a value, the member is required)");
        }
        return value;
    }
}
