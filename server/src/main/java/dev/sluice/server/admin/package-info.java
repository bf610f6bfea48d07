/**
 * The admin plane's HTTP/1.1 server: takes whole requests, hands each to a virtual thread, writes whole answers. Read
 * {@link dev.sluice.server.admin.AdminServer} first, then {@link dev.sluice.server.admin.AdminConnection} (one connection's life)
 * and {@link dev.sluice.server.admin.AdminRoutes}. A connection is confined to its event loop; handlers run on virtual threads and
 * may block.
 */
@NullMarked
package dev.sluice.server.admin;

import org.jspecify.annotations.NullMarked;
