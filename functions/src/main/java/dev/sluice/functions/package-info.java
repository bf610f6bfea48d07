/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Keeps, starts, calls and recycles user functions: one sandboxed process per environment, parked on a unix socket.
 *
 * <p>Read first: {@link dev.sluice.functions.Functions}, {@link dev.sluice.functions.FunctionSpec}, {@link
 * dev.sluice.functions.InvokeResult}. Threads: calls block and are meant for virtual threads; every process is started by the one permanent
 * thread {@code sluice-functions-spawner}.
 */
@NullMarked
package dev.sluice.functions;

import org.jspecify.annotations.NullMarked;
