/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The header fields of a request, as its parser keeps them. Does not change; readable on any thread. */
public interface Fields {
    /** The values of a field by its name in any case, in order. */
    List<String> values(String name);

    /** The first of {@link #values}, or null. */
    @Nullable
    String first(String name);

    /** All field lines in order. */
    List<Header> all();
}
