/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

/** One decision about a request. Confined to the event loop: never blocks, does not throw for a normal case. */
@FunctionalInterface
public interface Filter {
    Step onRequest(LiveExchange exchange);
}
