/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import org.jspecify.annotations.Nullable;

/** Makes a service's records; each service's generated code has one. */
@FunctionalInterface
public interface StructureFactory {
    /** Makes the structure at a place among the model's structures, from its members in the model's order. */
    Structure create(int structure, @Nullable Object[] members);
}
