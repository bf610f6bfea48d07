/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import org.jspecify.annotations.Nullable;

/** An operation; input and output are names of structures, null when it has none. */
record OperationDefinition(
        String name,
        String method,
        String uri,
        int status,
        @Nullable String input,
        @Nullable String output) {}
