/**
 * The listeners of the data plane: from bytes of clients to answers. Read {@link dev.sluice.gateway.netty.Gateway},
 * {@link dev.sluice.gateway.netty.ClientConnection} and {@link dev.sluice.gateway.netty.ClientExchange} first. A connection, its exchanges and
 * their calls are confined to one event loop.
 */
@NullMarked
package dev.sluice.gateway.netty;

import org.jspecify.annotations.NullMarked;
