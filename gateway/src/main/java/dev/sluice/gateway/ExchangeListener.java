/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

/** Hears of each request once, when its answer has been written or its client has left. */
@FunctionalInterface
public interface ExchangeListener {
    /** Called on an event loop: must neither block nor throw. */
    void ended(ExchangeEnd end);
}
