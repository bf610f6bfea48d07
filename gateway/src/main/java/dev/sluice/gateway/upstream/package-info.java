/**
 * The gateway as a client of HTTP/1.1 servers. Read {@link dev.sluice.gateway.upstream.UpstreamClient},
 * {@link dev.sluice.gateway.upstream.UpstreamCall} and {@link dev.sluice.gateway.upstream.UpstreamListener} first. Everything is confined to
 * the event loop that its client belongs to.
 */
@NullMarked
package dev.sluice.gateway.upstream;

import org.jspecify.annotations.NullMarked;
