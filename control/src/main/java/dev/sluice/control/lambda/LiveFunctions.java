/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The functions that calls find now, in memory. Thread-safe; {@link #find} takes no lock. {@link FunctionStore} keeps it as it keeps its records. */
public final class LiveFunctions {
    private final ConcurrentMap<String, LiveFunction> functions = new ConcurrentHashMap<>();

    LiveFunctions() {}

    public Optional<LiveFunction> find(String name) {
        return Optional.ofNullable(functions.get(name));
    }

    void set(String name, @Nullable LiveFunction function) {
        if (function == null) {
            functions.remove(name);
        } else {
            functions.put(name, function);
        }
    }
}
