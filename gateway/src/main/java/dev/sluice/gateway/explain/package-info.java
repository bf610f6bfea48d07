/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The last refusals, kept so that each can be explained by its request id. Read {@link dev.sluice.gateway.explain.RefusalLog},
 * {@link dev.sluice.gateway.explain.RefusalWriter} and {@link dev.sluice.gateway.explain.RefusalCase} first. One writer per event loop,
 * without locks; readers on any thread.
 */
@NullMarked
package dev.sluice.gateway.explain;

import org.jspecify.annotations.NullMarked;
