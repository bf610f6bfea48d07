/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

/** A client's connection, of whatever protocol. Confined to the event loop. */
interface ClientConnection {
    /** The gateway stops: ends when what is in flight has been answered, or now. */
    void drain();
}
