/**
 * TLS towards clients: provider, certificates by name, session tickets. Read {@link dev.sluice.gateway.netty.tls.ServerTls} first. What is
 * presented changes on any thread; a connection's handlers are confined to its event loop.
 */
@NullMarked
package dev.sluice.gateway.netty.tls;

import org.jspecify.annotations.NullMarked;
